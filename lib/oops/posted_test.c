// SPDX-License-Identifier: GPL-3.0-or-later
/* Forms of a report's lines that few kernels print, and that people still post. */
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "oops/parse_text.h"

struct post {
	const char *text;
	size_t n_events;
	/* of the first report; NULL: none */
	const char *kind, *function, *release, *tainted, *comm;
	uint64_t cpu, pid;
};

static void check_text(const char *text, const char *is, const char *must)
{
	if (!is != !must || (is && strcmp(is, must) != 0))
		fail_msg("%s: %s, not %s", text, is ? is : "none", must ? must : "none");
}

static void check_number(const char *text, struct vmt_u64 is, uint64_t must)
{
	if (!is.known || is.v != must)
		fail_msg("%s: %lld, not %llu", text, is.known ? (long long)is.v : -1,
			(unsigned long long)must);
}

static void check_post(const struct post *p)
{
	struct oops_log *log = parse_text(p->text);
	const struct oops_event *ev;

	if (log->n_events != p->n_events)
		fail_msg("%s: %zu reports", p->text, log->n_events);
	ev = log->events[0];
	check_text(p->text, ev->kind->slug, p->kind);
	check_text(p->text, ev->ip.function ? ev->ip.function : ev->named_function, p->function);
	check_text(p->text, ev->release, p->release);
	check_text(p->text, ev->tainted, p->tainted);
	check_text(p->text, ev->comm, p->comm);
	check_number(p->text, ev->cpu, p->cpu);
	check_number(p->text, ev->pid, p->pid);
	talloc_free(log);
}

static void kernel_and_task(void **state)
{
	static const struct post posts[] = {
		/* i386 to 2.6.24 */
		{"BUG: unable to handle kernel NULL pointer dereference at virtual address "
		 "0000009c\n"
		 " printing eip:\nf88a5c1a\n*pde = 00000000\nOops: 0000 [#1]\nSMP\n"
		 "CPU:    2\n"
		 "EIP:    0060:[<f88a5c1a>]    Tainted: P      VLI\n"
		 "EFLAGS: 00010286   (2.6.18-8.el5 #1)\n"
		 "EIP is at gizmo_clear+0x4d/0x8e [gizmo]\n"
		 "Process kswapd0 (pid: 12, ti=f7c7b000 task=c18f0aa0 task.ti=f7c7b000)\n",
			1, "null-deref", "gizmo_clear", "2.6.18-8.el5", "P", "kswapd0", 2, 12},
		{"BUG: unable to handle kernel NULL pointer dereference at virtual address "
		 "0000009c\n"
		 "Oops: 0000 [#1]\nSMP\n"
		 "CPU:    2\n"
		 "EIP:    0060:[<f88a5c1a>]    Not tainted VLI\n"
		 "EFLAGS: 00010286   (2.6.18-8.el5 #1)\n"
		 "EIP is at gizmo_clear+0x4d/0x8e [gizmo]\n"
		 "Process kswapd0 (pid: 12, ti=f7c7b000 task=c18f0aa0 task.ti=f7c7b000)\n",
			1, "null-deref", "gizmo_clear", "2.6.18-8.el5", "", "kswapd0", 2, 12},
		/* x86_64 to 2.6.24 */
		{"Unable to handle kernel NULL pointer dereference at 0000000000000018 RIP: \n"
		 " [<ffffffff885a1b2c>] :gizmo:gizmo_fill+0x7b/0x210\n"
		 "PGD 11d3c5067 PUD 11d3c6067 PMD 0 \nOops: 0000 [1] SMP \n"
		 "CPU 3 \nPid: 44, comm: ls Not tainted 2.6.18-194.el5 #1\n"
		 "RIP: 0010:[<ffffffff885a1b2c>]  [<ffffffff885a1b2c>] "
		 ":gizmo:gizmo_fill+0x7b/0x210\n"
		 "Call Trace:\n [<ffffffff885a1d4e>] :gizmo:gizmo_read+0x1fd/0x470\n",
			1, "null-deref", "gizmo_fill", "2.6.18-194.el5", "", "ls", 3, 44},
		/* powerpc without a CPU line */
		{"Unable to handle kernel paging request for data at address 0x5a5a5a5e\n"
		 "Oops: Kernel access of bad area, sig: 11 [#1]\n"
		 "NIP: c021d3d4 LR: c021d3a8 CTR: c021d0f0\n"
		 "REGS: dffebcf0 TRAP: 0300   Tainted: P         (3.2.0-gizmo)\n"
		 "TASK = c03e9460[7] 'gizmod' THREAD: c03fe000 CPU: 1\n"
		 "NIP [c021d3d4] gizmo_poll+0x124/0x4f0\n",
			1, "page-fault", "gizmo_poll", "3.2.0-gizmo", "P", "gizmod", 1, 7},
		/* the name of a worker has a slash of its own */
		{"WARNING: net/foo.c:304 at foo+0x25/0x26, CPU#3: kworker/3:1/511\n"
		 "RIP: 0010:foo+0x25/0x26\n"
		 "Tainted: G        W          6.19.0 #1\n",
			1, "warning", "foo", "6.19.0", "W", "kworker/3:1", 3, 511},
		/* a module's own task line has no taint */
		{"LustreError: 2:0:(osc.c:11:osc_ready()) ASSERTION( n > 0 ) failed: \n"
		 "LustreError: 2:0:(osc.c:11:osc_ready()) LBUG\n"
		 "CPU 4\n"
		 "Pid: 2, comm: ptlrpcd_01 3.10.0-1160.el7.x86_64 #1 SMP Tue Nov 30\n"
		 "Call Trace:\n osc_ready+0x1/0x2 [osc]\n",
			1, "kernel-bug", "osc_ready", "3.10.0-1160.el7.x86_64", NULL, "ptlrpcd_01",
			4, 2},
		/* ZFS's cmn_err(CE_PANIC) */
		{"PANIC: zfs: adding existent segment to range tree (offset=54 size=10)\n"
		 "Showing stack for process 44\n"
		 "CPU: 3 PID: 44 Comm: txg_sync Tainted: P           OE      6.6.20 #1\n"
		 "Call Trace:\n dump_stack_lvl+0x47/0x60\n vcmn_err+0xdb/0x120 [spl]\n"
		 " zfs_panic_recover+0x75/0x90 [zfs]\n range_tree_add_impl+0x27f/0x1120 [zfs]\n",
			1, "kernel-bug", NULL, "6.6.20", "POE", "txg_sync", 3, 44},
		/* BUG() of old arm makes a fault of its own */
		{"kernel BUG at drivers/gizmo.c:2950!\n"
		 "Unable to handle kernel NULL pointer dereference at virtual address 00000000\n"
		 "pgd = c0004000\n[00000000] *pgd=00000000\n"
		 "Internal error: Oops: 817 [#1] PREEMPT\n"
		 "CPU: 1    Not tainted  (2.6.35.3 #1)\n"
		 "PC is at __bug+0x1c/0x28\n"
		 "Process mmcqd (pid: 45, stack limit = 0xc78b0270)\n",
			1, "kernel-bug", "__bug", "2.6.35.3", "", "mmcqd", 1, 45},
		/* another CPU's stall amid the head of a fault */
		{"BUG: unable to handle kernel NULL pointer dereference at 00000000000000d8\n"
		 "INFO: task kworker/3:1:2211 blocked for more than 120 seconds.\n"
		 "PGD 0 P4D 0\nOops: 0000 [#1] SMP NOPTI\n"
		 "CPU: 12 PID: 6 Comm: gizmod Not tainted 5.4.17 #2\n"
		 "RIP: 0010:gizmo_poll+0x1e/0x170 [gizmo]\n",
			2, "null-deref", "gizmo_poll", "5.4.17", "", "gizmod", 12, 6},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(posts); i++)
		check_post(&posts[i]);
}

/* To 2.6.24, x86_64 gave the module before the function. */
static void module_before_function(void **state)
{
	struct oops_log *log = parse_text("general protection fault: 0000 [1] SMP\n"
					  "RIP: 0010:[<ffffffff885a1b2c>]  [<ffffffff885a1b2c>] "
					  ":gizmo:gizmo_fill+0x7b/0x210\n"
					  "Call Trace:\n"
					  " [<ffffffff885a1d4e>] :giz-mo:gizmo_read+0x1fd/0x470\n"
					  " [<ffffffff80025a1b>] filldir+0x0/0xb7\n");
	const struct oops_event *ev = log->events[0];

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_string_equal(ev->ip.module, "gizmo");
	assert_int_equal(ev->traces[0].n_frames, 2);
	assert_string_equal(ev->traces[0].frames[0].function, "gizmo_read");
	assert_null(ev->traces[0].frames[1].module);
	talloc_free(log);
}

/* An expedited grace period names the CPU in braces; another CPU prints the report. */
static void expedited_stall(void **state)
{
	struct oops_log *log =
		parse_text("rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: "
			   "{ 7-...D } 5252 jiffies s: 311 root: 0x1/.\n"
			   "Task dump for CPU 7:\n"
			   "CPU: 2 PID: 0 Comm: swapper/2 Not tainted 6.1.43 #1\n");

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_int_equal(log->events[0]->subject_cpu.v, 7);
	talloc_free(log);
}

/* To 4.15, the stack protector printed an address. */
static void address_is_no_function(void **state)
{
	struct oops_log *log = parse_text("Kernel panic - not syncing: stack-protector: Kernel "
					  "stack is corrupted in: ffffffff81234567\n");

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_null(log->events[0]->named_function);
	talloc_free(log);
}

static void leaked_object(void **state)
{
	struct oops_log *log =
		parse_text("BUG: memory leak\n"
			   "unreferenced object 0xffff88810f4b2900 (size 240):\n"
			   "  comm \"a b\", pid 5110, jiffies 4294948123 (age 13.310s)\n"
			   "  backtrace:\n    [<ffffffff83a8d1c1>] foo+0x1f1/0x250\n");

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_string_equal(log->events[0]->comm, "a b");
	assert_int_equal(log->events[0]->pid.v, 5110);
	talloc_free(log);
}

/* A fault that a stall interrupted, and whose die line was lost: no later stack is its own. */
static void interrupted_fault(void **state)
{
	struct oops_log *log =
		parse_text("BUG: unable to handle page fault for address: ffff8880000000d8\n"
			   "INFO: task kworker/3:1:2211 blocked for more than 120 seconds.\n"
			   "Call Trace:\n schedule+0x2e/0x170\n"
			   "---[ end trace 0000000000000000 ]---\n"
			   "Call Trace:\n innocent+0x2e/0x170\n");

	(void)state;
	assert_int_equal(log->n_events, 2);
	assert_int_equal(log->events[0]->n_traces, 0);
	talloc_free(log);
}

/* To 2.6.24, x86_64 gave the place in the line below: an address alone, after a jump to nowhere. */
static void jump_to_nowhere(void **state)
{
	struct oops_log *log = parse_text(
		"Unable to handle kernel NULL pointer dereference at 0000000000000000 RIP: \n"
		" [<0000000000000000>]\n"
		"PGD 11d3c5067 PUD 11d3c6067 PMD 0 \nOops: 0010 [1] SMP \n"
		"CPU 3 \nPid: 44, comm: ls Not tainted 2.6.18-194.el5 #1\n"
		"RIP: 0010:[<0000000000000000>]  [<0000000000000000>]\n"
		"Call Trace:\n [<ffffffff885a1d4e>] :gizmo:gizmo_read+0x1fd/0x470\n");
	const struct oops_event *ev = log->events[0];

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_true(ev->ip.has_address);
	assert_int_equal(ev->traces[0].n_frames, 1);
	assert_string_equal(ev->traces[0].frames[0].function, "gizmo_read");
	talloc_free(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_and_task),
		cmocka_unit_test(module_before_function),
		cmocka_unit_test(expedited_stall),
		cmocka_unit_test(address_is_no_function),
		cmocka_unit_test(leaked_object),
		cmocka_unit_test(interrupted_fault),
		cmocka_unit_test(jump_to_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
