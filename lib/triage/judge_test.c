// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts in, verdicts out. */
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "log/log_text.h"
#include "triage/fake_judge.h"
#include "triage/triage.h"

static const char nic[] =
	"[    0.000000] Linux version 6.1.0-56-amd64 (x@y) (gcc) #1 SMP Debian 6.1.192-2\n"
	"[    0.000000] DMI: QEMU Standard PC, BIOS 1.16.2 04/01/2014\n"
	"[   12.500000] BUG: kernel NULL pointer dereference, address: 0000000000000040\n"
	"[   12.500000] #PF: supervisor read access in kernel mode\n"
	"[   12.500000] Oops: 0000 [#1] PREEMPT SMP\n"
	"[   12.500000] CPU: 1 PID: 0 Comm: swapper/1 Tainted: G           O      6.1.0-56-amd64 "
	"#1\n"
	"[   12.500000] RIP: 0010:e1000_clean_rx_irq+0x225/0x500 [e1000]\n"
	"[   12.500000] RAX: 0000000000000000 RBX: 0000000000000001\n"
	"[   12.500000] Call Trace:\n"
	"[   12.500000]  <IRQ>\n"
	"[   12.500000]  e1000_clean+0x1/0x2 [e1000]\n"
	"[   12.500000]  __napi_poll+0x1/0x2\n"
	"[   12.500000]  net_rx_action+0x1/0x2\n"
	"[   12.500000]  __do_softirq+0x1/0x2\n"
	"[   12.500000]  </IRQ>\n"
	"[   12.500000] Modules linked in: e1000 vhba(O)\n";

static void driver_in_receive_path(void **state)
{
	struct vmt_report r;
	TALLOC_CTX *ctx = judge_alone(nic, &r);

	(void)state;
	assert_string_equal(r.verdict.headline,
		"e1000 (in-tree driver), receive path: NULL pointer dereference, read at 0x40 in "
		"e1000_clean_rx_irq+0x225");
	assert_string_equal(r.verdict.kind, "null-deref");
	assert_string_equal(r.verdict.module, "e1000");
	assert_string_equal(r.verdict.origin, "in-tree");
	assert_string_equal(r.verdict.path, "receive");
	assert_string_equal(r.verdict.address_class, "null-offset");
	assert_string_equal(r.verdict.confidence, "high");
	assert_false(r.verdict.corrupted);
	assert_string_equal(r.crash.context, "softirq");
	assert_int_equal(r.crash.uptime.ns, 12500000000);
	assert_string_equal(r.frames[0].function, "e1000_clean_rx_irq");
	assert_string_equal(r.frames[2].module, "vmlinux");
	assert_int_equal(r.n_frames, 5);
	assert_string_equal(r.modules[1].origin, "out-of-tree");
	assert_string_equal(r.machine.bios, "1.16.2 04/01/2014");
	assert_string_equal(r.kernel.distribution, "Debian");
	assert_int_equal(r.kernel.n_taints, 1);
	assert_true(r.verdict.n_evidence >= 4);
	assert_true(r.verdict.n_next >= 2);
	talloc_free(ctx);
}

struct verdict_case {
	const char *text, *kind, *function, *module;
};

static void check_cases(const struct verdict_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct verdict_case *c = &cases[i];
		struct vmt_report r;
		TALLOC_CTX *ctx = judge_alone(c->text, &r);

		if (!r.verdict.kind || strcmp(r.verdict.kind, c->kind) != 0)
			fail_msg("case %zu: kind %s, not %s", i, r.verdict.kind, c->kind);
		if (c->function &&
			(!r.verdict.function || strcmp(r.verdict.function, c->function) != 0))
			fail_msg("case %zu: function %s, not %s", i, r.verdict.function,
				c->function);
		if (!c->function)
			assert_null(r.verdict.function);
		if (c->module)
			assert_string_equal(r.verdict.module, c->module);
		assert_non_null(r.verdict.headline);
		talloc_free(ctx);
	}
}

/* SLUB of 6.15 with panic_on_taint: the panic comes before the stack of its own report. */
static void panic_in_a_slab_report(void **state)
{
	static const char text[] =
		"[   11.0] Linux version 6.12.95-arm64 (x@y) (gcc) #1 SMP\n"
		"[   11.123651] [Right Redzone overwritten] 0xffff1539c47f3280-0xffff1539c47f3285 "
		"@offset=640. First byte 0x72 instead of 0xcc\n"
		"[   11.123995] "
		"======================================================================\n"
		"[   11.124255] BUG foo_cache (Tainted: G           OE     ): Object corrupt\n"
		"[   11.124346] "
		"----------------------------------------------------------------------\n"
		"[   11.127421] Disabling lock debugging due to kernel taint\n"
		"[   11.127616] Kernel panic - not syncing: panic_on_taint set ...\n"
		"[   11.127857] CPU: 0 UID: 0 PID: 1 Comm: init Tainted: G    B      OE      "
		"6.12.95 "
		"#1\n"
		"[   11.128369] Call trace:\n"
		"[   11.128641]  add_taint+0xc4/0xd0\n"
		"[   11.128689]  object_err+0x1f8/0x2c8\n"
		"[   11.128742]  check_bytes_and_report+0x12c/0x160\n"
		"[   11.128806]  check_object+0x22c/0x3d0\n"
		"[   11.128859]  free_to_partial_list+0x310/0x640\n"
		"[   11.133033]  __slab_free+0x2bc/0x498\n"
		"[   11.133237]  kmem_cache_free+0x268/0x390\n"
		"[   11.133299]  foo_rename+0x80/0xb8 [foo]\n"
		"[   11.133364]  foo_write+0x46c/0x1098 [foo]\n";
	struct vmt_report r;
	TALLOC_CTX *ctx = judge_text(text, &(struct triage_facts){0}, &r);
	bool shown = false;

	(void)state;
	assert_string_equal(r.verdict.kind, "heap-corruption");
	assert_string_equal(r.verdict.function, "foo_rename");
	assert_int_equal(r.n_events, 1);
	for (size_t i = 0; i < r.verdict.n_evidence; i++)
		shown |= strstr(r.verdict.evidence[i], "First byte 0x72 instead of 0xcc") != NULL;
	assert_true(shown);
	talloc_free(ctx);
}

/* If freed memory was written to, the next caller of the allocator is the victim. */
static void allocators_trip(void **state)
{
	struct vmt_report r;
	TALLOC_CTX *ctx =
		judge_alone("general protection fault, probably for non-canonical address "
			    "0x4142434445464748: 0000 [#1] SMP\n"
			    "CPU: 1 PID: 9 Comm: foo Not tainted 6.1.0 #1\n"
			    "RIP: 0010:kmem_cache_alloc+0x9e/0x360\nCall Trace:\n"
			    " innocent_open+0x2e/0x40 [innocent]\n chrdev_open+0xc8/0x240\n",
			&r);

	(void)state;
	assert_string_equal(r.verdict.function, "kmem_cache_alloc");
	assert_string_equal(r.verdict.module, "vmlinux");
	assert_string_equal(r.verdict.confidence, "medium");
	assert_true(r.verdict.victim);
	talloc_free(ctx);
}

/* What a panic stopped is not what panicked. The oops that it ends is not in the log. */
static void bystanders(void **state)
{
	struct vmt_report r;
	TALLOC_CTX *ctx = judge_alone(
		"Kernel panic - not syncing: Fatal exception in interrupt\n"
		"CPU3: stopping\n"
		"CPU: 3 PID: 332 Comm: rs:main Tainted: G      D    5.15.32-v7+ #1538\n"
		"Backtrace:\n"
		"[<80a3cb94>] (dump_backtrace) from [<80a3cddc>] (show_stack+0x20/0x24)\n"
		" r7:00000015 r6:80d175cc r5:00000080 r4:60000193\n",
		&r);

	(void)state;
	assert_string_equal(r.verdict.kind, "panic");
	assert_null(r.verdict.function);
	assert_null(r.verdict.module);
	assert_string_equal(r.verdict.confidence, "low");
	assert_false(r.crash.cpu.known || r.crash.pid.known);
	assert_null(r.crash.comm);
	assert_string_equal(r.crash.context, "hardirq");
	assert_int_equal(r.n_registers, 0);
	assert_string_equal(r.kernel.release, "5.15.32-v7+");
	talloc_free(ctx);
}

static void culprits(void **state)
{
	static const struct verdict_case cases[] = {
		/* a helper's copy is its caller's fault; a module's own copy is the module's */
		{"general protection fault: 0000 [#1] SMP\nRIP: 0010:memcpy+0x1/0x2\n"
		 "Call Trace:\n foo+0x1/0x2\n",
			"gpf", "foo", "vmlinux"},
		/* An inline function of a header that became one of the module. */
		{"general protection fault: 0000 [#1] SMP\nRIP: 0010:memcpy+0x1/0x2 [mine]\n"
		 "Call Trace:\n my_copy+0x1/0x2 [mine]\n caller+0x1/0x2\n",
			"gpf", "my_copy", "mine"},
		{"BUG: KASAN: slab-out-of-bounds in memcpy+0xac/0xc3 [mine]\n"
		 "Call Trace:\n dump_stack+0x1/0x2\n kasan_report+0x1/0x2\n my_copy+0x1/0x2 "
		 "[mine]\n",
			"out-of-bounds", "my_copy", "mine"},
		{"general protection fault: 0000 [#1] SMP\nRIP: 0010:memcpy+0x1/0x2 [mine]\n"
		 "Call Trace:\n foo+0x1/0x2\n",
			"gpf", "memcpy", "mine"},
		/* A handler that waits with interrupts off: the watchdog is no interrupt of the
		 * timer. */
		{"watchdog: CPU55: Watchdog detected hard LOCKUP on cpu 55\n"
		 "RIP: 0010:native_queued_spin_lock_slowpath+0x69/0x2f0\nCall Trace:\n <IRQ>\n "
		 "_raw_spin_lock_irqsave+0x3d/0x50\n my_handler+0x2c/0x190 [mine]\n "
		 "__handle_irq_event_percpu+0x4a/0x1a0\n handle_irq_event+0x38/0x80\n </IRQ>\n "
		 "<TASK>\n cpuidle_enter_state+0xd9/0x710\n do_idle+0x1d0/0x210\n </TASK>\n",
			"hard-lockup", "my_handler", "mine"},
		/* arm's division calls a separate function if the divisor is zero */
		{"Division by zero in kernel.\n"
		 "[<80013e78>] (__div0) from [<802a3bd0>] (Ldiv0+0x8/0x10)\n"
		 "[<802a3bc8>] (Ldiv0) from [<bf000014>] (foo+0x14/0x20 [mine])\n",
			"divide-error", "foo", "mine"},
		/* a stale address on the stack did not call anything */
		{"general protection fault: 0000 [#1] SMP\nRIP: 0010:memcpy+0x1/0x2\n"
		 "Call Trace:\n ? stale+0x1/0x2\n foo+0x1/0x2\n",
			"gpf", "foo", "vmlinux"},
		/* the caller is to blame for a jump to nowhere */
		{"BUG: kernel NULL pointer dereference, address: 0000000000000000\n"
		 "Oops: 0010 [#1] SMP\nRIP: 0010:0x0\nCall Trace:\n foo+0x1/0x2 [m]\n",
			"null-deref", "foo", "m"},
		/* the wait itself is not what hangs */
		{"INFO: task dd:77 blocked for more than 120 seconds.\nCall Trace:\n "
		 "__schedule+0x1/0x2\n"
		 " schedule+0x1/0x2\n mutex_lock+0x1/0x2\n foo+0x1/0x2\n",
			"hung-task", "foo", NULL},
		/* what a running task printed in between is not where the sleeping one waits */
		{"INFO: task dd:77 blocked for more than 120 seconds.\nCall Trace:\n "
		 "dump_stack+0x1/0x2\n should_fail+0x1/0x2\n foo+0x1/0x2\n",
			"hung-task", NULL, NULL},
		/*
		 * a stall is blamed on the work below its dispatcher, not on the tick that noticed
		 * it
		 */
		{"rcu: INFO: rcu_sched self-detected stall on CPU\nNMI backtrace for cpu 0\nCall "
		 "Trace:\n"
		 " nmi_cpu_backtrace+0x1/0x2\n update_process_times+0x1/0x2\n"
		 " apic_timer_interrupt+0x1/0x2\n inner+0x1/0x2\n outer+0x1/0x2\n"
		 " process_one_work+0x1/0x2\n",
			"rcu-stall", "outer", NULL},
		{"watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [x:1]\n"
		 "RIP: 0010:spin+0x1/0x2 [mod]\nCall Trace:\n outer+0x1/0x2 [mod]\n"
		 " vfs_write+0x1/0x2\n",
			"soft-lockup", "spin", "mod"},
		/* the panic is a consequence of the oops */
		{"kernel BUG at a.c:1!\ninvalid opcode: 0000 [#1] SMP\nRIP: 0010:foo+0x1/0x2\n"
		 "Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b\n",
			"kernel-bug", "foo", NULL},
		{"Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\n"
		 "Call Trace:\n panic+0x1/0x2\n do_exit+0x1/0x2\n",
			"init-killed", NULL, "vmlinux"},
		/* the allocator found its own lists damaged: its caller is a victim */
		{"kernel BUG at mm/slab.c:3136!\ninvalid opcode: 0000 [#1] SMP\n"
		 "RIP: 0010:cache_alloc_refill+0x1/0x2\nCall Trace:\n"
		 " kmem_cache_alloc+0x1/0x2\n getname_flags+0x1/0x2\n",
			"kernel-bug", "cache_alloc_refill", "vmlinux"},
		/* a module's function for panics, and its caller's own */
		{"PANIC: zfs: adding existent segment to range tree\n"
		 "CPU: 3 PID: 4 Comm: x Tainted: P 6.6.20 #1\nCall Trace:\n"
		 " dump_stack_lvl+0x1/0x2\n vcmn_err+0x1/0x2 [spl]\n"
		 " zfs_panic_recover+0x1/0x2 [zfs]\n range_tree_add+0x1/0x2 [zfs]\n",
			"kernel-bug", "range_tree_add", "zfs"},
		/* the place where the lock is taken, as the checker names it */
		{"WARNING: possible recursive locking detected\nx/1 is trying to acquire lock:\n"
		 "ffff (&a){+.+.}, at: foo+0x1/0x2\nstack backtrace:\n bar+0x1/0x2\n",
			"deadlock", "foo", NULL},
		/* a driver misused a service of the whole kernel */
		{"kernel BUG at lib/dynamic_queue_limits.c:27!\n"
		 "RIP: 0010:dql_completed+0x12f/0x140\n"
		 "Call Trace:\n igc_clean_tx_irq+0xe6/0x330 [igc]\n igc_poll+0x1/0x2 [igc]\n",
			"kernel-bug", "igc_clean_tx_irq", "igc"},
		/*
		 * a function at the base of every such stack is not to blame for a helper's fault
		 */
		{"general protection fault: 0000 [#1] SMP\nRIP: 0010:klist_next+0x1/0x2\n"
		 "Call Trace:\n process_one_work+0x1/0x2\n worker_thread+0x1/0x2\n",
			"gpf", "klist_next", "vmlinux"},
		/* a header's inline function is part of the function that includes it */
		{"BUG: KASAN: use-after-free in foo_get include/linux/foo.h:12 [inline]\n"
		 "BUG: KASAN: use-after-free in foo+0x1/0x2 fs/foo.c:34\n"
		 "Read of size 8 at addr ffff888012345678 by task x/1\n"
		 "Call Trace:\n foo_get include/linux/foo.h:12 [inline]\n"
		 " foo+0x1/0x2 fs/foo.c:34\n bar+0x1/0x2 fs/foo.c:56\n",
			"use-after-free", "foo", "vmlinux"},
		/* a file name is not a function, if the line ends after it */
		{"WARNING: CPU: 1 PID: 7 at net/foo/foo.c:12\nRIP: 0010:foo+0x1/0x2\n"
		 "Call Trace:\n bar+0x1/0x2\n",
			"warning", "foo", "vmlinux"},
		/* both lines of the head belong to one report */
		{"WARNING: suspicious RCU usage\n6.1.0 #1 Not tainted\n"
		 "-----------------------------\n"
		 "net/foo/foo.c:12 suspicious rcu_dereference_check() usage!\n"
		 "stack backtrace:\n lockdep_rcu_suspicious+0x1/0x2\n foo+0x1/0x2\n",
			"rcu-usage", "foo", "vmlinux"},
		/*
		 * the lock of a work item: blame the function that waits for the work with a lock
		 * that it takes
		 */
		{"WARNING: possible circular locking dependency detected\n"
		 "kworker/u8:2/43 is trying to acquire lock:\n"
		 "ffff ((work_completion)(&a->work)){+.+.}, at: process_one_work+0x8c0/0x17b0\n"
		 "the existing dependency chain (in reverse order) is:\n"
		 "-> #1 ((wq_completion)foo){+.+.}:\n"
		 "       flush_workqueue+0x115/0x1520\n       foo_remove+0x16a/0x230\n"
		 "stack backtrace:\n dump_stack+0x1/0x2\n process_one_work+0x8c0/0x17b0\n",
			"deadlock", "foo_remove", "vmlinux"},
		/*
		 * a function that opens files for others did not loop, and a lock alone proves
		 * nothing
		 */
		{"BUG: soft lockup - CPU#1 stuck for 22s! [tc:2439]\nRIP: 0010:foo_open+0x16/0xd0\n"
		 "Call Trace:\n __blkdev_get+0xe1/0x550\n blkdev_get+0x38/0x130\n"
		 " do_sys_open+0x184/0x220\n do_syscall_64+0x5c/0x140\n",
			"soft-lockup", "foo_open", "vmlinux"},
		{"watchdog: CPU 3 self-detected hard LOCKUP @\n"
		 "queued_spin_lock_slowpath+0x154/0x2d0\n",
			"hard-lockup", NULL, NULL},
		/* the report names the target of a refused call: its caller is on the stack */
		{"Missing ENDBR: kallsyms_lookup_name+0x0/0xc0\n------------[ cut here "
		 "]------------\n"
		 "kernel BUG at arch/x86/kernel/cet.c:133!\nRIP: "
		 "0010:do_kernel_cp_fault+0xec/0xf0\n"
		 "Call Trace:\n exc_control_protection+0x1/0x2\n "
		 "asm_exc_control_protection+0x1/0x2\n"
		 "RIP: 0010:kallsyms_lookup_name+0x0/0xc0\n foo_init+0x1/0x2 [foo]\n",
			"control-protection", "foo_init", "foo"},
		/* a module's own panic function serves the function that called it */
		{"Kernel panic - not syncing: VERIFY(0) failed\nCall Trace:\n panic+0x44/0x50\n"
		 " spl_panic+0xc9/0x110 [spl]\n zfs_space_delta_cb+0xc9/0x110 [zfs]\n",
			"panic", "zfs_space_delta_cb", "zfs"},
		/* the return address of a call to nowhere is at the top of the stack */
		{"BUG: unable to handle kernel NULL pointer dereference at           (null)\n"
		 "IP: [<          (null)>]           (null)\nOops: 0010 [#1] SMP\n"
		 "RIP: 0010:[<0000000000000000>]  [<          (null)>]           (null)\n"
		 "RSP: 0018:ffff88041e203b40  EFLAGS: 00010046\nStack:\n"
		 " ffffffff81618538 ffff88041e203c08 ffff8803fd6c09f0 ffff88041e203b88\n"
		 "Call Trace:\n [<ffffffff81618538>] ? led_set_brightness+0x88/0xc0\n"
		 " [<ffffffff81618eb3>] led_trigger_event+0x43/0x70\n",
			"null-deref", "led_set_brightness", "vmlinux"},
		/*
		 * a timer that was freed before it ran: blame the owner of the object that
		 * contained it
		 */
		{"BUG: KASAN: slab-use-after-free in __run_timers+0x1/0x2\n"
		 "Read of size 8 at addr ffff888012345678 by task swapper/1/0\n"
		 "Call Trace:\n __run_timers+0x1/0x2\n run_timer_softirq+0x1/0x2\n"
		 "Allocated by task 7:\n kasan_save_stack+0x1/0x2\n __kmalloc+0x1/0x2\n"
		 " devm_kmalloc+0x1/0x2\n foo_probe+0x1/0x2 [foo]\n",
			"use-after-free", "foo_probe", "foo"},
		/* a work item whose stack is cut: the report names it */
		{"Kernel panic - not syncing: corrupted stack end detected inside scheduler\n"
		 "CPU: 0 PID: 7 Comm: kworker/0:1 Not tainted 6.1.0 #1\n"
		 "Workqueue: writeback wb_workfn (flush-8:0)\nCall Trace:\n panic+0x1/0x2\n"
		 " __schedule+0x1/0x2\n foo+0x1/0x2\n",
			"stack-overflow", "wb_workfn", "vmlinux"},
		/* the driver of a device that does not send, wherever the line is */
		{"NETDEV WATCHDOG: eth2 (r8125): transmit queue 0 timed out\n"
		 "WARNING: CPU: 3 PID: 0 at net/sched/sch_generic.c:468 dev_watchdog+0x308/0x310\n"
		 "RIP: 0010:dev_watchdog+0x308/0x310\nCall Trace:\n call_timer_fn+0x32/0x130\n",
			"tx-timeout", NULL, "r8125"},
		{"WARNING: at net/sched/sch_generic.c:265 dev_watchdog+0x1f1/0x200()\n"
		 "NETDEV WATCHDOG: eth0 (ena): transmit queue 1 timed out\n",
			"tx-timeout", NULL, "ena"},
		/* since 6.8, without a WARN */
		{"igb 0000:22:04.0 eth4: NETDEV WATCHDOG: CPU: 3: transmit queue 0 timed out 51 "
		 "ms\n",
			"tx-timeout", NULL, "igb"},
		{"e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:\n", "tx-timeout", NULL,
			"e1000e"},
	};

	(void)state;
	check_cases(cases, ARRAY_SIZE(cases));
}

static void which_event(void **state)
{
	static const struct verdict_case cases[] = {
		/* a survived warning yields to what the kernel died of */
		{"WARNING: at a.c:1 foo+0x1/0x2\n---[ end trace 0 ]---\n"
		 "general protection fault: 0000 [#1] SMP\nRIP: 0010:bar+0x1/0x2\n",
			"gpf", "bar", NULL},
		/* but not if panic_on_warn made it the cause */
		{"WARNING: at a.c:1 foo+0x1/0x2\n"
		 "Kernel panic - not syncing: panic_on_warn set ...\n",
			"warning", "foo", NULL},
		/* corruption that was detected is the cause of a later death */
		{"BUG: KASAN: use-after-free in foo+0x1/0x2\nCall Trace:\n "
		 "foo+0x1/0x2\n====================\n"
		 "general protection fault: 0000 [#1] SMP\nRIP: 0010:bar+0x1/0x2\n",
			"use-after-free", "foo", NULL},
		/* a failed allocation is normal under load */
		{"cat: page allocation failure: order:5\nCall Trace:\n foo+0x1/0x2\n"
		 "BUG: KASAN: use-after-free in bar+0x1/0x2\nCall Trace:\n bar+0x1/0x2\n",
			"use-after-free", "bar", NULL},
	};

	(void)state;
	check_cases(cases, ARRAY_SIZE(cases));
}

static void nothing(void **state)
{
	struct vmt_report r;
	TALLOC_CTX *ctx = judge_alone("[    1.0] all is well\n", &r);

	(void)state;
	assert_null(r.verdict.kind);
	assert_int_equal(r.n_events, 0);
	talloc_free(ctx);
}

static void torn_reports(void **state)
{
	struct vmt_report r;
	TALLOC_CTX *ctx = judge_alone("general protection fault: 0000 [#1]\n", &r);

	(void)state;
	assert_string_equal(r.verdict.kind, "gpf");
	assert_true(r.verdict.corrupted);
	assert_string_equal(r.verdict.confidence, "low");
	talloc_free(ctx);
	/* A WARN has a stack, although other reports of its kind are one line. */
	ctx = judge_alone("WARNING: at net/sched/sch_generic.c:265 dev_watchdog+0x1f1/0x200()\n"
			  "NETDEV WATCHDOG: eth0 (ena): transmit queue 1 timed out\n",
		&r);
	assert_true(r.verdict.corrupted);
	talloc_free(ctx);
	ctx = judge_alone(
		"ena 0:1 eth0: NETDEV WATCHDOG: CPU: 1: transmit queue 0 timed out 51 ms\n", &r);
	assert_false(r.verdict.corrupted);
	talloc_free(ctx);
}

/* A module's function that stops on behalf of its caller is not to blame. */
static void who_called_the_stop(void **state)
{
	static const struct {
		const char *text, *function, *module;
	} cases[] = {
		{"Kernel panic - not syncing: LBUG\nCall Trace:\n panic+0x107/0x2bb\n"
		 " lbug_with_loc.cold+0x18/0x18 [libcfs]\n ll_ddelete+0x89/0x90 [lustre]\n"
		 " dput+0x1/0x2\n",
			"ll_ddelete", "lustre"},
		/* which decided it itself */
		{"Kernel panic - not syncing: x\nCall Trace:\n panic+0x107/0x2bb\n"
		 " gizmo_watch+0x18/0x18 [gizmo]\n gadget_call+0x89/0x90 [gadget]\n",
			"gizmo_watch", "gizmo"},
		{"Kernel panic - not syncing: x\nCall Trace:\n panic+0x107/0x2bb\n"
		 " gizmo_fatal+0x18/0x18 [gizmo]\n call_timer_fn+0x89/0x90\n",
			"gizmo_fatal", "gizmo"},
		{"VERIFY3(a == b) failed (1 == 2)\nPANIC at a.c:5:inlined_one()\nCall Trace:\n"
		 " dump_stack+0x1/0x2\n spl_dumpstack+0x44/0x50 [spl]\n"
		 " spl_panic+0xc9/0x110 [spl]\n zfs_cb+0xc9/0x110 [zfs]\n",
			"inlined_one", "zfs"},
		/* a stale pointer to the next function on the stack */
		{"BUG: kernel NULL pointer dereference, address: 0000000000000040\nCall Trace:\n"
		 " ? gizmo_create+0x180/0x180\n ? gizmo_run+0x18/0x180\n",
			"gizmo_run", "vmlinux"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vmt_report r;
		TALLOC_CTX *ctx = judge_alone(cases[i].text, &r);

		assert_string_equal(r.verdict.function, cases[i].function);
		assert_string_equal(r.verdict.module, cases[i].module);
		talloc_free(ctx);
	}
}

static void headlines(void **state)
{
	static const struct {
		const char *text, *headline, *confidence;
		bool no_crash;
	} cases[] = {
		{"mce: [Hardware Error]: CPU 3: Machine Check Exception: 4 Bank 5: "
		 "b200000080060001\n"
		 "mce: [Hardware Error]: Machine check: Processor context corrupt\n"
		 "Kernel panic - not syncing: Fatal machine check\n",
			"hardware: machine check on CPU 3, bank 5: processor context corrupt",
			"medium", false},
		{"EDAC MC1: 1 CE memory scrubbing error on CPU_SrcID#1_DIMM#0 (channel:0 slot:0)\n",
			"no crash; hardware: corrected error, CPU_SrcID#1_DIMM#0", "high", true},
		{"Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b\n"
		 "CPU: 0 PID: 1 Comm: systemd Not tainted 6.1.0 #1\n",
			"process 1 (systemd) was killed by SIGSEGV", "high", false},
		{"Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000300\n"
		 "CPU: 0 PID: 1 Comm: systemd Not tainted 6.1.0 #1\n",
			"process 1 (systemd) exited with status 3", "high", false},
		{"kernel BUG at mm/gizmo.c:12!\ninvalid opcode: 0000 [#1] SMP\n",
			"kernel: assertion failed (BUG) at mm/gizmo.c:12", "low", false},
		{"CPU: 1 PID: 7 Comm: x Not tainted 6.1.0 #1\nRIP: 0010:gizmo+0x1/0x20\n"
		 "Call Trace:\n main+0x1/0x2\n",
			"kernel: crash whose first lines are missing in gizmo+0x1", "low", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vmt_report r;
		TALLOC_CTX *ctx = judge_alone(cases[i].text, &r);

		assert_string_equal(r.verdict.headline, cases[i].headline);
		assert_string_equal(r.verdict.confidence, cases[i].confidence);
		assert_int_equal(r.verdict.no_crash, cases[i].no_crash);
		talloc_free(ctx);
	}
}

/* The CPU's last fault is this one if the instruction accesses that address. */
static void the_instruction_proves_the_address(void **state)
{
	static const char text[] =
		"RIP: 0010:gizmo+0xf/0xed\n"
		"Code: 53 89 f3 49 89 fe <83> bf 6c 03 00 00 00 74\n"
		"RAX: ffff910046f8f000 RBX: 0000000000000029 RCX: %s\n"
		"RDX: 000000000005db40 RSI: 0000000000000029 RDI: %s\n"
		"CS:  0010 DS: 002b ES: 002b CR0: 0000000080050033\n"
		"CR2: 000000000000036c CR3: 0000000101484002 CR4: 0000000000770ef0\n";
	struct vmt_report r;
	char *line = talloc_asprintf(NULL, text, "0000000000000000", "0000000000000000");
	TALLOC_CTX *ctx = judge_alone(line, &r);

	(void)state;
	assert_string_equal(r.verdict.kind, "null-deref");
	assert_int_equal(r.fault.address.v, 0x36c);
	talloc_free(ctx);
	talloc_free(line);
	line = talloc_asprintf(NULL, text, "0000000000000000", "ffff910046f8f000");
	ctx = judge_alone(line, &r);
	assert_string_equal(r.verdict.kind, "oops");
	talloc_free(ctx);
	talloc_free(line);
}

/* The kernel does not know who should have claimed it. */
static void handlers_that_claimed_nothing(void **state)
{
	static const char text[] =
		"irq 27: nobody cared (try booting with the \"irqpoll\" option)\n"
		"CPU: 0 PID: 0 Comm: swapper/0 Not tainted 6.1.0 #1\n"
		"Call Trace:\n __report_bad_irq+0x35/0xa7\n handle_irq_event+0x1/0x2\n"
		"handlers:\n[<00000000a1b2c3d4>] my_isr [mine]\n[<00000000a1b2c4d4>] other_isr\n"
		"Disabling IRQ #27\n";
	struct vmt_report r;
	TALLOC_CTX *ctx = judge_alone(text, &r);
	bool said = false;

	(void)state;
	assert_string_equal(r.verdict.kind, "irq-nobody-cared");
	assert_null(r.verdict.function);
	assert_int_equal(r.verdict.n_suspects, 2);
	for (size_t i = 0; i < r.verdict.n_suspects; i++)
		assert_string_equal(r.verdict.suspects[i].role, "handler");
	for (size_t i = 0; i < r.verdict.n_evidence; i++)
		said |= strstr(r.verdict.evidence[i], "my_isr (mine), other_isr") != NULL;
	assert_true(said);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(driver_in_receive_path),
		cmocka_unit_test(culprits),
		cmocka_unit_test(allocators_trip),
		cmocka_unit_test(bystanders),
		cmocka_unit_test(which_event),
		cmocka_unit_test(nothing),
		cmocka_unit_test(torn_reports),
		cmocka_unit_test(who_called_the_stop),
		cmocka_unit_test(headlines),
		cmocka_unit_test(the_instruction_proves_the_address),
		cmocka_unit_test(handlers_that_claimed_nothing),
		cmocka_unit_test(panic_in_a_slab_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
