// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/array.h"
#include "base/test.h"
#include "oops/parse_text.h"
#include "triage/suspect.h"
#include "triage/triage.h"
#include "where/fake_where.h"

static const char *const files[] = {"net/core/dev.c", "drivers/net/ethernet/intel/igb/igb_main.c",
	"drivers/net/ethernet/intel/igb/e1000_mac.c", "fs/inode.c", "fs/ext4/inode.c",
	"include/linux/skbuff.h", "net/ipv4/udp.c", "net/tipc/net.c", "net/tipc/core.c",
	"net/core/net_namespace.c", "drivers/net/ethernet/intel/igb/igb_ptp.c", "fs/bio.c"};
static const struct fake_function functions[] = {{"netif_frob", 0}, {"igb_up", 1},
	{"igb_reset_task", 1}, {"igb_check_for_link", 2}, {"iget_locked", 3}, {"ext4_iget", 4},
	{"skb_mac_offset", 5}, {"udp_rcv", 6}, {"tipc_net_finalize", 7}, {"tipc_exit", 8},
	{"net_exit", 9}, {"igb_ptp_reset", 10}, {"igb_remove", 1}, {"bio_exit", 11},
	{"ext4_remove", 3}, {"copyout", 1}};

struct judged {
	struct where *w;
	struct oops_log *log;
	struct culprit culprit;
	struct suspects list;
};

static uint8_t table[8192];

/* size: of the table; 0: there is none. */
static void judge_by(struct judged *j, const char *text, size_t size)
{
	const struct oops_event *ev;

	j->w = NULL;
	if (size)
		assert_int_equal(where_from(NULL, table, size, &j->w, NULL), 0);
	j->log = parse_text(text);
	ev = j->log->n_events ? j->log->events[0] : j->log->bare;
	assert_non_null(ev);
	j->culprit = culprit_find(ev);
	j->list = suspects_rank(j->log, j->log, ev, j->w, &j->culprit);
}

static void judge(struct judged *j, const char *text, bool with_table)
{
	size_t size = fake_where(table, functions, ARRAY_SIZE(functions), files, ARRAY_SIZE(files));

	judge_by(j, text, with_table ? size : 0);
}

static void done(struct judged *j)
{
	talloc_free(j->log);
	talloc_free(j->w);
}

static void check(const struct judged *j, size_t i, const char *function, const char *reason)
{
	assert_true(i < j->list.n);
	assert_string_equal(j->list.items[i].function, function);
	assert_string_equal(suspect_reason(j->log, &j->list.items[i]), reason);
}

#define WARN_IN_CORE                                                                               \
	"------------[ cut here ]------------\n"                                                   \
	"WARNING: CPU: 0 PID: 7 at net/core/dev.c:6000 netif_frob+0x3c/0x40\n"                     \
	"CPU: 0 PID: 7 Comm: kworker/0:1 Not tainted 6.1.0 #1\n"                                   \
	"RIP: 0010:netif_frob+0x3c/0x40\n"                                                         \
	"Call Trace:\n"                                                                            \
	" <TASK>\n"                                                                                \
	" igb_up+0x2e/0x150 [igb]\n"                                                               \
	" igb_reset_task+0x4e/0x90 [igb]\n"                                                        \
	" process_one_work+0x1c7/0x380\n"                                                          \
	" </TASK>\n"

#define ONE_FUNCTION(name)                                                                         \
	"BUG: kernel NULL pointer dereference, address: 0000000000000010\n"                        \
	"#PF: supervisor read access in kernel mode\n"                                             \
	"CPU: 0 PID: 7 Comm: x Not tainted 6.1.0 #1\n"                                             \
	"RIP: 0010:" name "+0x10/0x20\n"

static void test_core_complains(void **state)
{
	struct judged j;

	(void)state;
	judge(&j, WARN_IN_CORE, true);
	assert_string_equal(j.culprit.function, "igb_up");
	assert_string_equal(j.culprit.module, "igb");
	assert_string_equal(j.culprit.stepped_over, "netif_frob");
	check(&j, 0, "igb_up", "called netif_frob");
	check(&j, 1, "netif_frob", "is the innermost function on the stack");
	assert_int_equal(j.list.n, 2);
	assert_string_equal(suspects_confidence(&j.list, j.w, NULL), "high");
	done(&j);
}

/* Addresses that were only found on the stack: no calls, and at a function's end another's name. */
static void test_unsure(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		"BUG: unable to handle kernel NULL pointer dereference at 0000000000000078\n"
		"IP: [<ffffffff810a2c38>] igb_check_for_link+0x6b8/0x820 [igb]\n"
		"CPU: 11 PID: 63 Comm: ksoftirqd/11 Not tainted 3.16.0-4-amd64 #1\n"
		"Call Trace:\n"
		" [<ffffffff8101b975>] ? ext4_iget+0x170/0x170\n"
		" [<ffffffff8108ea86>] ? igb_up+0xc6/0x190 [igb]\n",
		true);
	check(&j, 0, "igb_check_for_link", "is the innermost function on the stack");
	check(&j, 1, "igb_up", "may be on the stack: the kernel is not sure");
	assert_int_equal(j.list.n, 2);
	done(&j);
}

/* Without the table nothing is known of netif_frob. */
static void test_no_table(void **state)
{
	struct judged j;
	struct oops_log *log = parse_text(WARN_IN_CORE);
	struct culprit before = culprit_find(log->events[0]);

	(void)state;
	judge(&j, WARN_IN_CORE, false);
	assert_string_equal(j.culprit.function, before.function);
	assert_string_equal(j.list.items[0].function, before.function);
	assert_string_equal(suspects_confidence(&j.list, NULL, NULL), "high");
	done(&j);
	talloc_free(log);
}

/* A header's function is its caller's code. */
static void test_header(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		"WARNING: CPU: 0 PID: 7 at include/linux/skbuff.h:3000 skb_mac_offset+0x1c/0x40\n"
		"CPU: 0 PID: 7 Comm: x Not tainted 6.1.0 #1\n"
		"RIP: 0010:skb_mac_offset+0x1c/0x40\n"
		"Call Trace:\n"
		" udp_rcv+0x2e/0x150\n"
		" net_rx_action+0x4e/0x90\n",
		true);
	assert_string_equal(j.culprit.function, "udp_rcv");
	done(&j);
}

/* A function that has a stub in a header is called by other code, which passes it what is bad. */
static void test_interface(void **state)
{
	static const char *const at[] = {
		"include/linux/fscrypt.h", "fs/crypto/keyring.c", "fs/ceph/super.c"};
	static const struct fake_function named[] = {{"fscrypt_destroy", 3}, {"ceph_kill_sb", 2}};
	struct judged j;

	(void)state;
	judge_by(&j,
		"BUG: kernel NULL pointer dereference, address: 0000000000000028\n"
		"CPU: 0 PID: 7 Comm: x Not tainted 6.1.0 #1\n"
		"RIP: 0010:fscrypt_destroy+0x1c/0x40\n"
		"Call Trace:\n"
		" ceph_kill_sb+0x2e/0x150\n"
		" deactivate_super+0x4e/0x90\n",
		fake_where(table, named, ARRAY_SIZE(named), at, ARRAY_SIZE(at)));
	assert_string_equal(j.culprit.function, "ceph_kill_sb");
	assert_string_equal(j.culprit.why->id, "interface");
	done(&j);
}

/* Of two files that define a function, the one that the rest of the stack is from. */
static void test_same_name(void **state)
{
	static const char *const at[] = {
		"drivers/acpi/ec.c", "fs/btrfs/transaction.c", "fs/btrfs/qgroup.c"};
	static const struct fake_function named[] = {
		{"start_transaction", 3}, {"btrfs_qgroup_rescan_worker", 2}};
	struct judged j;

	(void)state;
	judge_by(&j,
		"BUG: kernel NULL pointer dereference, address: 0000000000000028\n"
		"CPU: 0 PID: 7 Comm: x Not tainted 6.1.0 #1\n"
		"RIP: 0010:start_transaction+0x1c/0x40\n"
		"Call Trace:\n"
		" btrfs_qgroup_rescan_worker+0x2e/0x150\n"
		" process_one_work+0x4e/0x90\n",
		fake_where(table, named, ARRAY_SIZE(named), at, ARRAY_SIZE(at)));
	assert_string_equal(j.culprit.function, "start_transaction");
	assert_string_equal(j.list.items[0].area->path, "fs/btrfs/");
	done(&j);
}

#define IN_SHARED(head)                                                                            \
	head "CPU: 0 PID: 7 Comm: x Not tainted 6.1.0 #1\n"                                        \
	     "RIP: 0010:iget_locked+0x1c/0x40\n"                                                   \
	     "Call Trace:\n"                                                                       \
	     " ext4_iget+0x2e/0x150\n"                                                             \
	     " vfs_read+0x4e/0x90\n"

/* A bad pointer came from the caller; a division by zero is wrong where it is. */
static void test_calculation(void **state)
{
	struct judged j;

	(void)state;
	judge(&j, IN_SHARED("BUG: kernel NULL pointer dereference, address: 0000000000000028\n"),
		true);
	assert_string_equal(j.culprit.function, "ext4_iget");
	done(&j);
	judge(&j, IN_SHARED("divide error: 0000 [#1] SMP\n"), true);
	assert_string_equal(j.culprit.function, "iget_locked");
	done(&j);
}

#define OF_OBJECT(headline)                                                                        \
	"BUG: " headline " in iget_locked+0x10/0x20\n"                                             \
	"CPU: 0 PID: 7 Comm: x Not tainted 6.1.0 #1\n"                                             \
	"Call Trace:\n"                                                                            \
	" <TASK>\n"                                                                                \
	" iget_locked+0x10/0x20\n"                                                                 \
	" ext4_iget+0x10/0x20\n"                                                                   \
	" vfs_read+0x4e/0x90\n"                                                                    \
	" </TASK>\n"

/* What all file systems go through used the object of one of them. */
static void test_object(void **state)
{
	struct judged j;

	(void)state;
	judge(&j, OF_OBJECT("KASAN: slab-use-after-free"), true);
	assert_string_equal(j.culprit.function, "ext4_iget");
	assert_string_equal(j.culprit.stepped_over, "iget_locked");
	done(&j);
	judge(&j, OF_OBJECT("KMSAN: uninit-value"), true);
	assert_string_equal(j.culprit.function, "iget_locked");
	done(&j);
}

#define OF_WORK(ip, stack)                                                                         \
	"BUG: kernel NULL pointer dereference, address: 0000000000000008\n"                        \
	"#PF: supervisor read access in kernel mode\n"                                             \
	"CPU: 0 PID: 7 Comm: kworker/0:1 Not tainted 6.1.0 #1\n"                                   \
	"Workqueue: events igb_reset_task [igb]\n"                                                 \
	"RIP: 0010:" ip "\n"                                                                       \
	"Call Trace:\n"                                                                            \
	" <TASK>\n" stack " worker_thread+0x266/0x3a0\n"                                           \
	" kthread+0xcf/0x100\n"                                                                    \
	" </TASK>\n"

/* Nothing of the work item is on the stack but what it called, or what was about to run it. */
static void test_work_item(void **state)
{
	static const char *const items[] = {
		OF_WORK("process_one_work+0xba/0x31a", ""),
		OF_WORK("queue_work_on+0x10/0x50", " process_one_work+0x1c7/0x380\n"),
	};
	static const struct {
		const char *text, *function;
	} others[] = {
		{OF_WORK("iget_locked+0x10/0x20", " process_one_work+0x1c7/0x380\n"),
			"iget_locked"},
		{OF_WORK("queue_work_on+0x10/0x50",
			 " common_interrupt+0x85/0xa0\n asm_common_interrupt+0x26/0x40\n"
			 " process_one_work+0x1c7/0x380\n"),
			"queue_work_on"},
	};
	struct judged j;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
		judge(&j, items[i], true);
		assert_string_equal(j.culprit.function, "igb_reset_task");
		assert_string_equal(j.culprit.module, "igb");
		assert_int_equal(j.culprit.basis, CULPRIT_ITEM);
		assert_string_equal(j.list.items[0].function, "igb_reset_task");
		done(&j);
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		judge(&j, others[i].text, true);
		assert_string_equal(j.culprit.function, others[i].function);
		done(&j);
	}
	/* This item only runs the function that it was given. */
	judge(&j,
		"BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
		"CPU: 0 PID: 7 Comm: kworker/0:1 Not tainted 6.1.0 #1\n"
		"Workqueue: events work_for_cpu_fn\n",
		true);
	assert_null(j.culprit.function);
	done(&j);
}

/* A stall's culprit is what it waits in: the next functions are only suspects. */
static void test_stall(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		"INFO: task mount:7 blocked for more than 120 seconds.\n"
		"      Not tainted 6.1.0 #1\n"
		"task:mount state:D stack:0 pid:7 ppid:1 flags:0x0\n"
		"Call Trace:\n"
		" __schedule+0x2d1/0x830\n"
		" schedule+0x35/0xa0\n"
		" iget_locked+0x10/0x20\n"
		" ext4_iget+0x10/0x20\n",
		true);
	assert_string_equal(j.culprit.function, "iget_locked");
	check(&j, 0, "iget_locked", "called schedule");
	check(&j, 1, "ext4_iget", "called iget_locked");
	assert_string_equal(suspects_confidence(&j.list, j.w, NULL), "low");
	done(&j);
}

static void test_beside(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		"BUG: KASAN: use-after-free in udp_rcv+0x10/0x20\n"
		"Read of size 8 at addr ffff888100000000 by task x/7\n"
		"CPU: 0 PID: 7 Comm: x Not tainted 6.1.0 #1\n"
		"Call Trace:\n"
		" udp_rcv+0x10/0x20\n"
		" net_rx_action+0x4e/0x90\n"
		"Allocated by task 7:\n"
		" kmalloc+0x10/0x20\n"
		" ext4_iget+0x10/0x20\n"
		"Freed by task 8:\n"
		" kfree+0x10/0x20\n"
		" igb_up+0x2e/0x150\n",
		true);
	check(&j, 0, "udp_rcv", "is the innermost function on the stack");
	check(&j, 1, "ext4_iget", "allocated the object");
	check(&j, 2, "igb_up", "freed the object");
	done(&j);
}

/* Of specific code, a module's comes first, even if built-in code is nearer. */
static void test_module(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		ONE_FUNCTION("netif_frob") "Call Trace:\n"
					   " ext4_iget+0x10/0x20\n"
					   " igb_up+0x2e/0x150 [igb]\n",
		true);
	check(&j, 0, "igb_up", "called ext4_iget");
	check(&j, 1, "ext4_iget", "called netif_frob");
	done(&j);
	judge(&j, ONE_FUNCTION("udp_rcv") "Call Trace:\n igb_up+0x2e/0x150 [igb]\n", true);
	assert_string_equal(j.culprit.function, "udp_rcv");
	done(&j);
}

/* Far out on the stack, but of the same folder as the first one. */
static void test_same_folder(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		ONE_FUNCTION("tipc_net_finalize") "Call Trace:\n"
						  " udp_rcv+0x10/0x20\n"
						  " ext4_iget+0x10/0x20\n"
						  " igb_up+0x10/0x20\n"
						  " tipc_exit+0x10/0x20\n",
		true);
	check(&j, 0, "tipc_net_finalize", "is the innermost function on the stack");
	check(&j, 1, "tipc_exit", "called igb_up");
	check(&j, 2, "udp_rcv", "called tipc_net_finalize");
	/* How sure it is does not depend on what is beside it. */
	assert_string_equal(suspects_confidence(&j.list, j.w, NULL), "medium");
	done(&j);
}

/* A stack that no report belongs to. */
static void test_bare(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		"Call Trace:\n"
		" netif_frob+0x10/0x20\n"
		" igb_check_for_link+0x2e/0x150 [igb]\n"
		" worker_thread+0x4e/0x90\n",
		true);
	assert_int_equal(j.log->n_events, 0);
	check(&j, 0, "igb_check_for_link", "called netif_frob");
	done(&j);
	judge(&j,
		"Call Trace:\n"
		" memcpy+0x10/0x20\n"
		" iget_locked+0x2e/0x150\n"
		" ext4_iget+0x10/0x20\n"
		" worker_thread+0x4e/0x90\n",
		true);
	assert_string_equal(j.culprit.function, "iget_locked");
	check(&j, 0, "ext4_iget", "called iget_locked");
	done(&j);
}

/* Only one function is the innermost after those that report, and these are not. */
static void test_reporters(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		"Call Trace:\n"
		" dump_stack+0x13/0x1b\n"
		" ubifs_ro_mode+0x54/0x60 [ubifs]\n"
		" ubifs_assert_failed+0x4b/0x80 [ubifs]\n"
		" worker_thread+0x4e/0x90\n",
		true);
	check(&j, 0, "ubifs_assert_failed", "called ubifs_ro_mode");
	check(&j, 1, "ubifs_ro_mode", "called dump_stack");
	done(&j);
}

/* Somebody asked for the crash: the function is known, and no bug is looked for. */
static void test_innocent(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		"sysrq: Trigger a crash\n"
		"Kernel panic - not syncing: sysrq triggered crash\n"
		"CPU: 0 PID: 7 Comm: bash Not tainted 6.1.0 #1\n"
		"Call Trace:\n"
		" <TASK>\n"
		" panic+0x100/0x2e0\n"
		" sysrq_handle_crash+0x1a/0x20\n"
		" __handle_sysrq+0xa5/0x180\n"
		" </TASK>\n",
		true);
	assert_string_equal(j.culprit.function, "sysrq_handle_crash");
	assert_int_equal(j.list.n, 0);
	done(&j);
}

/* What takes down the first suspect's driver or protocol is shown where nothing better is. */
static void test_teardown(void **state)
{
	struct judged j;

	(void)state;
	judge(&j, ONE_FUNCTION("tipc_net_finalize"), true);
	assert_int_equal(j.list.n, 2);
	check(&j, 0, "tipc_net_finalize", "is the innermost function on the stack");
	check(&j, 1, "tipc_exit",
		"takes down what tipc_net_finalize is part of (by their names and folder in the "
		"kernel's source; no stack shows it)");
	assert_string_equal(suspects_confidence(&j.list, j.w, NULL), "high");
	done(&j);
	judge(&j, ONE_FUNCTION("igb_ptp_reset"), true);
	check(&j, 1, "igb_remove",
		"takes down what igb_ptp_reset is part of (by their names and folder in the "
		"kernel's source; no stack shows it)");
	done(&j);
	/* Its own file is shown already. */
	judge(&j, ONE_FUNCTION("igb_up"), true);
	assert_int_equal(j.list.n, 1);
	done(&j);
	/* Outside of drivers, such a name means something else. */
	judge(&j, ONE_FUNCTION("ext4_iget"), true);
	assert_int_equal(j.list.n, 1);
	done(&j);
}

/* What the interrupt found running has nothing to do with it. */
static void test_interrupted(void **state)
{
	static const char *const texts[] = {
		"BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
		"#PF: supervisor read access in kernel mode\n"
		"CPU: 0 PID: 7 Comm: x Not tainted 6.1.0 #1\n"
		"RIP: 0010:igb_up+0x10/0x20\n"
		"Call Trace:\n"
		" <IRQ>\n"
		" asm_common_interrupt+0x26/0x40\n"
		" </IRQ>\n"
		" <TASK>\n"
		" ext4_iget+0x10/0x20\n"
		" </TASK>\n",
		/* The interrupt only noticed it. */
		"watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [x:7]\n"
		"CPU: 3 PID: 7 Comm: x Not tainted 6.1.0 #1\n"
		"Call Trace:\n"
		" <IRQ>\n"
		" asm_sysvec_apic_timer_interrupt+0x26/0x40\n"
		" </IRQ>\n"
		" <TASK>\n"
		" ext4_iget+0x10/0x20\n"
		" </TASK>\n"};
	struct judged j;

	(void)state;
	judge(&j, texts[0], true);
	assert_int_equal(j.list.n, 1);
	assert_string_equal(j.list.items[0].function, "igb_up");
	done(&j);
	judge(&j, texts[1], true);
	assert_string_equal(j.list.items[0].function, "ext4_iget");
	done(&j);
}

/* Core code works on what it was given. */
static void test_core_used(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		"BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
		"#PF: supervisor read access in kernel mode\n"
		"CPU: 0 PID: 7 Comm: x Not tainted 6.1.0 #1\n"
		"RIP: 0010:memcpy+0x10/0x20\n"
		"Call Trace:\n"
		" <TASK>\n"
		" skb_mac_offset+0x4e/0x90\n"
		" ext4_iget+0x10/0x20\n"
		" </TASK>\n",
		true);
	assert_string_equal(j.culprit.function, "ext4_iget");
	check(&j, 0, "ext4_iget", "called skb_mac_offset");
	done(&j);
}

/* Where a symbolized log prints the file, the table need not know the function. */
static void test_printed_file(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		"BUG: kernel NULL pointer dereference, address: 0000000000000028\n"
		"CPU: 0 PID: 7 Comm: x Not tainted 6.1.0 #1\n"
		"RIP: 0010:iget_locked+0x1c/0x40 fs/inode.c:7\n"
		"Call Trace:\n"
		" <TASK>\n"
		" xfs_new_one+0x2e/0x150 fs/xfs/xfs_inode.c:10\n"
		" xfs_new_two+0x2e/0x150 fs/xfs/xfs_inode.c:20\n"
		" vfs_new+0x2e/0x150 ./fs/namei.c:20\n"
		" absolute+0x2e/0x150 /build/fs/xfs/xfs_log.c:20\n"
		" </TASK>\n",
		true);
	assert_int_equal(j.list.n, 4);
	check(&j, 0, "xfs_new_one", "called iget_locked");
	assert_string_equal(j.list.items[0].area->path, "fs/xfs/");
	assert_string_equal(j.culprit.function, "xfs_new_one");
	check(&j, 2, "vfs_new", "called xfs_new_two");
	check(&j, 3, "absolute", "called vfs_new");
	assert_null(j.list.items[3].area);
	done(&j);
	/* Without the file, nothing is known of it. */
	judge(&j, ONE_FUNCTION("xfs_new_one"), true);
	assert_null(j.list.items[0].area);
	done(&j);
	/* The table knows another function of a helper's name: the log's file counts. */
	judge(&j,
		"BUG: KASAN: slab-use-after-free in iget_locked+0x10/0x20 fs/inode.c:7\n"
		"CPU: 0 PID: 7 Comm: x Not tainted 6.1.0 #1\n"
		"Call Trace:\n"
		" <TASK>\n"
		" copyout+0x2e/0x150 lib/iov_iter.c:10\n"
		" iget_locked+0x10/0x20 fs/inode.c:7\n"
		" ext4_iget+0x10/0x20 fs/ext4/inode.c:9\n"
		" </TASK>\n",
		true);
	assert_string_equal(j.culprit.function, "ext4_iget");
	done(&j);
}

/* The work item's function is not on the stack: what is on it takes the place of core code. */
static void test_beside_stack(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		"BUG: kernel NULL pointer dereference, address: 0000000000000028\n"
		"CPU: 0 PID: 7 Comm: kworker/0:1 Not tainted 6.1.0 #1\n"
		"Workqueue: igb igb_check_for_link [igb]\n"
		"RIP: 0010:netif_frob+0x1c/0x40\n"
		"Call Trace:\n"
		" <TASK>\n"
		" memcpy+0x2e/0x150\n"
		" ext4_iget+0x2e/0x150\n"
		" </TASK>\n",
		true);
	assert_string_equal(j.culprit.function, "ext4_iget");
	check(&j, 0, "ext4_iget", "called memcpy");
	check(&j, 1, "igb_check_for_link", "is the work item's function");
	done(&j);
}

/* What the message says of a function that is on the stack: the same one, with its module. */
static void test_named_twice(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		"WARNING: CPU: 0 PID: 0 at hba.c:107 hba_complete+0x4b/0x50 [hba "
		"0123456789abcdef]\n"
		"CPU: 0 PID: 0 Comm: swapper/0 Not tainted 6.1.0 #1\n"
		"RIP: 0010:hba_complete+0x4b/0x50 [hba]\n"
		"Call Trace:\n"
		" <IRQ>\n"
		" hba_timer_fn+0x4a/0xa0 [hba]\n"
		" call_timer_fn+0x27/0x130\n"
		" </IRQ>\n",
		true);
	check(&j, 0, "hba_complete", "is the innermost function on the stack");
	check(&j, 1, "hba_timer_fn", "called hba_complete");
	assert_int_equal(j.list.n, 2);
	done(&j);
}

/* A call to nowhere: the link register has the function that made it, and the stack its callers. */
static void test_link_register(void **state)
{
	struct judged j;

	(void)state;
	judge(&j,
		"Unable to handle kernel NULL pointer dereference at virtual address "
		"0000000000000000\n"
		"CPU: 0 PID: 145 Comm: fdisk Not tainted 6.12.0 #1\n"
		"pc : 0x0\n"
		"lr : hba_bios_param+0x38/0xb0 [hba]\n"
		"Call trace:\n"
		" 0x0\n"
		" sd_getgeo+0x9c/0xf8 [sd_mod]\n"
		" blkdev_ioctl+0x1c4/0x3a8\n",
		true);
	check(&j, 0, "hba_bios_param", "is the innermost function on the stack");
	check(&j, 1, "sd_getgeo", "called hba_bios_param");
	done(&j);
}

static void test_rules(void **state)
{
	const struct suspect_rule *r;

	(void)state;
	for (size_t i = 0; (r = suspect_rule(i)); i++) {
		assert_true(r->id && r->reason && r->points);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(r->id, suspect_rule(k)->id);
	}
	for (size_t i = 0; i < PART_COUNT; i++)
		assert_non_null(suspect_part_word((enum suspect_part)i));
}

/* What a caller of the library gets. */
static void test_report(void **state)
{
	size_t size = fake_where(table, functions, ARRAY_SIZE(functions), files, ARRAY_SIZE(files));
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report r = {0};
	struct triage_facts facts = {0};
	struct where *w;

	(void)state;
	assert_int_equal(where_from(ctx, table, size, &w, NULL), 0);
	facts.log = parse_text(WARN_IN_CORE);
	facts.where = w;
	assert_int_equal(triage_judge(ctx, &facts, &r, NULL), 0);
	assert_int_equal(r.verdict.n_suspects, 2);
	assert_string_equal(r.verdict.function, "igb_up");
	assert_string_equal(r.verdict.suspects[0].function, "igb_up");
	assert_string_equal(r.verdict.suspects[0].module, "igb");
	assert_string_equal(r.verdict.suspects[0].role, "stack");
	assert_string_equal(r.verdict.suspects[1].subsystem, "network core");
	assert_string_equal(r.verdict.subsystem, "network drivers");
	assert_string_equal(r.verdict.frame_certainty, "high");
	talloc_free((void *)(uintptr_t)facts.log);
	talloc_free(ctx);
}

static void test_path_of_the_same_name(void **state)
{
	static const char *const sources[] = {"kernel/sched/fair.c", "net/core/dev.c"};
	static const struct fake_function of[] = {{"pick_next_task_fair", 0}, {"netif_frob", 1}};
	static const struct {
		const char *text, *headline;
	} rows[] = {
		{"BUG: kernel NULL pointer dereference, address: 0000000000000078\n"
		 "RIP: 0010:pick_next_task_fair+0x6b8/0x820\n"
		 "Call Trace:\n __schedule+0x141/0x8d0\n",
			"the kernel's scheduler: NULL pointer dereference, "},
		{"BUG: kernel NULL pointer dereference, address: 0000000000000078\n"
		 "RIP: 0010:netif_frob+0x6b8/0x820\n"
		 "Call Trace:\n __schedule+0x141/0x8d0\n",
			"the kernel's network core, scheduler: NULL pointer dereference, "},
	};
	size_t size = fake_where(table, of, ARRAY_SIZE(of), sources, ARRAY_SIZE(sources));
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vmt_report r = {0};
		struct triage_facts facts = {0};
		struct where *w;

		assert_int_equal(where_from(ctx, table, size, &w, NULL), 0);
		facts.log = parse_text(rows[i].text);
		facts.where = w;
		assert_int_equal(triage_judge(ctx, &facts, &r, NULL), 0);
		assert_int_equal(
			strncmp(r.verdict.headline, rows[i].headline, strlen(rows[i].headline)), 0);
		talloc_free((void *)(uintptr_t)facts.log);
	}
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_core_complains),
		cmocka_unit_test(test_unsure),
		cmocka_unit_test(test_no_table),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_interface),
		cmocka_unit_test(test_same_name),
		cmocka_unit_test(test_calculation),
		cmocka_unit_test(test_object),
		cmocka_unit_test(test_work_item),
		cmocka_unit_test(test_stall),
		cmocka_unit_test(test_beside),
		cmocka_unit_test(test_module),
		cmocka_unit_test(test_same_folder),
		cmocka_unit_test(test_bare),
		cmocka_unit_test(test_reporters),
		cmocka_unit_test(test_innocent),
		cmocka_unit_test(test_teardown),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_core_used),
		cmocka_unit_test(test_printed_file),
		cmocka_unit_test(test_beside_stack),
		cmocka_unit_test(test_named_twice),
		cmocka_unit_test(test_link_register),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_path_of_the_same_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
