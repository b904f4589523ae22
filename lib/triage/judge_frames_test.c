// SPDX-License-Identifier: GPL-3.0-or-later
/* Which frames a report has, and in what context its code ran. */
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "triage/fake_judge.h"

/* An interrupt during a soft interrupt, during a system call's read. */
static const char nested[] =
	"[   12.500000] Linux version 6.1.0-56-amd64 (x@y) (gcc) #1 SMP Debian 6.1.192-2\n"
	"[   12.500000] BUG: kernel NULL pointer dereference, address: 0000000000000040\n"
	"[   12.500000] Oops: 0000 [#1] PREEMPT SMP\n"
	"[   12.500000] CPU: 1 PID: 7 Comm: dd Not tainted 6.1.0-56-amd64 #1\n"
	"[   12.500000] RIP: 0010:nic_handler+0x5/0x50 [nic]\n"
	"[   12.500000] Call Trace:\n"
	"[   12.500000]  <IRQ>\n"
	"[   12.500000]  __handle_irq_event_percpu+0x46/0x190\n"
	"[   12.500000]  __common_interrupt+0x3f/0xa0\n"
	"[   12.500000]  common_interrupt+0x3f/0xa0\n"
	"[   12.500000]  asm_common_interrupt+0x22/0x40\n"
	"[   12.500000]  handle_softirqs+0x7d/0x280\n"
	"[   12.500000]  sysvec_apic_timer_interrupt+0x6e/0x90\n"
	"[   12.500000]  </IRQ>\n"
	"[   12.500000]  <TASK>\n"
	"[   12.500000]  asm_sysvec_apic_timer_interrupt+0x16/0x20\n"
	"[   12.500000]  virtio_queue_rqs+0x11d/0x14e [virtio_blk]\n"
	"[   12.500000]  do_syscall_64+0x5d/0x90\n"
	"[   12.500000]  </TASK>\n"
	"[   12.500000] Modules linked in: nic virtio_blk\n";

static void an_interrupt_is_not_what_it_interrupted(void **state)
{
	struct vmt_report r;
	TALLOC_CTX *ctx = judge_alone(nested, &r);

	(void)state;
	assert_string_equal(r.verdict.function, "nic_handler");
	assert_string_equal(r.crash.context, "hardirq");
	assert_string_equal(r.verdict.path, "interrupt");
	assert_string_equal(r.frames[0].context, "hardirq");
	assert_string_equal(r.frames[5].context, "softirq");
	talloc_free(ctx);
}

/* arm64: the trace follows frame records, and the caller of a jump to nowhere made none. */
static const char jumped[] =
	"[    1.037318] Unable to handle kernel NULL pointer dereference at virtual address "
	"0000000000000000\n"
	"[    1.037899] Internal error: Oops: 0000000086000006 [#1] SMP\n"
	"[    1.038490] CPU: 0 PID: 108 Comm: fdisk Tainted: G           OE      6.1.0-56-arm64 "
	"#1\n"
	"[    1.038747] pc : 0x0\n"
	"[    1.038866] lr : hba_bios_param+0x38/0xa0 [hba]\n"
	"[    1.039088] sp : ffff80000820ba00\n"
	"[    1.040893] Call trace:\n"
	"[    1.040995]  0x0\n"
	"[    1.041092]  sd_getgeo+0x9c/0xf0 [sd_mod]\n"
	"[    1.041142]  blkdev_ioctl+0x1c8/0x370\n"
	"[    1.041175]  __arm64_sys_ioctl+0xb4/0x100\n"
	"[    1.041507] Code: bad PC value\n"
	"[    1.041700] ---[ end trace 0000000000000000 ]---\n";

static void the_link_register_tells_who_jumped(void **state)
{
	struct vmt_report r;
	TALLOC_CTX *ctx = judge_alone(jumped, &r);

	(void)state;
	assert_string_equal(r.verdict.function, "hba_bios_param");
	assert_string_equal(r.verdict.module, "hba");
	assert_null(r.frames[0].function);
	assert_string_equal(r.frames[1].function, "hba_bios_param");
	assert_string_equal(r.frames[2].function, "sd_getgeo");
	assert_int_equal(r.n_frames, 5);
	talloc_free(ctx);
}

/*
 * The call of panic() is the last instruction of its function: the return address is in the next
 * one.
 */
static const char behind[] =
	"[    1.317721] Kernel panic - not syncing: hba: firmware is dead\n"
	"[    1.317876] CPU: 1 PID: 1 Comm: init Not tainted 6.1.0-56-arm64 #1\n"
	"[    1.318085] Call trace:\n"
	"[    1.318177]  dump_backtrace+0xe4/0x140\n"
	"[    1.318391]  dump_stack+0x18/0x34\n"
	"[    1.318393]  panic+0x184/0x364\n"
	"[    1.318415]  hba_next_function+0x0/0xa0 [hba]\n"
	"[    1.318445]  hba_probe+0x90/0x19c [hba]\n"
	"[    1.318468]  really_probe+0x7c/0xc8\n"
	"[    1.320280] ---[ end Kernel panic - not syncing: hba: firmware is dead ]---\n";

static void the_start_of_a_function_called_nobody(void **state)
{
	struct vmt_report r;
	TALLOC_CTX *ctx = judge_alone(behind, &r);

	(void)state;
	assert_string_equal(r.verdict.function, "hba_probe");
	talloc_free(ctx);
}

/* panic() prints the stack starting with itself. The place where the CPU was still comes first. */
static const char overflown[] =
	"[    1.801854] Insufficient stack space to handle exception!\n"
	"[    1.801968] FAR: 0xffff800008027f80\n"
	"[    1.802071] CPU: 1 PID: 1 Comm: init Tainted: G           OE      6.1.0-56-arm64 #1\n"
	"[    1.802246] pc : hba_walk+0xc/0x90 [hba]\n"
	"[    1.802502] lr : hba_walk+0x58/0x90 [hba]\n"
	"[    1.802518] Kernel panic - not syncing: kernel stack overflow\n"
	"[    1.802856] Call trace:\n"
	"[    1.802940]  dump_backtrace+0xe4/0x140\n"
	"[    1.803081]  panic+0x184/0x364\n"
	"[    1.803093]  panic_bad_stack+0xec/0x100\n"
	"[    1.803105]  __bad_stack+0x78/0x7c\n"
	"[    1.803110]  hba_walk+0xc/0x90 [hba]\n"
	"[    1.803122]  hba_walk+0x58/0x90 [hba]\n"
	"[    1.803893]  proc_reg_write+0xac/0x100\n"
	"[    1.807637] ---[ end Kernel panic - not syncing: kernel stack overflow ]---\n";

static void who_prints_is_no_frame(void **state)
{
	struct vmt_report r;
	TALLOC_CTX *ctx = judge_alone(overflown, &r);

	(void)state;
	assert_string_equal(r.verdict.function, "hba_walk");
	assert_int_equal(r.n_frames, 3);
	assert_int_equal(r.frames[0].offset.v, 0xc);
	assert_int_equal(r.frames[1].offset.v, 0x58);
	assert_string_equal(r.frames[2].function, "proc_reg_write");
	talloc_free(ctx);
}

/* If another CPU reports a CPU, the task is the one on the reported CPU. */
static void a_stalled_cpu_s_task_is_that_of_its_trace(void **state)
{
	static const char *const lines[] = {
		"task:kworker/1:1     state:R  running task     stack:    0 pid:   77 ppid:     2 "
		"flags:0x0000000a\nCall trace:\n",
		"task:kworker/1:1     state:R  running task     stack:0     pid:77    tgid:77    "
		"ppid:2      flags:0x0000000a\nCall trace:\n",
		"irq_soft_mask: 0x01 in_mce: 0 in_nmi: 0 current: 77 (kworker/1:1)\nCall Trace:\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char *text = talloc_asprintf(NULL,
			"rcu: INFO: rcu_sched detected stalls on CPUs/tasks:\n"
			"rcu: \t1-...0: (1 GPs behind) idle=1234/1/0x4000000000000000\n"
			"\t(detected by 0, t=5252 jiffies, g=1234, q=23 ncpus=2)\n"
			"%s:\n%s foo+0x18/0x40 [mine]\n",
			i < 2 ? "Task dump for CPU 1"
			      : "CPU 1 didn't respond to backtrace IPI, inspecting paca.",
			lines[i]);
		struct vmt_report r;
		TALLOC_CTX *ctx = judge_alone(text, &r);

		assert_string_equal(r.verdict.kind, "rcu-stall");
		assert_string_equal(r.verdict.function, "foo");
		assert_string_equal(r.crash.comm, "kworker/1:1");
		assert_int_equal(r.crash.pid.v, 77);
		talloc_free(ctx);
		talloc_free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interrupt_is_not_what_it_interrupted),
		cmocka_unit_test(the_link_register_tells_who_jumped),
		cmocka_unit_test(the_start_of_a_function_called_nobody),
		cmocka_unit_test(who_prints_is_no_frame),
		cmocka_unit_test(a_stalled_cpu_s_task_is_that_of_its_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
