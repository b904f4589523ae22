// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts of several architectures and ages in, events out. */
#include "base/test.h"
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "oops/parse_text.h"

static const struct oops_trace *trace(const struct oops_event *ev, enum oops_trace_role role)
{
	for (size_t i = 0; i < ev->n_traces; i++)
		if (ev->traces[i].role == role && ev->traces[i].n_frames)
			return &ev->traces[i];
	fail_msg("no such trace");
	return NULL;
}

static void x86_today(void **state)
{
	struct oops_log *log = parse_text(
		"BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
		"#PF: supervisor write access in kernel mode\n"
		"#PF: error_code(0x0002) - not-present page\n"
		"PGD 0 P4D 0 \n"
		"Oops: Oops: 0002 [#1] PREEMPT SMP NOPTI\n"
		"CPU: 3 UID: 0 PID: 12 Comm: my task: 1 Kdump: loaded Tainted: P           OE      "
		"6.12.0-1-amd64 #1  Debian 6.12-1\n"
		"Tainted: [P]=PROPRIETARY_MODULE, [O]=OOT_MODULE\n"
		"Hardware name: QEMU Standard PC, BIOS 1.16.2 04/01/2014\n"
		"Workqueue: events foo_work [foo]\n"
		"RIP: 0010:foo_complete+0x1f/0x50 [foo]\n"
		"Code: 8b 53 18 <89> 50 08\n"
		"RSP: 0018:ff79ce33c0003e68 EFLAGS: 00000283\n"
		"RAX: 0000000000000000 RBX: ff1778570266ffc0 RCX: ff1778571f7db258\n"
		"CR2: 0000000000000008 CR3: 000000000105a000 CR4: 0000000000751eb0\n"
		"Call Trace:\n"
		" <IRQ>\n"
		" foo_timer+0x3e/0x70 [foo 0123456789012345678901234567890123456789]\n"
		" ? foo_dequeue+0x90/0x90 [foo]\n"
		" call_timer_fn+0x27/0x130\n"
		" </IRQ>\n"
		" <TASK>\n"
		"RIP: 0010:native_safe_halt+0xb/0x10\n"
		"RAX: 1111111111111111 RBX: 2222222222222222\n"
		" do_idle+0x206/0x2b0\n"
		" </TASK>\n"
		"Modules linked in: foo(POE) bar(+) baz\n"
		" qux [last unloaded: old]\n"
		"CR2: 0000000000000008\n"
		"---[ end trace 0000000000000000 ]---\n"
		"RIP: 0010:foo_complete+0x1f/0x50 [foo]\n"
		"Kernel panic - not syncing: Fatal exception in interrupt\n");
	const struct oops_event *ev = only_event(log, "null-deref");
	const struct oops_trace *t = trace(ev, OOPS_TRACE_MAIN);

	(void)state;
	assert_true(ev->fatal);
	assert_string_equal(ev->access, "write");
	assert_int_equal(ev->address.v, 8);
	assert_int_equal(ev->error_code.v, 2);
	assert_int_equal(ev->trap_count.v, 1);
	assert_int_equal(ev->cpu.v, 3);
	assert_string_equal(ev->comm, "my task: 1");
	assert_string_equal(ev->tainted, "POE");
	assert_string_equal(ev->release, "6.12.0-1-amd64");
	assert_string_equal(ev->ip.function, "foo_complete");
	assert_string_equal(ev->ip.module, "foo");
	assert_int_equal(ev->ip.offset, 0x1f);
	assert_int_equal(ev->n_code, 6);
	assert_int_equal(ev->code_ip, 3);
	assert_string_equal(ev->regs[0].name, "rsp");
	assert_int_equal(t->n_frames, 5);
	assert_string_equal(t->frames[0].module, "foo");
	assert_int_equal(t->frames[0].context, OOPS_CTX_IRQ);
	assert_true(t->frames[1].unreliable);
	assert_true(t->frames[3].from_regs);
	assert_int_equal(ev->n_modules, 4);
	assert_string_equal(ev->modules[0].taints, "POE");
	assert_int_equal(ev->modules[1].state, '+');
	assert_string_equal(ev->modules[3].name, "qux");
	assert_string_equal(ev->last_unloaded, "old");
	talloc_free(log);
}

static void x86_of_3_10(void **state)
{
	struct oops_log *log = parse_text(
		"BUG: unable to handle kernel NULL pointer dereference at 0000000000000118\n"
		"IP: [<ffffffffa0123456>] foo_open+0x16/0x90 [foo]\n"
		"PGD 0 \n"
		"Oops: 0000 [#1] SMP \n"
		"Modules linked in: foo(OF) bar\n"
		"CPU: 1 PID: 99 Comm: cat Tainted: GF          O 3.10.0-1.el7.x86_64 #1\n"
		"RIP: 0010:[<ffffffffa0123456>]  [<ffffffffa0123456>] foo_open+0x16/0x90 [foo]\n"
		"RAX: 0000000000000000 RBX: ffff880036a0c000 RCX: 0000000000000000\n"
		"Stack:\n"
		" ffff880036a0c000 ffffffff811b0000\n"
		"Call Trace:\n"
		" <IRQ>  [<ffffffff811b0abc>] ? do_dentry_open+0x1/0x2\n"
		" <EOI>  [<ffffffff811b0def>] do_sys_open+0xf3/0x1f0\n"
		"Code: 48 89 <48> 8b\n"
		"RIP  [<ffffffffa0123456>] foo_open+0x16/0x90 [foo]\n"
		" RSP <ffff880036a0dd00>\n");
	const struct oops_event *ev = only_event(log, "null-deref");
	const struct oops_trace *t = trace(ev, OOPS_TRACE_MAIN);

	(void)state;
	assert_string_equal(ev->ip.function, "foo_open");
	assert_int_equal(ev->ip.address, 0xffffffffa0123456);
	assert_string_equal(ev->tainted, "FO");
	assert_int_equal(t->n_frames, 2);
	assert_int_equal(t->frames[1].context, OOPS_CTX_TASK);
	talloc_free(log);
}

static void arm64(void **state)
{
	struct oops_log *log = parse_text(
		"Unable to handle kernel paging request at virtual address dead000000000108\n"
		"Mem abort info:\n"
		"  ESR = 0x0000000096000044\n"
		"Internal error: Oops: 0000000096000044 [#1] SMP\n"
		"CPU: 2 PID: 77 Comm: cat Not tainted 6.1.0 #1\n"
		"pc : foo_write+0x18/0x40 [foo]\n"
		"lr : foo_open+0x20/0x40 [foo]\n"
		"x29: ffff80000a0b3d00 x28: ffff000003b60000 x27: 0000000000000000\n"
		"Call trace:\n"
		" foo_write+0x18/0x40 [foo] (P)\n"
		" vfs_write+0xc8/0x2a0\n"
		"Code: aa0003f3 b9400000 (b9000001) \n");
	const struct oops_event *ev = only_event(log, "page-fault");

	(void)state;
	assert_string_equal(ev->ip.function, "foo_write");
	assert_string_equal(ev->caller.function, "foo_open");
	assert_string_equal(ev->tainted, "");
	assert_int_equal(ev->error_code.v, 0x96000044);
	assert_int_equal(ev->code_ip, 8);
	assert_int_equal(trace(ev, OOPS_TRACE_MAIN)->n_frames, 2);
	assert_string_equal(log->arch, "aarch64");
	talloc_free(log);
}

static void other_architectures(void **state)
{
	static const struct {
		const char *text, *kind, *function;
	} cases[] = {
		{"BUG: Kernel NULL pointer dereference on read at 0x00000028\n"
		 "Oops: Kernel access of bad area, sig: 11 [#1]\n"
		 "NIP [c000000000012340] foo+0x20/0x40\nLR [c000000000012320] bar+0x10/0x40\n",
			"null-deref", "foo"},
		{"Unable to handle kernel pointer dereference in virtual kernel address space\n"
		 "Oops: 0004 ilc:2 [#1] SMP\n"
		 "Krnl PSW : 0704c00180000000 00000000001c0ba4 (foo+0x34/0x98)\n",
			"page-fault", "foo"},
		{"Unable to handle kernel NULL pointer dereference at virtual address 00000009\n"
		 "Internal error: Oops: 5 [#1] SMP ARM\nPC is at foo+0x10/0x20\nLR is at "
		 "bar+0x1/0x2\n",
			"null-deref", "foo"},
		{"Unable to handle kernel paging request at virtual address ffffffffffffff00\n"
		 "Oops [#1]\nepc : foo+0x1a/0x30 ra : bar+0x10/0x20\n",
			"page-fault", "foo"},
		{"Kernel bug detected[#1]:\nepc   : 80123456 foo+0x1/0x2\n", "kernel-bug", "foo"},
		/* A kernel that prints no raw addresses. */
		{"kernel BUG at drivers/ata/gizmo.c:544!\n"
		 "Oops: Exception in kernel mode, sig: 5 [#1]\n"
		 "NIP foo+0xf4/0x190\nLR  foo+0xfc/0x190\n",
			"kernel-bug", "foo"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct oops_log *log = parse_text(cases[i].text);

		assert_string_equal(only_event(log, cases[i].kind)->ip.function, cases[i].function);
		talloc_free(log);
	}
}

/* Bytes of a damaged page: what is left of the name is none. */
static void half_a_name(void **state)
{
	struct oops_log *log =
		parse_text("BUG: kernel NULL pointer dereference, address: 0000000000000040\n"
			   "Oops: 0000 [#1] PREEMPT SMP NOPTI\n"
			   "RIP: 0010:e102\\x9e5 bu _rx_irq+0x225/0x500\n");

	(void)state;
	assert_null(only_event(log, "null-deref")->ip.function);
	talloc_free(log);
}

/* riscv: the return address has a line of its own, and the values are in the next one. */
static void riscv_return_address(void **state)
{
	struct oops_log *log = parse_text("Oops [#1]\n"
					  "epc : foo+0x8/0x62\n"
					  " ra : bar+0x2e0/0x34e\n"
					  "epc : ffffffff80aecd98 ra : ffffffff80aee056 sp : "
					  "fffffff6e36928b0\n");
	const struct oops_event *ev = log->events[0];

	(void)state;
	assert_string_equal(ev->ip.function, "foo");
	assert_string_equal(ev->caller.function, "bar");
	assert_int_equal(ev->caller.offset, 0x2e0);
	talloc_free(log);
}

static void arm_traces(void **state)
{
	struct oops_log *log =
		parse_text("Kernel panic - not syncing: test\n"
			   "[<80118054>] (unwind_backtrace) from [<80110ce4>] (show+0x20/0x24)\n"
			   "[<80110cc4>] (show) from [<bf016564>] (bar+0x104/0x138 [mod])\n"
			   " bar [mod] from qux+0x1/0x2\n");
	const struct oops_trace *t = trace(only_event(log, "panic"), OOPS_TRACE_MAIN);

	(void)state;
	/* Each line says again who the caller of the one before was. */
	assert_int_equal(t->n_frames, 4);
	assert_string_equal(t->frames[1].function, "show");
	assert_int_equal(t->frames[1].offset, 0x20);
	assert_string_equal(t->frames[2].module, "mod");
	assert_string_equal(t->frames[3].function, "qux");
	talloc_free(log);
}

/* What firmware says after the reset has the shape of arm's frames: a word, and "from". */
static void words_with_from_are_no_frame(void **state)
{
	struct oops_log *log = parse_text("PANIC: double fault, error_code: 0x0\n"
					  "Booting from Hard Disk 0...\n"
					  "Booting from ROM\n");

	(void)state;
	assert_int_equal(only_event(log, "double-fault")->n_traces, 0);
	talloc_free(log);
}

/* A pager's mark at the edge of the screen is no part of the release; what is there may be half. */
static void a_release_cut_by_a_pager(void **state)
{
	static const char *const marks[] = {">", "...", "\xe2\x80\xa6"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		char text[200];
		struct oops_log *log;

		snprintf(text, sizeof(text),
			"Kernel panic - not syncing: test\n"
			"CPU: 1 PID: 7 Comm: gizmo Not tainted 5.16.14-arch1-1-gi%s\n",
			marks[i]);
		log = parse_text(text);
		assert_null(only_event(log, "panic")->release);
		assert_string_equal(only_event(log, "panic")->comm, "gizmo");
		talloc_free(log);
	}
}

/* Each prefix of a line in memory that ends where it does: a reader that goes on is caught. */
static void arm_traces_may_be_cut(void **state)
{
	static const char line[] = "[<80110cc4>] (show) from [<bf016564>] (bar+0x104/0x138 [mod])";
	static const char head[] = "Kernel panic - not syncing: test";

	(void)state;
	for (size_t n = 1; n < sizeof(line); n++) {
		struct log_record rec = {.text = head, .len = sizeof(head) - 1};
		struct oops_parser *ps;
		struct oops_log *log;

		assert_int_equal(oops_parser_new(NULL, &ps, NULL), 0);
		assert_int_equal(oops_parser_feed(ps, &rec), 0);
		rec = (struct log_record){.text = talloc_memdup(ps, line, n), .len = n};
		assert_int_equal(oops_parser_feed(ps, &rec), 0);
		assert_int_equal(oops_parser_finish(ps, NULL, &log, NULL), 0);
		only_event(log, "panic");
		talloc_free(log);
		talloc_free(ps);
	}
}

static void cpus_of_old_kernels(void **state)
{
	static const struct {
		const char *text;
		int cpu, pid;
	} cases[] = {
		{"Oops: 0004 [#1] SMP\nCPU: 3 Not tainted 2.6.32-431.el6.s390x #1\n"
		 "Process sh (pid: 99, task: 000000007e8b2a00, ksp: 000000007e8b2c00)\n",
			3, 99},
		{"Oops: 17 [#1]\nCPU: 3    Not tainted  (2.6.35 #1)\n"
		 "Process sh (pid: 99, stack limit = 0xc5b702e8)\n",
			3, 99},
		{"Oops[#1]:\nCpu 3\nProcess sh (pid: 99, threadinfo=83f5a000, task=83b2a000)\n", 3,
			99},
		{"Oops: 0000 [#1] SMP\nPid: 99, comm: sh Not tainted (2.6.32 #1) VirtualBox\n"
		 "EIP: 0060:[<f8a80014>] EFLAGS: 00010246 CPU: 3\n",
			3, 99},
		{"Oops: Exception in kernel mode, sig: 5 [#1]\n"
		 "TASK = c0000007e2f21000[99] 'sh' THREAD: c0000007e2f80000 CPU: 3\n",
			3, 99},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct oops_log *log = parse_text(cases[i].text);

		assert_int_equal(log->n_events, 1);
		assert_true(log->events[0]->cpu.known);
		assert_int_equal(log->events[0]->cpu.v, cases[i].cpu);
		assert_int_equal(log->events[0]->pid.v, cases[i].pid);
		assert_string_equal(log->events[0]->comm, "sh");
		talloc_free(log);
	}
}

static void kasan(void **state)
{
	struct oops_log *log =
		parse_text("==================================================================\n"
			   "BUG: KASAN: slab-use-after-free in foo_read+0x31/0x80 [foo]\n"
			   "Read of size 8 at addr ffff888004c3a000 by task my cat/91\n"
			   "\n"
			   "CPU: 0 PID: 91 Comm: my cat Not tainted 6.6.0 #1\n"
			   "Call Trace:\n"
			   " kasan_report+0xb0/0xe0\n foo_read+0x31/0x80 [foo]\n"
			   "\nAllocated by task 90:\n foo_open+0x10/0x20 [foo]\n"
			   "\nFreed by task 91:\n kfree+0x10/0x20\n foo_release+0x10/0x20 [foo]\n");
	const struct oops_event *ev = only_event(log, "use-after-free");

	(void)state;
	assert_string_equal(ev->named_function, "foo_read");
	assert_string_equal(ev->named_module, "foo");
	assert_string_equal(ev->access, "Read");
	assert_int_equal(ev->address.v, 0xffff888004c3a000);
	assert_int_equal(trace(ev, OOPS_TRACE_MAIN)->n_frames, 2);
	assert_int_equal(trace(ev, OOPS_TRACE_ALLOC)->n_frames, 1);
	assert_int_equal(trace(ev, OOPS_TRACE_FREE)->n_frames, 2);
	talloc_free(log);
}

static void heads_join(void **state)
{
	struct oops_log *log = parse_text("list_del corruption. next->prev should be a, but was b\n"
					  "------------[ cut here ]------------\n"
					  "kernel BUG at lib/list_debug.c:56!\n"
					  "invalid opcode: 0000 [#1] PREEMPT SMP\n"
					  "RIP: 0010:__list_del_entry_valid+0x1/0x2\n");
	const struct oops_event *ev = only_event(log, "list-corruption");

	(void)state;
	assert_int_equal(ev->line.v, 56);
	assert_true(ev->trap_count.known);
	talloc_free(log);
	/* A second die line is a second report. */
	log = parse_text("general protection fault: 0000 [#1] SMP\nRIP: 0010:a+0x1/0x2\n"
			 "Call Trace:\n b+0x1/0x2\n---[ end trace 1 ]---\n"
			 "general protection fault: 0000 [#2] SMP\nRIP: 0010:c+0x1/0x2\n");
	assert_int_equal(log->n_events, 2);
	assert_string_equal(log->events[1]->ip.function, "c");
	talloc_free(log);
}

static void warnings(void **state)
{
	struct oops_log *log =
		parse_text("------------[ cut here ]------------\n"
			   "my message 5\n"
			   "WARNING: CPU: 1 PID: 9 at net/foo.c:303 foo+0x25/0x26 [foo]\n"
			   "---[ end trace 0 ]---\n"
			   "WARNING: net/foo.c:304 at bar+0x25/0x26, CPU#1: cat/5\n"
			   "---[ end trace 0 ]---\n"
			   "WARNING: at net/foo.c:305 baz+0x25/0x26()\n");

	(void)state;
	assert_int_equal(log->n_events, 3);
	assert_string_equal(log->events[0]->named_function, "foo");
	assert_string_equal(log->events[0]->message, "my message 5");
	assert_int_equal(log->events[0]->line.v, 303);
	assert_string_equal(log->events[1]->named_function, "bar");
	assert_string_equal(log->events[2]->named_function, "baz");
	talloc_free(log);
}

/* Another CPU's stall is printed amid a fault. A stall takes lines of others, but not those. */
static void a_stall_amid_a_fault(void **state)
{
	struct oops_log *log =
		parse_text("3|BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
			   "1|rcu: INFO: rcu_sched self-detected stall on CPU\n"
			   "3|#PF: supervisor read access in kernel mode\n"
			   "1|rcu: \t1-....: (5249 ticks this GP) idle=3f2/1/0x4000000000000000\n"
			   "3|Oops: 0000 [#1] SMP NOPTI\n"
			   "1|NMI backtrace for cpu 1\n"
			   "3|CPU: 3 PID: 0 Comm: swapper/3 Not tainted 5.15.78 #1\n"
			   "1|CPU: 1 PID: 18 Comm: dd Not tainted 5.15.78 #1\n"
			   "3|RIP: 0010:a+0x1/0x2\n"
			   "1|Call Trace:\n3|Call Trace:\n1| bb+0x1/0x2\n3| aa+0x1/0x2\n");

	(void)state;
	assert_int_equal(log->n_events, 2);
	assert_string_equal(log->events[0]->ip.function, "a");
	assert_int_equal(log->events[0]->cpu.v, 3);
	assert_string_equal(log->events[0]->traces[0].frames[0].function, "aa");
	assert_string_equal(log->events[1]->kind->slug, "rcu-stall");
	talloc_free(log);
}

static void callers_are_told_apart(void **state)
{
	struct oops_log *log =
		parse_text("1|general protection fault: 0000 [#1] SMP\n"
			   "2|BUG: kernel NULL pointer dereference, address: 0000000000000000\n"
			   "1|RIP: 0010:a+0x1/0x2\n"
			   "2|RIP: 0010:b+0x1/0x2\n"
			   "1|Call Trace:\n2|Call Trace:\n1| aa+0x1/0x2\n2| bb+0x1/0x2\n");

	(void)state;
	assert_int_equal(log->n_events, 2);
	assert_string_equal(log->events[0]->ip.function, "a");
	assert_string_equal(log->events[1]->ip.function, "b");
	assert_string_equal(trace(log->events[0], OOPS_TRACE_MAIN)->frames[0].function, "aa");
	assert_string_equal(trace(log->events[1], OOPS_TRACE_MAIN)->frames[0].function, "bb");
	talloc_free(log);
}

static void no_crash(void **state)
{
	struct oops_log *log = parse_text("Linux version 6.1.0 (x@y) (gcc) #1 SMP Debian 6.1\n"
					  "Command line: quiet\n"
					  "Call Trace:\n foo+0x1/0x2\n"
					  "sysrq: Show backtrace of all active CPUs\n"
					  "NMI backtrace for cpu 1\nRIP: 0010:foo+0x1/0x2\n");

	(void)state;
	assert_int_equal(log->n_events, 0);
	assert_string_equal(log->boot->release, "6.1.0");
	assert_string_equal(log->boot->version, "#1 SMP Debian 6.1");
	assert_string_equal(log->boot->command_line, "quiet");
	talloc_free(log);
}

/* A console that goes on with the crash kernel's boot: what that says is of another system. */
/* Another CPU was in the middle of its trace when the WARN began. */
static void frames_before_the_cpu_line_are_of_another(void **state)
{
	struct oops_log *log = parse_text("WARNING: CPU: 0 PID: 7 at a.c:1 gizmo_check+0x2a/0x37\n"
					  " tun_build_skb+0x9c/0x181\n"
					  " tun_get_user+0x17/0x39\n"
					  "CPU: 0 PID: 7 Comm: sh Not tainted 4.15.0+ #221\n"
					  "RIP: 0010:gizmo_check+0x2a/0x37\n"
					  " gizmo_open+0xf8/0x180\n"
					  " chrdev_open+0xf9/0x1a0\n");
	const struct oops_event *ev = only_event(log, "warning");

	(void)state;
	assert_string_equal(ev->ip.function, "gizmo_check");
	assert_string_equal(trace(ev, OOPS_TRACE_MAIN)->frames[0].function, "gizmo_open");
	assert_string_equal(trace(ev, OOPS_TRACE_OTHER)->frames[1].function, "tun_get_user");
	talloc_free(log);
}

/* Whoever quotes a report may shorten it. */
static void dots_are_no_function(void **state)
{
	struct oops_log *log =
		parse_text("WARNING: CPU: 1 PID: 404 at mm/page_alloc.c:4551 ......\n");

	(void)state;
	assert_null(only_event(log, "warning")->named_function);
	talloc_free(log);
}

static void remarks_in_brackets_are_no_modules(void **state)
{
	struct oops_log *log = parse_text(
		"Kernel BUG at gizmo_check+0x1a/0x30 [verbose debug info unavailable]\n");

	(void)state;
	assert_string_equal(only_event(log, "kernel-bug")->named_function, "gizmo_check");
	assert_null(log->events[0]->named_module);
	talloc_free(log);
}

static void an_unknown_report_needs_a_trace(void **state)
{
	static const char trace_of[] = "CPU: 1 PID: 12 Comm: sh Not tainted 6.1.0 #1\n"
				       "Call Trace:\n"
				       " dump_stack_lvl+0x44/0x5c\n"
				       " gizmo_check+0x1a/0x30 [gizmo]\n";
	struct oops_log *log;
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text), "BUG: gizmo 3 is upside down\n%s", trace_of);
	log = parse_text(text);
	assert_string_equal(only_event(log, "oops")->headline, "BUG: gizmo 3 is upside down");
	assert_int_equal(trace(log->events[0], OOPS_TRACE_MAIN)->n_frames, 2);
	talloc_free(log);
	snprintf(text, sizeof(text), "WARNING: gizmo 3 tilts\n%s", trace_of);
	log = parse_text(text);
	only_event(log, "warning");
	talloc_free(log);
	/* A line that names its cause is what the trace belongs to. */
	snprintf(text, sizeof(text), "BUG: gizmo 3 is upside down\nkernel BUG at gizmo.c:12!\n%s",
		trace_of);
	log = parse_text(text);
	only_event(log, "kernel-bug");
	talloc_free(log);
	log = parse_text("BUG: gizmo 3 is upside down\nWARNING: Caches not enabled\nall is well\n");
	assert_int_equal(log->n_events, 0);
	talloc_free(log);
}

static void facts_are_of_the_boot(void **state)
{
	struct oops_log *log = parse_text("Linux version 6.1.0 (x@y) (gcc) #1 SMP first\n"
					  "Command line: quiet\n"
					  "vhba: loading out-of-tree module taints kernel.\n"
					  "kernel BUG at a.c:1!\n"
					  "RIP: 0010:foo+0x1/0x2\n"
					  "Linux version 6.1.0 (x@y) (gcc) #1 SMP second\n"
					  "Command line: elfcorehdr=0x1\n");

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_string_equal(log->events[0]->boot->command_line, "quiet");
	assert_string_equal(log->events[0]->boot->version, "#1 SMP first");
	assert_string_equal(log->events[0]->boot->out_of_tree, "vhba");
	/* It has a command line of its own, which is not the machine's. */
	assert_true(log->boot->capture);
	assert_null(log->boot->command_line);
	assert_null(log->boot->out_of_tree);
	talloc_free(log);
}

static void handlers_of_an_interrupt(void **state)
{
	struct oops_log *log = parse_text("irq 27: nobody cared (try booting with the "
					  "\"irqpoll\" option)\n"
					  "CPU: 0 PID: 0 Comm: swapper/0 Not tainted 6.1.0 #1\n"
					  "Call Trace:\n"
					  " __report_bad_irq+0x35/0xa7\n"
					  "handlers:\n"
					  "[<00000000a1b2c3d4>] i801_isr [i2c_i801]\n"
					  "[<00000000b1c2d3e4>] irq_default_primary_handler "
					  "threaded [<00000000c1c2d3e4>] i2c_dw_isr [i2c_dw]\n"
					  "Disabling IRQ #27\n");
	const struct oops_trace *t;

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_int_equal(log->events[0]->n_traces, 2);
	t = &log->events[0]->traces[1];
	assert_int_equal(t->role, OOPS_TRACE_HANDLERS);
	assert_int_equal(t->n_frames, 3);
	assert_string_equal(t->frames[0].function, "i801_isr");
	assert_string_equal(t->frames[0].module, "i2c_i801");
	assert_string_equal(t->frames[2].function, "i2c_dw_isr");
	talloc_free(log);
}

static void facts_of_a_machine(void **state)
{
	struct oops_log *log = parse_text("Linux version 6.1.0 (x@y) (gcc) #1 SMP first\n"
					  "DMI: Maker Model/Board, BIOS 1.2 01/02/2023\n"
					  "Memory: 1000K/2048K available (12K kernel code)\n"
					  "smp: Brought up 1 node, 12 CPUs\n"
					  "wl: module license 'Mixed' taints kernel.\n");

	(void)state;
	assert_string_equal(log->boot->hardware, "Maker Model/Board");
	assert_string_equal(log->boot->bios, "1.2 01/02/2023");
	assert_int_equal(log->boot->memory_bytes.v, 2048 * 1024);
	assert_int_equal(log->boot->cpus.v, 12);
	assert_string_equal(log->boot->proprietary, "wl");
	talloc_free(log);
}

/* The last line of a boot, 900 s after its first, and the first one of the next. */
static struct oops_log *parse_two_boots(const char *last)
{
	const char *lines[] = {last, "Linux version 6.1.0 (x@y) (gcc) #1 SMP"};
	struct oops_parser *ps;
	struct oops_log *log;

	assert_int_equal(oops_parser_new(NULL, &ps, NULL), 0);
	for (uint64_t i = 0; i < 2; i++) {
		struct log_record rec = {.text = lines[i],
			.len = strlen(lines[i]),
			.seq = i,
			.has_ts = true,
			.ts_ns = i ? 0 : 900000000000u};

		assert_int_equal(oops_parser_feed(ps, &rec), 0);
	}
	assert_int_equal(oops_parser_finish(ps, NULL, &log, NULL), 0);
	talloc_free(ps);
	return log;
}

static void a_boot_may_end_on_purpose(void **state)
{
	static const char *const last[] = {
		"reboot: Power down", "Restarting system.", "Power down."};
	struct oops_log *log = parse_two_boots("all is well");

	(void)state;
	only_event(log, "unexpected-reboot");
	talloc_free(log);
	for (size_t i = 0; i < ARRAY_SIZE(last); i++) {
		log = parse_two_boots(last[i]);
		assert_int_equal(log->n_events, 0);
		talloc_free(log);
	}
}

/* Where the kernel was built does not matter. */
static void a_file_has_its_path_in_the_tree(void **state)
{
	static const char *const files[][2] = {
		{"/build/linux/drivers/net/foo.c", "drivers/net/foo.c"},
		{"/home/a/arch/x86/kernel/traps.c", "arch/x86/kernel/traps.c"},
		{"/usr/src/net/net/core/dev.c", "net/core/dev.c"},
		{"/linux-src-3.18/net/netlink/genetlink.c", "net/netlink/genetlink.c"},
		{"./include/net/sock.h", "./include/net/sock.h"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char text[200];
		struct oops_log *log;

		snprintf(text, sizeof(text), "WARNING: CPU: 1 PID: 7 at %s:12 foo+0x1/0x2\n",
			files[i][0]);
		log = parse_text(text);
		assert_string_equal(log->events[0]->file, files[i][1]);
		talloc_free(log);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(x86_today),
		cmocka_unit_test(a_file_has_its_path_in_the_tree),
		cmocka_unit_test(x86_of_3_10),
		cmocka_unit_test(arm64),
		cmocka_unit_test(other_architectures),
		cmocka_unit_test(half_a_name),
		cmocka_unit_test(riscv_return_address),
		cmocka_unit_test(arm_traces),
		cmocka_unit_test(a_release_cut_by_a_pager),
		cmocka_unit_test(words_with_from_are_no_frame),
		cmocka_unit_test(arm_traces_may_be_cut),
		cmocka_unit_test(cpus_of_old_kernels),
		cmocka_unit_test(kasan),
		cmocka_unit_test(heads_join),
		cmocka_unit_test(warnings),
		cmocka_unit_test(callers_are_told_apart),
		cmocka_unit_test(a_stall_amid_a_fault),
		cmocka_unit_test(no_crash),
		cmocka_unit_test(frames_before_the_cpu_line_are_of_another),
		cmocka_unit_test(dots_are_no_function),
		cmocka_unit_test(remarks_in_brackets_are_no_modules),
		cmocka_unit_test(an_unknown_report_needs_a_trace),
		cmocka_unit_test(facts_are_of_the_boot),
		cmocka_unit_test(facts_of_a_machine),
		cmocka_unit_test(handlers_of_an_interrupt),
		cmocka_unit_test(a_boot_may_end_on_purpose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
