// SPDX-License-Identifier: GPL-3.0-or-later
/* What is told of reports as people post them: who is blamed, and what to do. */
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/test.h"
#include "oops/parse_text.h"
#include "triage/triage.h"

static TALLOC_CTX *judge(const char *text, struct vmt_report *r)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct oops_log *log = parse_text(text);
	struct triage_facts facts = {.log = log};

	memset(r, 0, sizeof(*r));
	assert_int_equal(triage_judge(ctx, &facts, r, NULL), 0);
	talloc_steal(ctx, log);
	return ctx;
}

static void check(const char *text, const char *kind, const char *function, const char *module)
{
	struct vmt_report r;
	TALLOC_CTX *ctx = judge(text, &r);
	const char *f = r.verdict.function;

	if (!r.verdict.kind || strcmp(r.verdict.kind, kind) != 0)
		fail_msg("%s: %s", text, r.verdict.kind ? r.verdict.kind : "no kind");
	if (!f != !function || (f && strcmp(f, function) != 0))
		fail_msg("%s: %s", text, f ? f : "no function");
	if (module)
		assert_string_equal(r.verdict.module, module);
	talloc_free(ctx);
}

static void a_null_pointer_of_riscv(void **state)
{
	(void)state;
	check("Unable to handle kernel access to user memory without uaccess routines at virtual "
	      "address 0000000000000140\nOops [#1]\n"
	      "epc : gizmo_read+0x1a/0x60 [gizmo]\n ra : vfs_read+0x92/0x1c0\n",
		"null-deref", "gizmo_read", "gizmo");
	check("Unable to handle kernel access to user memory without uaccess routines at virtual "
	      "address 0000003fb2a1c140\nOops [#1]\n"
	      "epc : gizmo_read+0x1a/0x60 [gizmo]\n ra : vfs_read+0x92/0x1c0\n",
		"user-access", "gizmo_read", "gizmo");
}

/* The CPU was in a program: entry code is on the stack, and nothing else. */
static void an_abort_of_a_program(void **state)
{
	(void)state;
	check("SError Interrupt on CPU2, code 0x00000000be000011 -- SError\n"
	      "CPU: 2 PID: 88 Comm: gizmod Not tainted 6.1.55 #1\n"
	      "pc : 0000ffff8a1b2c3c\nlr : 0000ffff8a1b2c00\n"
	      "Kernel panic - not syncing: Asynchronous SError Interrupt\n"
	      "CPU: 2 PID: 88 Comm: gizmod Not tainted 6.1.55 #1\nCall trace:\n"
	      " dump_backtrace+0x9c/0x128\n show_stack+0x20/0x38\n panic+0x1a8/0x370\n"
	      " arm64_serror_panic+0x6c/0x80\n do_serror+0x2c/0x60\n"
	      " el0t_64_error_handler+0x48/0x98\n el0t_64_error+0x190/0x198\n",
		"external-abort", NULL, NULL);
}

/* It is whole, and says which architecture it is from, though no function of it is to blame. */
static void a_stack_of_helpers(void **state)
{
	struct vmt_report r;
	TALLOC_CTX *ctx =
		judge("BUG kmalloc-128 (Tainted: G           O     ): Poison overwritten\n"
		      "CPU: 1 PID: 40 Comm: kworker/1:2 Tainted: G    B      O      5.10.66 #1\n"
		      "Call trace:\n dump_backtrace+0x0/0x1a0\n show_stack+0x18/0x68\n"
		      " print_trailer+0x168/0x178\n check_bytes_and_report+0xec/0x120\n"
		      " check_object+0x240/0x2c8\n",
			&r);

	(void)state;
	assert_string_equal(r.verdict.kind, "heap-corruption");
	assert_false(r.verdict.corrupted);
	assert_string_equal(r.kernel.arch, "aarch64");
	talloc_free(ctx);
}

static void a_stack_that_is_cut(void **state)
{
	(void)state;
	check("BUG: TASK stack guard page was hit at 000000002f1a3b4c (stack is "
	      "000000001a2b3c4d..000000005e6f7a8b)\n"
	      "CPU: 1 PID: 77 Comm: kworker/1:1 Not tainted 6.6.8 #1\n"
	      "Workqueue: events gizmo_work [gizmo]\n"
	      "RIP: 0010:memset_orig+0x33/0xb0\nCall Trace:\n <TASK>\n"
	      " gizmo_walk+0x44/0x120 [gizmo]\n gizmo_visit+0x2a/0x60 [gizmo]\n"
	      " gizmo_walk+0x90/0x120 [gizmo]\n gizmo_visit+0x2a/0x60 [gizmo]\n"
	      " gizmo_walk+0x90/0x120 [gizmo]\n gizmo_visit+0x2a/0x60 [gizmo]\n",
		"stack-overflow", "gizmo_walk", "gizmo");
	check("BUG: TASK stack guard page was hit at 000000002f1a3b4c (stack is "
	      "000000001a2b3c4d..000000005e6f7a8b)\n"
	      "CPU: 1 PID: 77 Comm: kworker/1:1 Not tainted 6.6.8 #1\n"
	      "Workqueue: events gizmo_work [gizmo]\n"
	      "RIP: 0010:memset_orig+0x33/0xb0\nCall Trace:\n <TASK>\n"
	      " vsnprintf+0x44/0x520\n snprintf+0x41/0x60\n",
		"stack-overflow", "gizmo_work", "gizmo");
	/* Generated code and entry code repeat, too. */
	check("BUG: TASK stack guard page was hit at 000000002f1a3b4c (stack is "
	      "000000001a2b3c4d..000000005e6f7a8b)\n"
	      "CPU: 1 PID: 77 Comm: trace Not tainted 6.6.8 #1\n"
	      "RIP: 0010:memset_orig+0x33/0xb0\nCall Trace:\n <TASK>\n"
	      " bpf_trampoline_6442468108_0+0x2e/0x1000\n gizmo_visit+0x2a/0x60 [gizmo]\n"
	      " bpf_trampoline_6442468108_0+0x2e/0x1000\n gizmo_visit+0x2a/0x60 [gizmo]\n",
		"stack-overflow", "gizmo_visit", "gizmo");
}

/* What a file system reports damage with is not what found it. */
static void a_file_system_that_stops(void **state)
{
	static const char panic[] =
		"Kernel panic - not syncing: EXT4-fs (device vdb1): panic forced after error\n"
		"CPU: 3 PID: 512 Comm: rsync Not tainted 5.10.0-9-amd64 #1\nCall Trace:\n"
		" dump_stack+0x6b/0x83\n panic+0x101/0x2d7\n ext4_handle_error.cold+0x12/0x12%s\n"
		" __ext4_error+0x91/0x150%s\n ext4_mb_generate_buddy+0x1d2/0x2a0%s\n"
		" ext4_mb_init_cache+0x388/0x6f0%s\n";
	char text[1024];

	(void)state;
	for (int m = 0; m < 2; m++) {
		const char *in = m ? " [ext4]" : "";

		snprintf(text, sizeof(text), panic, in, in, in, in);
		check(text, "fs-panic", "ext4_mb_generate_buddy", m ? "ext4" : "vmlinux");
	}
	check("WARNING: at fs/btrfs/super.c:256 __btrfs_abort_transaction+0x54/0x130 [btrfs]()\n"
	      "Pid: 601, comm: btrfs-cleaner Not tainted 3.8.0-19-generic #30-Ubuntu\n"
	      "Call Trace:\n"
	      " [<ffffffff81059b0f>] warn_slowpath_common+0x7f/0xc0\n"
	      " [<ffffffff81059c06>] warn_slowpath_fmt+0x46/0x50\n"
	      " [<ffffffffa01aa2c4>] __btrfs_abort_transaction+0x54/0x130 [btrfs]\n"
	      " [<ffffffffa01c4d1b>] __btrfs_free_extent+0x5fb/0x8f0 [btrfs]\n",
		"warning", "__btrfs_free_extent", "btrfs");
}

static void check_advice(const char *text, const char *begin)
{
	struct vmt_report r;
	TALLOC_CTX *ctx = judge(text, &r);

	assert_true(r.verdict.n_next > 0);
	if (strncmp(r.verdict.next[0], begin, strlen(begin)) != 0)
		fail_msg("%s: %s", text, r.verdict.next[0]);
	talloc_free(ctx);
}

static void the_device_of_a_guest(void **state)
{
	(void)state;
	check_advice("NETDEV WATCHDOG: eth1 (virtio_net): transmit queue 0 timed out\n",
		"The device is most likely a virtual one");
	check_advice(
		"NETDEV WATCHDOG: ens3 (e1000): transmit queue 0 timed out\n"
		"WARNING: CPU: 0 PID: 0 at net/sched/sch_generic.c:448 dev_watchdog+0x264/0x270\n"
		"CPU: 0 PID: 0 Comm: swapper/0 Not tainted 5.4.0 #1\n"
		"Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.14.0-2 04/01/2014\n"
		"RIP: 0010:dev_watchdog+0x264/0x270\n",
		"The device is most likely a virtual one");
	check_advice("NETDEV WATCHDOG: eno1 (e1000e): transmit queue 0 timed out\n",
		"Check the hardware");
	/* A whole machine, whose maker is the same. */
	check_advice(
		"NETDEV WATCHDOG: eth0 (ixgbe): transmit queue 0 timed out\n"
		"WARNING: CPU: 0 PID: 0 at net/sched/sch_generic.c:448 dev_watchdog+0x264/0x270\n"
		"CPU: 0 PID: 0 Comm: swapper/0 Not tainted 5.4.0 #1\n"
		"Hardware name: Amazon EC2 c5.metal/Not Specified, BIOS 1.0 10/16/2017\n"
		"RIP: 0010:dev_watchdog+0x264/0x270\n",
		"Check the hardware");
}

static void no_part_is_named(void **state)
{
	(void)state;
	check_advice("Kernel panic - not syncing: Timeout: Not all CPUs entered broadcast "
		     "exception handler\n",
		"Find out which part it was");
	check_advice("mce: [Hardware Error]: CPU 3: Machine Check Exception: 5 Bank 1: "
		     "be00000000800400\n"
		     "Kernel panic - not syncing: Fatal machine check\n",
		"Read the firmware's event log");
}

/* Where no counter shows who holds the memory, the headline has who asked for more. */
static void who_asked_for_memory(void **state)
{
	static const char text[] =
		"insmod invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"
		"CPU: 0 PID: 61 Comm: insmod Not tainted 6.1.0 #1\nCall Trace:\n"
		" dump_header+0x4a/0x211\n out_of_memory+0x1fd/0x4c0\n"
		"Mem-Info:\n"
		"active_anon:10 inactive_anon:12 isolated_anon:0\n"
		" active_file:3 inactive_file:4 isolated_file:0\n"
		" unevictable:0 dirty:0 writeback:0\n"
		" slab_reclaimable:300 slab_unreclaimable:900\n"
		" mapped:2 shmem:4 pagetables:20\n bounce:0\n kernel_misc_reclaimable:0\n"
		" free:512 free_pcp:0 free_cma:0\n"
		"Node 0 active_anon:40kB inactive_anon:48kB active_file:12kB inactive_file:16kB "
		"unevictable:0kB isolated(anon):0kB isolated(file):0kB mapped:8kB shmem:16kB "
		"all_unreclaimable? yes\n"
		"Node 0 DMA32 free:2048kB boost:0kB min:1448kB low:1808kB high:2168kB "
		"present:262016kB managed:245760kB mlocked:0kB\n"
		"Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled\n"
		"CPU: 0 PID: 61 Comm: insmod Not tainted 6.1.0 #1\nCall Trace:\n"
		" panic+0x118/0x2f0\n out_of_memory.cold+0x67/0x7e\n"
		" __alloc_pages+0x305/0x330\n gizmo_grow+0x2a/0x60%s\n";
	char full[2048];
	struct vmt_report r;
	TALLOC_CTX *ctx;

	(void)state;
	snprintf(full, sizeof(full), text, " [gizmo]");
	ctx = judge(full, &r);
	assert_string_equal(r.verdict.kind, "oom-panic");
	if (!strstr(r.verdict.headline, "; gizmo_grow of gizmo asked for more"))
		fail_msg("%s", r.verdict.headline);
	talloc_free(ctx);
	snprintf(full, sizeof(full), text, "");
	ctx = judge(full, &r);
	assert_null(strstr(r.verdict.headline, "asked for"));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_null_pointer_of_riscv),
		cmocka_unit_test(an_abort_of_a_program),
		cmocka_unit_test(a_stack_of_helpers),
		cmocka_unit_test(a_stack_that_is_cut),
		cmocka_unit_test(a_file_system_that_stops),
		cmocka_unit_test(the_device_of_a_guest),
		cmocka_unit_test(no_part_is_named),
		cmocka_unit_test(who_asked_for_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
