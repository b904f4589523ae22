// SPDX-License-Identifier: GPL-3.0-or-later
/* Reports whose first lines are missing, and records of the hardware's. */
#include "base/test.h"
#include <stdio.h>

#include "base/array.h"
#include "oops/parse_text.h"

static void same(const char *want, const char *got)
{
	if (!want != !got || (want && strcmp(want, got) != 0))
		fail_msg("\"%s\", wanted \"%s\"", got ? got : "(none)", want ? want : "(none)");
}

/* What is left of a report, its kind, and where the CPU was. */
static const struct {
	const char *text, *kind, *place;
} left[] = {
	/* the entry code tells the kind, and what follows it the place */
	{"CR2: 000007610c737000 CR3: 000000413e3d2000 CR4: 00000000003506f0\n"
	 "Call Trace:\n <TASK>\n ? show_regs+0x6d/0x80\n ? die_addr+0x37/0xa0\n"
	 " ? exc_general_protection+0x1db/0x480\n ? asm_exc_general_protection+0x27/0x30\n"
	 " ? gizmo_set+0x1f/0x410 [gizmo]\n gizmo_apply+0x6b/0xa0 [gizmo]\n",
		"gpf", "gizmo_set"},
	{"Call Trace:\n ? page_fault_oops+0x1/0x2\n ? exc_page_fault+0x1/0x2\n"
	 " ? asm_exc_page_fault+0x1/0x2\n ? gizmo+0x1/0x20\n main+0x1/0x2\n",
		"page-fault", "gizmo"},
	/* an old one ends in the place and the address */
	{" [<ffffffffa03e7223>] ? gizmo_thread+0x2b2/0x4f2 [gizmo]\n"
	 "RIP  [<ffffffff810d7a9a>] gizmo_alloc+0xad/0xe2\n RSP <ffff88007b509bd0>\n"
	 "CR2: 0000000000000009\n---[ end trace 82accbb716bb1234 ]---\n",
		"null-deref", "gizmo_alloc"},
	{"EIP: [<b82d7c15>] gizmo_stop+0xa3/0xb5 [gizmo] SS:ESP 0068:7951febc\n"
	 "CR2: 00000000323038a7\n---[ end trace 12b058bb46c43500 ]---\n",
		"page-fault", "gizmo_stop"},
	/* nothing before the mark of the end but the modules */
	{"Modules linked in: gizmo(OE)\nCR2: 00000000000152ba\n"
	 "---[ end trace 0000000000000000 ]---\nRIP: 0010:gizmo_free+0x25/0xe0 [gizmo]\n",
		"page-fault", "gizmo_free"},
	{"IP: [<ffffffffc0620676>] gizmo_reset+0x196/0x410 [gizmo]\nPGD 0\nOops: 0002 [#1] SMP\n",
		"page-fault", "gizmo_reset"},
	/* the address tells which of the two messages it was */
	{"BUG: dea moe NULL pointer dereference, address: 0000000000000008\n"
	 "#PF: error_code(0x0002) - not-present page\nPGD 0\nOops: 0002 [#1] SMP\n"
	 "RIP: 0010:gizmo_done+0x1f/0x50 [gizmo]\nCR2: 0000000000000008 CR3: 00000000120e0000\n",
		"null-deref", "gizmo_done"},
	{"NULL pointer dereference at 0000000000000059\n"
	 "IP: [<ffffffffc0620676>] gizmo_reset+0x196/0x410 [gizmo]\nOops: 0002 [#1] SMP\n",
		"null-deref", "gizmo_reset"},
	/* ud2 */
	{"CPU: 1 PID: 7 Comm: x Not tainted 6.1.0 #1\nRIP: 0010:gizmo+0x1/0x20\n"
	 "Code: 48 89 42 <0f> 0b 44 00 00\nCall Trace:\n main+0x1/0x2\n",
		"kernel-bug", "gizmo"},
	{"pc : gizmo+0x1/0x20\nlr : main+0x1/0x2\nCode: 54000040 d503201f (d4210000) \n"
	 "Call trace:\n gizmo+0x1/0x20\n",
		"kernel-bug", "gizmo"},
	{"CPU: 1 PID: 3844 Comm: x Tainted: G             L     6.1.150 #1\n"
	 "RIP: 0010:gizmo_poll+0x0/0x160\n",
		"soft-lockup", "gizmo_poll"},
	{"Call Trace:\n dump_stack+0x45/0x56\n warn_slowpath_common+0x7d/0xa0\n gizmo+0x1/0x2\n",
		"warning", NULL},
	{"Call Trace:\n dump_stack+0x45/0x56\n kasan_report+0x7d/0xa0\n gizmo+0x1/0x2\n"
	 "Memory state around the buggy address:\n",
		"invalid-access", NULL},
	{"Call Trace:\n <IRQ>\n ? watchdog_timer_fn+0x1/0x2\n ? __hrtimer_run_queues+0x1/0x2\n"
	 " </IRQ>\n gizmo+0x1/0x2\n",
		"soft-lockup", NULL},
	/* ud2 of a WARN: a kernel that marks the trace would list the modules of an oops after it
	 */
	{"Modules linked in: gizmo\nCPU: 1 PID: 7 Comm: x Not tainted 6.1.0 #1\n"
	 "RIP: 0010:gizmo+0x1/0x20\nCode: 48 89 42 <0f> 0b 44 00 00\n"
	 "Call Trace:\n <TASK>\n main+0x1/0x2\n </TASK>\n---[ end trace 0000000000000000 ]---\n",
		"warning", "gizmo"},
	/* where it is not marked, the place of the modules says nothing */
	{"Modules linked in: gizmo\nCPU: 1 PID: 7 Comm: x Not tainted 5.4.0 #1\n"
	 "RIP: 0010:gizmo+0x1/0x20\nCode: 48 89 42 <0f> 0b 44 00 00\n"
	 "Call Trace:\n main+0x1/0x2\n---[ end trace 0000000000000000 ]---\n",
		"kernel-bug", "gizmo"},
	/* what it ended in says what it was */
	{"CPU: 1 PID: 7 Comm: x Not tainted 6.1.0 #1\nCall Trace:\n gizmo+0x1/0x2\n"
	 "Kernel panic - not syncing: hung_task: blocked tasks\n",
		"hung-task", NULL},
	{"Kernel panic - not syncing: Fatal exception\nCall Trace:\n panic+0x1/0x2\n"
	 " oops_end+0x1/0x2\n no_context+0x1/0x2\n gizmo+0x1/0x2\n",
		"page-fault", NULL},
	{"Kernel panic - not syncing: Fatal exception\n", "panic", NULL},
	/* x86 lists the modules last where a task dies */
	{" gizmo_poll+0x397/0x500 [gizmo]\n kthread+0xde/0x110\n </TASK>\n"
	 "Modules linked in: gizmo\n",
		"oops", NULL},
	{"Call Trace:\n <TASK>\n gizmo_poll+0x397/0x500 [gizmo]\n </TASK>\n"
	 "---[ end trace 0000000000000000 ]---\n",
		"warning", NULL},
};

static void what_is_left_tells_the_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(left); i++) {
		struct oops_log *log = parse_text(left[i].text);
		const struct oops_event *ev;

		if (log->n_events != 1 || strcmp(log->events[0]->kind->slug, left[i].kind) != 0)
			fail_msg("text %zu: %s", i,
				log->n_events ? log->events[0]->kind->slug : "no event");
		ev = only_event(log, left[i].kind);
		if (left[i].place &&
			(!ev->ip.function || strcmp(ev->ip.function, left[i].place) != 0))
			fail_msg("text %zu: in %s", i, ev->ip.function ? ev->ip.function : "?");
		talloc_free(log);
	}
}

/* Stacks that somebody asked for, or that a task sleeps or faults in. */
static void a_stack_alone_is_no_report(void **state)
{
	static const char *const texts[] = {
		"Call Trace:\n schedule+0x1/0x2\n gizmo+0x1/0x2\n",
		"Call Trace:\n schedule+0x1/0x2\n handle_mm_fault+0x1/0x2\n "
		"exc_page_fault+0x1/0x2\n"
		" asm_exc_page_fault+0x1/0x2\nRIP: 0033:0x7f00\n",
		"CPU: 1 PID: 7 Comm: x Not tainted 6.1.0 #1\nRIP: 0033:0x7f0012345678\n",
		" gizmo+0x1/0x2\nCode: 89 e5 ff 15 f9 d2 91 00\nNMI backtrace for cpu 5\n"
		"RIP: 0010:intel_idle+0xd8/0x140\n",
		"CPU: 1 PID: 7 Comm: x Not tainted 6.1.0 #1\nCall Trace:\n dump_stack+0x1/0x2\n"
		" should_fail+0x1/0x2\n",
		"Modules linked in: gizmo\n---[ end trace 0000000000000000 ]---\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct oops_log *log = parse_text(texts[i]);

		if (log->n_events)
			fail_msg("text %zu is %s", i, log->events[0]->kind->slug);
		talloc_free(log);
	}
}

/* The registers of a fault in the kernel; those of a program are nobody's report. */
static void only_registers_are_left(void **state)
{
	static const char text[] =
		"RAX: 0000000000000000 RBX: ffff888104a2b000 RCX: 0000000000000000\n"
		"RDX: 0000000000000001 RSI: ffff888104a2b010 RDI: ffff888104a2b020\n"
		"RBP: ffffc90000123e10 R08: 0000000000000000 R09: 0000000000000000\n"
		"R10: 0000000000000000 R11: 0000000000000000 R12: ffff888104a2b030\n"
		"FS:  00007f1a2b3c4d80(0000) GS:ffff88813bc00000(0000) knlGS:0000000000000000\n"
		"CS:  %s DS: 0000 ES: 0000 CR0: 0000000080050033\n"
		"CR2: 0000000000000058 CR3: 000000010a1b2000 CR4: 00000000003506e0\n";
	static const struct {
		const char *cs;
		size_t n_events;
	} rows[] = {{"0010", 1}, {"0033", 0}};
	char full[1024];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct oops_log *log;

		snprintf(full, sizeof(full), text, rows[i].cs);
		log = parse_text(full);
		assert_int_equal(log->n_events, rows[i].n_events);
		if (log->n_events)
			assert_string_equal(log->events[0]->kind->slug, "oops");
		talloc_free(log);
	}
}

static void all_that_is_left_is_read(void **state)
{
	struct oops_log *log = parse_text(
		"Modules linked in: gizmo\n"
		"CPU: 1 PID: 3844 Comm: napi/wg0 Tainted: G             L     6.1.150 #1\n"
		"Hardware name: ACME Box/, BIOS 1.0 10/16/2017\n"
		"RIP: 0010:gizmo_poll+0x0/0x160\n");
	const struct oops_event *ev = only_event(log, "soft-lockup");

	(void)state;
	assert_true(ev->headless);
	assert_int_equal(ev->cpu.v, 1);
	assert_int_equal(ev->pid.v, 3844);
	assert_string_equal(ev->comm, "napi/wg0");
	assert_string_equal(ev->release, "6.1.150");
	assert_string_equal(ev->hardware, "ACME Box/, BIOS 1.0 10/16/2017");
	assert_int_equal(ev->n_modules, 1);
	talloc_free(log);
}

/* ---- what else a report says ------------------------------------------------------------- */

/* Nothing says it, but what only one architecture prints. */
static void the_architecture_is_told(void **state)
{
	static const struct {
		const char *text, *arch;
	} texts[] = {
		{"BUG: kernel NULL pointer dereference, address: 0000000000000010\n", "x86_64"},
		{"BUG: kernel NULL pointer dereference, address: 00000010\n", NULL},
		{"BUG: unable to handle kernel paging request at ffff970000000848\n"
		 "Oops: 0002 [#1] SMP\n",
			"x86_64"},
		{"Oops: invalid opcode: 0000 [#1] SMP\nRIP: 0010:gizmo+0x1/0x20\n", "x86_64"},
		{"Kernel panic - not syncing: Fatal exception\nR10: 00005c83d7727eb0 R11: 0246\n",
			"x86_64"},
		{"Unable to handle kernel paging request at virtual address 00000010\n"
		 "[<808c4124>] (gizmo) from [<808c47d4>] (gizmo_call+0x58/0xb8)\n",
			"arm"},
		{"Unable to handle kernel paging request at virtual address 0000000000000010\n"
		 "Mem abort info:\n",
			"aarch64"},
		{"INFO: task x:12 blocked for more than 120 seconds.\nCall Trace:\n"
		 " gizmo+0x1/0x20\n do_syscall_64+0x1/0x20\n",
			"x86_64"},
		{"INFO: task x:12 blocked for more than 120 seconds.\nCall Trace:\n"
		 " gizmo+0x1/0x20\n",
			NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct oops_log *log = parse_text(texts[i].text);
		const char *arch = log->arch, *want = texts[i].arch;

		if (!arch != !want || (arch && strcmp(arch, want) != 0))
			fail_msg("text %zu: arch is %s", i, arch ? arch : "not known");
		talloc_free(log);
	}
}

static void the_kernel_is_read(void **state)
{
	static const struct {
		const char *line, *release, *version, *tainted, *hardware;
	} lines[] = {
		{"CPU: 0 PID: 6261 Comm: x Kdump: loaded Tainted: G           OE    --------- -  - "
		 "4.18.0-348.12.2.el8_5.x86_64 #1",
			"4.18.0-348.12.2.el8_5.x86_64", "#1", "OE", NULL},
		{"CPU: 0 PID: 1 Comm: x Tainted: G ------------ T 3.10.0-862.el7.x86_64 #1",
			"3.10.0-862.el7.x86_64", "#1", "T", NULL},
		{"Pid: 84647, comm: x Tainted: G           --L------------    "
		 "2.6.32-642.el6.x86_64 "
		 "#1 Dell Inc. PowerEdge R730xd/0WCJNT",
			"2.6.32-642.el6.x86_64", "#1", "L", "Dell Inc. PowerEdge R730xd/0WCJNT"},
		{"Pid: 3897, comm: modprobe Not tainted 3.7.10-gentoo #4                  /S1200KP",
			"3.7.10-gentoo", "#4", "", "/S1200KP"},
		{"      Not tainted 5.15.63-flatcar #1", "5.15.63-flatcar", "#1", "", NULL},
		{"      Tainted: G         C      4.14.32+ #1", "4.14.32+", "#1", "C", NULL},
		{"Tainted: [O]=OOT_MODULE", NULL, NULL, NULL, NULL},
		/* cut: nothing says that it is not tainted */
		{"CPU: 0 PID: 1 Comm: x Tainted:", NULL, NULL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char text[300];
		struct oops_log *log;
		const struct oops_event *ev;

		snprintf(text, sizeof(text),
			"INFO: task x:12 blocked for more than 120 seconds.\n%s\n", lines[i].line);
		log = parse_text(text);
		ev = only_event(log, "hung-task");
		same(lines[i].release, ev->release);
		same(lines[i].version, ev->version);
		same(lines[i].tainted, ev->tainted);
		same(lines[i].hardware, ev->hardware);
		talloc_free(log);
	}
}

static void a_path_is_no_function(void **state)
{
	struct oops_log *log =
		parse_text("WARNING: CPU: 3 PID: 0 at net/sched/sch_generic.c:461\n");

	(void)state;
	same(NULL, only_event(log, "warning")->named_function);
	same("net/sched/sch_generic.c", log->events[0]->file);
	talloc_free(log);
	log = parse_text(
		"WARNING: CPU: 3 PID: 0 at /usr/src/kernel-6.1/drivers/a/b.c:4 gizmo+0x1/0x2\n");
	same("gizmo", only_event(log, "warning")->named_function);
	same("drivers/a/b.c", log->events[0]->file);
	talloc_free(log);
}

static void the_prompt_names_the_machine(void **state)
{
	struct oops_log *log =
		parse_text("18h 30m 8.6s(   4ms): r620-2 login: \n"
			   "BUG: soft lockup - CPU#10 stuck for 22s! [java:87260]\n");

	(void)state;
	assert_int_equal(log->n_events, 1);
	same("r620-2", log->hostname);
	talloc_free(log);
}

static void who_holds_the_lock(void **state)
{
	struct oops_log *log = parse_text(
		"INFO: task x:12 blocked for more than 120 seconds.\n"
		"INFO: task x:12 is blocked on a mutex likely owned by task gizmo:45.\n");

	(void)state;
	same("gizmo:45", only_event(log, "hung-task")->holder);
	talloc_free(log);
	log = parse_text("INFO: task x:12 blocked for more than 120 seconds.\n"
			 "INFO: task x:12 <writer> blocked on an rw-semaphore likely owned by task "
			 "gizmo:45 <reader>\n");
	same("gizmo:45", only_event(log, "hung-task")->holder);
	talloc_free(log);
}

static void the_idle_task_has_a_number_in_its_name(void **state)
{
	struct oops_log *log = parse_text("BUG: scheduling while atomic: swapper/1/0/0xfffffe00\n");

	(void)state;
	same("swapper/1", only_event(log, "sched-while-atomic")->comm);
	assert_int_equal(log->events[0]->pid.v, 0);
	talloc_free(log);
	log = parse_text("BUG: scheduling while atomic: cat/77/0x00000002\n");
	same("cat", only_event(log, "sched-while-atomic")->comm);
	assert_int_equal(log->events[0]->pid.v, 77);
	talloc_free(log);
}

/* A number that ends the line is the task's, whatever its name contains. */
static void a_name_with_numbers(void **state)
{
	static const struct {
		const char *line, *kind;
	} cases[] = {
		{"BUG: spinlock bad magic on CPU#1, kworker/3:3/77", "spinlock-bug"},
		{"BUG: rwlock bad magic on CPU#1, kworker/3:3/77 ", "spinlock-bug"},
		{"BUG: raw_spinlock bad magic on CPU#1, kworker/3:3/77", "spinlock-bug"},
		{"BUG: using x() in preemptible [00000000] code: kworker/3:3/77", "preempt-misuse"},
		{"WARNING: at foo_work+0x12/0x340, CPU#1: kworker/3:3/77", "warning"},
		{"WARNING: a/b.c:123 at foo_work+0x12/0x340, CPU#1: kworker/3:3/77", "warning"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[256];
		struct oops_log *log;

		snprintf(text, sizeof(text), "%s\n", cases[i].line);
		log = parse_text(text);
		same("kworker/3:3", only_event(log, cases[i].kind)->comm);
		assert_int_equal(log->events[0]->pid.v, 77);
		talloc_free(log);
	}
}

static void assertions_of_modules(void **state)
{
	struct oops_log *log = parse_text(
		"VERIFY3(sa.sa_magic == 0x2F505A) failed (24 == 3100762)\n"
		"PANIC at zfs_vfsops.c:583:zfs_space_delta_cb()\n"
		"Showing stack for process 130238\n"
		"CPU: 5 PID: 130238 Comm: x Tainted: P           OE 5.4.0 #1\n"
		"Call Trace:\n spl_dumpstack+0x44/0x50 [spl]\n spl_panic+0xc9/0x110 [spl]\n");
	const struct oops_event *ev = only_event(log, "kernel-bug");

	(void)state;
	same("zfs_space_delta_cb", ev->named_function);
	same("zfs_vfsops.c", ev->file);
	assert_int_equal(ev->line.v, 583);
	talloc_free(log);
	log = parse_text(
		"LustreError: 2342:0:(dcache.c:136:ll_ddelete()) ASSERTION( d_count(de) == 1 ) "
		"failed: \nLustreError: 2342:0:(dcache.c:136:ll_ddelete()) LBUG\n"
		"Kernel panic - not syncing: LBUG\n");
	ev = only_event(log, "kernel-bug");
	same("ll_ddelete", ev->named_function);
	assert_true(ev->fatal);
	talloc_free(log);
}

/* ---- the hardware ------------------------------------------------------------------------ */

static void one_record_is_one_event(void **state)
{
	struct oops_log *log = parse_text(
		"mce: [Hardware Error]: CPU 3: Machine Check Exception: 4 Bank 5: "
		"b200000080060001\n"
		"mce: [Hardware Error]: TSC 2db9f8ee73\n"
		"mce: [Hardware Error]: PROCESSOR 0:b0671 TIME 1789999206 SOCKET 0 APIC 0\n"
		"mce: [Hardware Error]: Run the above through 'mcelog --ascii'\n"
		"mce: [Hardware Error]: Machine check: Processor context corrupt\n"
		"Kernel panic - not syncing: Fatal machine check\n");
	const struct oops_event *ev = only_event(log, "machine-check");

	(void)state;
	assert_int_equal(ev->cpu.v, 3);
	assert_int_equal(ev->bank.v, 5);
	assert_string_equal(ev->object, "Processor context corrupt");
	assert_true(ev->fatal);
	assert_false(ev->left_over);
	talloc_free(log);
}

static void what_was_corrected_is_no_crash(void **state)
{
	static const char *const texts[] = {
		"mce: [Hardware Error]: Machine check events logged\n",
		"mce: [Hardware Error]: CPU 1: Machine Check: 0 Bank 11: 8c00004f000800c2\n",
		"EDAC MC1: 1 CE memory scrubbing error on CPU_SrcID#1_DIMM#0 (channel:0 slot:0)\n",
		"{1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 0\n"
		"{1}[Hardware Error]: event severity: corrected\n"
		"{1}[Hardware Error]:  Error 0, type: corrected\n",
		"pcieport 0000:00:1c.0: PCIe Bus Error: severity=Corrected, type=Physical Layer\n",
		"Hardware event. This is not a software error.\nMCE 0\nCPU 0 BANK 8 \n"
		"STATUS 8c00004f000800c2 MCGSTATUS 0\n",
		"rasdaemon: x-1 [001] 0.01: mc_event: 1 Corrected error: memory read error on "
		"DIMM#0 (mc: 0)\n",
		"Uhhuh. NMI received for unknown reason 1c on CPU 9.\n"
		"Do you have a strange power saving mode enabled?\n"
		"Dazed and confused, but trying to continue\n",
		"NMI: PCI system error (SERR) for reason a1 on CPU 0.\n"
		"Dazed and confused, but trying to continue\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct oops_log *log = parse_text(texts[i]);

		only_event(log, "corrected-error");
		talloc_free(log);
	}
}

/* What comes after is another report. */
static void a_record_ends_before_other_reports(void **state)
{
	static const char *const texts[] = {
		"WARNING: CPU: 3 PID: 0 at a.c:461 gizmo+0x1/0x2\n",
		"kernel BUG at a.c:461!\n",
		"general protection fault: 0000 [#1] SMP\n",
	};
	static const char *const firsts[] = {
		"mce: [Hardware Error]: Machine check events logged\n",
		"EDAC MC1: 1 CE memory error on DIMM0 (channel:0)\n",
		"amdgpu 0000:0b:00.0: amdgpu: GPU reset begin!\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(firsts); i++)
		for (size_t k = 0; k < ARRAY_SIZE(texts); k++) {
			char *text = talloc_asprintf(NULL, "%s%s", firsts[i], texts[k]);
			struct oops_log *log = parse_text(text);

			assert_int_equal(log->n_events, 2);
			talloc_free(log);
			talloc_free(text);
		}
}

static void records_of_the_boot_before(void **state)
{
	struct oops_log *log = parse_text(
		"mce: [Hardware Error]: CPU 1: Machine Check: 0 Bank 5: bea0000000000108\n"
		"mce: [Hardware Error]: TSC 0 ADDR 1ffffb50f86aa MISC d012000100000000\n");

	(void)state;
	assert_true(only_event(log, "machine-check")->left_over);
	talloc_free(log);
	log = parse_text("BERT: Skipped 1 error records\n");
	assert_true(only_event(log, "hardware-error")->left_over);
	talloc_free(log);
}

/* /proc/PID/stack, and a text that begins in a trace: no report, but a stack. */
static void test_stack_alone(void **state)
{
	struct oops_log *log = parse_text("[<0>] wait_woken+0x7d/0x90\n"
					  "[<0>] raid5_make_request+0x929/0x1d70 [raid456]\n"
					  "[<0>] do_syscall_64+0xc6/0x230\n");

	(void)state;
	assert_int_equal(log->n_events, 0);
	assert_non_null(log->bare);
	assert_int_equal(log->bare->traces[0].n_frames, 3);
	assert_string_equal(log->bare->traces[0].frames[1].function, "raid5_make_request");
	assert_string_equal(log->bare->traces[0].frames[1].module, "raid456");
	assert_false(log->bare->traces[0].frames[1].has_address);
	talloc_free(log);
	/* arm: only the caller has an offset. */
	log = parse_text("skb_panic from skb_push+0x44/0x48\n"
			 "skb_push from mt76u_tx_queue_skb+0x94/0x1d0 [mt76_usb]\n");
	assert_non_null(log->bare);
	assert_int_equal(log->bare->traces[0].n_frames, 3);
	assert_string_equal(log->bare->traces[0].frames[2].module, "mt76_usb");
	talloc_free(log);
	/* One frame is no stack. */
	log = parse_text("[<0>] wait_woken+0x7d/0x90\n");
	assert_null(log->bare);
	talloc_free(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_tells_the_kind),
		cmocka_unit_test(a_stack_alone_is_no_report),
		cmocka_unit_test(only_registers_are_left),
		cmocka_unit_test(all_that_is_left_is_read),
		cmocka_unit_test(the_architecture_is_told),
		cmocka_unit_test(the_kernel_is_read),
		cmocka_unit_test(a_path_is_no_function),
		cmocka_unit_test(the_idle_task_has_a_number_in_its_name),
		cmocka_unit_test(a_name_with_numbers),
		cmocka_unit_test(the_prompt_names_the_machine),
		cmocka_unit_test(who_holds_the_lock),
		cmocka_unit_test(assertions_of_modules),
		cmocka_unit_test(one_record_is_one_event),
		cmocka_unit_test(what_was_corrected_is_no_crash),
		cmocka_unit_test(a_record_ends_before_other_reports),
		cmocka_unit_test(records_of_the_boot_before),
		cmocka_unit_test(test_stack_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
