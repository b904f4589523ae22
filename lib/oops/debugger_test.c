// SPDX-License-Identifier: GPL-3.0-or-later
/* What crash(8) and drgn print; whole outputs are in testdata/logs/debuggers. */
#include "base/test.h"

#include "base/array.h"
#include "oops/parse_text.h"

#define SYS                                                                                        \
	"      KERNEL: /usr/lib/debug/vmlinux\n"                                                   \
	"    DUMPFILE: /var/crash/vmcore  [PARTIAL DUMP]\n"                                        \
	"        CPUS: 32\n"                                                                       \
	"        DATE: Tue Jun  1 10:11:05 UTC 2021\n"                                             \
	"      UPTIME: 12 days, 04:11:02\n"                                                        \
	"    NODENAME: db7.example.com\n"                                                          \
	"     RELEASE: 3.10.0-1160.el7.x86_64\n"                                                   \
	"     VERSION: #1 SMP Mon Oct 19 16:18:59 UTC 2020\n"                                      \
	"     MACHINE: x86_64  (2400 Mhz)\n"

#define TASK "PID: 7        TASK: ffff9a2403884800  CPU: 3    COMMAND: \"my task\"\n"

#define BT                                                                                         \
	TASK " #0 [ffff9a2403884a00] machine_kexec at ffffffff8c669757\n"                          \
	     " #1 [ffff9a2403884a20] oops_end at ffffffff8c627f2b\n"                               \
	     " #2 [ffff9a2403884a30] page_fault at ffffffff8d200b62\n"                             \
	     "    [exception RIP: foo_put+59]\n"                                                   \
	     "    RIP: ffffffffc1014e7b  RSP: ffff9a2403884a40  RFLAGS: 00010246\n"                \
	     "    RAX: 0000000000000008  RBX: ffff8aa000888000  RCX: 0000000000000001\n"           \
	     "    ORIG_RAX: ffffffffffffffff  CS: 0010  SS: 0018\n"                                \
	     " #3 [ffff9a2403884a50] foo_irq at ffffffffc10189cd [foo]\n"                          \
	     "--- <IRQ stack> ---\n"                                                               \
	     " #4 [ffff9a2403884f00] do_idle at ffffffff8cfb6507\n"                                \
	     "    RIP: 000000000047b7a0  RSP: 00007ffcf93f1388  RFLAGS: 00000202\n"                \
	     "    RAX: 0000000000000001  RBX: 0000000000000001  RCX: 000000000047b7a0\n"

static void sys_and_stack(void **state)
{
	struct oops_log *log = parse_text(
		SYS "       PANIC: \"BUG: unable to handle kernel NULL pointer dereference at "
		    "0000000000000040\"\n"
		    "         PID: 9\n" BT);
	const struct oops_event *ev = log->events[0];

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_string_equal(ev->kind->slug, "null-deref");
	assert_int_equal(ev->address.v, 0x40);
	assert_true(ev->fatal);
	assert_int_equal(ev->ts_ns / 1000000000, 12 * 86400 + 4 * 3600 + 11 * 60 + 2);
	assert_int_equal(ev->unix_ns / 1000000000, 1622542265);
	assert_int_equal(ev->pid.v, 7);
	assert_string_equal(log->hostname, "db7.example.com");
	assert_string_equal(log->arch, "x86_64");
	assert_string_equal(ev->boot->release, "3.10.0-1160.el7.x86_64");
	assert_int_equal(ev->boot->cpus.v, 32);
	talloc_free(log);
}

/* A date or an uptime that no 64 bits of nanoseconds hold is none. */
static void far_times(void **state)
{
	struct oops_log *log = parse_text(
		"      KERNEL: vmlinux\n"
		"        DATE: Tue Jun  1 10:11:05 UTC 9021\n"
		"      UPTIME: 999999999999 days, 04:11:02\n"
		"       PANIC: \"BUG: unable to handle kernel NULL pointer dereference at "
		"0000000000000040\"\n"
		"         PID: 9\n" BT);
	const struct oops_event *ev = log->events[0];

	(void)state;
	assert_string_equal(ev->kind->slug, "null-deref");
	assert_false(ev->has_unix);
	assert_false(ev->has_ts);
	talloc_free(log);
}

static void stack_alone(void **state)
{
	struct oops_log *log = parse_text("crash> bt\n" BT);
	const struct oops_event *ev = log->events[0];
	const struct oops_trace *t = &ev->traces[1];

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_true(ev->stack_only);
	assert_string_equal(ev->comm, "my task");
	assert_int_equal(ev->cpu.v, 3);
	assert_string_equal(ev->ip.function, "foo_put");
	assert_int_equal(ev->ip.offset, 59);
	assert_string_equal(ev->ip.module, "foo");
	assert_int_equal(ev->regs[1].value, 8);
	assert_int_equal(t->role, OOPS_TRACE_MAIN);
	assert_int_equal(t->n_frames, 2);
	assert_string_equal(t->frames[0].function, "foo_irq");
	assert_string_equal(t->frames[0].module, "foo");
	assert_int_equal(t->frames[0].context, OOPS_CTX_IRQ);
	assert_int_equal(t->frames[1].context, OOPS_CTX_TASK);
	talloc_free(log);
}

/* A module's code without the module's name: whose it is is not guessed. */
static void unknown_module(void **state)
{
	struct oops_log *log =
		parse_text(" #0 [ffff9a2403884a00] machine_kexec at ffffffff8c669757\n"
			   "    [exception RIP: bar_put+59]\n"
			   "    RIP: ffffffffc1014e7b  RSP: ffff9a2403884a40  RFLAGS: 00010246\n"
			   " #1 [ffff9a2403884a50] foo_irq at ffffffffc10189cd [foo]\n");

	(void)state;
	assert_null(log->events[0]->ip.module);
	assert_true(log->events[0]->ip.module_unknown);
	talloc_free(log);
	log = parse_text(" #0 [ffff9a2403884a00] machine_kexec at ffffffff8c669757\n"
			 "    [exception RIP: bar_put+0x3b]\n"
			 "    RIP: ffffffff8c014e7b  RSP: ffff9a2403884a40  RFLAGS: 00010246\n"
			 " #1 [ffff9a2403884a50] bar_irq at ffffffff8c0189cd\n");
	assert_int_equal(log->events[0]->ip.offset, 59);
	assert_false(log->events[0]->ip.module_unknown);
	talloc_free(log);
}

static void arm64(void **state)
{
	struct oops_log *log =
		parse_text(TASK " #0 [ffff80000a7b3a40] machine_kexec at ffffd3a1c0a2b7d8\n"
				" #1 [ffff80000a7b3a70] __crash_kexec at ffffd3a1c0b2c7f0\n"
				" #2 [ffff80000a7b3c00] el1h_64_sync at ffffd3a1c0a11a64\n"
				"     PC: ffffd3a1c1aee040  [bar_put+16]\n"
				"     LR: ffffd3a1c1af9280  [bar_write+152]\n"
				" #3 [ffff80000a7b3d70] bar_write at ffffd3a1c1af9280\n");

	(void)state;
	assert_string_equal(log->events[0]->ip.function, "bar_put");
	assert_int_equal(log->events[0]->ip.offset, 16);
	assert_string_equal(log->events[0]->traces[1].frames[0].function, "bar_write");
	talloc_free(log);
}

/* Stacks of tasks and CPUs that did not crash, and of user programs. */
static void others(void **state)
{
	static const char *const texts[] = {
		TASK " #0 [ffff9a2403884a00] __schedule at ffffffff8c669757\n"
		     " #1 [ffff9a2403884a20] schedule at ffffffff8c627f2b\n",
		TASK " #0 [ffff9a2403884a00] crash_nmi_callback at ffffffff8c669757\n"
		     " #1 [ffff9a2403884a20] panic at ffffffff8c627f2b\n",
		"#0  0x00007f in die () from /lib/libc.so\n#1  0x0000 in main () at m.c:3\n",
		"#0  __schedule (kernel/sched/core.c:5244:3)\n#1  schedule "
		"(kernel/sched/core.c:1:1)\n",
		"#1 panic at the disco\n",
		SYS "       PANIC: \"\"\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct oops_log *log = parse_text(texts[i]);

		assert_int_equal(log->n_events, 0);
		talloc_free(log);
	}
}

/* The kernel's own report says more. */
static void log_wins(void **state)
{
	struct oops_log *log =
		parse_text(BT "crash> log\n"
			      "BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
			      "RIP: 0010:foo_put+0x3b/0x80 [foo]\n"
			      "Call Trace:\n"
			      " foo_irq+0x1/0x2 [foo]\n");

	(void)state;
	assert_int_equal(log->n_events, 1);
	assert_string_equal(log->events[0]->kind->slug, "null-deref");
	assert_int_equal(log->events[0]->n_traces, 1);
	assert_int_equal(log->events[0]->ip.size, 0x80);
	assert_string_equal(log->events[0]->comm, "my task");
	talloc_free(log);
}

static void drgn(void **state)
{
	struct oops_log *log =
		parse_text(">>> prog.crashed_thread().stack_trace()\n"
			   "#0  foo_put (drivers/foo/main.c:100:24)\n"
			   "#1  call_timer_fn (kernel/time/timer.c:1701:2)\n"
			   "#2  entry_SYSCALL_64+0xa6/0x1ab (arch/x86/entry/entry_64.S:121)\n"
			   "#3  0x47b7a0\n");
	const struct oops_event *ev = log->events[0];

	(void)state;
	assert_string_equal(ev->ip.function, "foo_put");
	assert_string_equal(ev->ip.file, "drivers/foo/main.c");
	assert_int_equal(ev->ip.line, 100);
	assert_true(ev->ip.module_unknown);
	assert_int_equal(ev->traces[0].n_frames, 3);
	assert_false(ev->traces[0].frames[0].module_unknown);
	assert_int_equal(ev->traces[0].frames[1].offset, 0xa6);
	talloc_free(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sys_and_stack),
		cmocka_unit_test(far_times),
		cmocka_unit_test(stack_alone),
		cmocka_unit_test(unknown_module),
		cmocka_unit_test(arm64),
		cmocka_unit_test(others),
		cmocka_unit_test(log_wins),
		cmocka_unit_test(drgn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
