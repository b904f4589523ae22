// SPDX-License-Identifier: GPL-3.0-or-later
/* Logs with several reports, boots and hosts: which report is judged. */
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "log/log_text.h"
#include "oops/hosts.h"
#include "triage/select.h"
#include "triage/triage.h"

static struct oops_log *parse(const char *text)
{
	struct oops_hosts *hosts;
	struct log_text *lt;
	struct oops_log *log;
	bool more;

	assert_int_equal(oops_hosts_new(NULL, &hosts, NULL), 0);
	assert_int_equal(log_text_new(hosts, oops_hosts_feed, hosts, NULL, &lt, NULL), 0);
	assert_int_equal(log_text_feed(lt, text, strlen(text)), 0);
	assert_int_equal(log_text_finish(lt), 0);
	assert_int_equal(oops_hosts_finish(hosts, NULL, &log, &more, NULL), 0);
	talloc_free(hosts);
	return log;
}

#define OOPS(ts, f)                                                                                \
	"[" ts "1] BUG: kernel NULL pointer dereference, address: 0000000000000010\n"              \
	"[" ts "2] Oops: 0000 [#1] SMP\n"                                                          \
	"[" ts "3] CPU: 3 PID: 100 Comm: bridge Not tainted 6.1.0 #1\n"                            \
	"[" ts "4] RIP: 0010:" f "+0x7/0xb0 [i40e]\n"                                              \
	"[" ts "5] ---[ end trace 0000000000000000 ]---\n"
#define LOCKDEP                                                                                    \
	"[  100.000001] INFO: trying to register non-static key.\n"                                \
	"[  100.000002] Call Trace:\n"                                                             \
	"[  100.000003]  gizmo_init+0x1/0x2 [gizmo]\n"
#define HUNG(ts)                                                                                   \
	"[" ts "1] INFO: task kworker/u8:1:157 blocked for more than 122 seconds.\n"               \
	"[" ts "2] Call Trace:\n"                                                                  \
	"[" ts "3]  nfs_file_fsync+0x1/0x2 [nfs]\n"

static const struct {
	const char *text, *kind, *rule;
	size_t deaths;
} cases[] = {
	/* events that the machine survived, of any kind */
	{HUNG(" 1000.00000") OOPS("900000.00000", "f"), "null-deref", "after-stall", 1},
	{HUNG(" 1000.00000") "[900000.000001] Kernel panic - not syncing: An NMI occurred\n",
		"nmi-panic", "after-stall", 1},
	{"[    0.100000] suspicious RCU usage\n[    0.100001] stack backtrace:\n"
	 "[    0.100002]  foo+0x1/0x2\n" OOPS("900000.00000", "f"),
		"null-deref", "after-warning", 1},
	{"[    0.100000] UBSAN: shift-out-of-bounds in a.c:1:1\n" OOPS("900000.00000", "f"),
		"null-deref", "after-warning", 1},
	{"[  100.000000] mce: [Hardware Error]: Machine check events logged\n" OOPS(
		 "900000.00000", "f"),
		"null-deref", "after-survived", 1},
	/* except memory corruption */
	{"[  100.000000] BUG: KASAN: use-after-free in foo+0x1/0x2\n[  100.000001] Call Trace:\n"
	 "[  100.000002]  foo+0x1/0x2\n" OOPS("900000.00000", "f"),
		"use-after-free", "damage-first", 1},
	/* the lock checker's remark right before a crash, which is not in the lock code or is */
	{LOCKDEP OOPS("  100.00001", "f"), "null-deref", "after-warning", 1},
	{LOCKDEP "[  100.000011] Unable to handle kernel paging request at virtual address "
		 "0000000100000017\n"
		 "[  100.000012] Internal error: Oops: 0000000096000005 [#1] PREEMPT SMP\n"
		 "[  100.000013] pc : __lock_acquire+0x7cc/0x30a4\n"
		 "[  100.000014] Call trace:\n[  100.000015]  __lock_acquire+0x7cc/0x30a4\n"
		 "[  100.000016] ---[ end trace 0000000000000000 ]---\n",
		"lock-misuse", "at-once", 1},
	/* the same stall until the end, and another one of the same kind long before */
	{HUNG(" 1000.00000") HUNG("80000.00000")
			HUNG("80122.00000") "[80122.100000] Kernel panic - not syncing: hung_task: "
					    "blocked tasks\n",
		"hung-task", "after-stall", 1},
	/* heads without a body */
	{"I see a kernel NULL pointer dereference when booting:\n" OOPS(" 1000.00000", "f"),
		"null-deref", "after-head", 1},
	{"[  100.000001] BUG: kernel NULL pointer dereference, address: 0000000000000999\n"
	 "[  119.000001] NMI watchdog: Watchdog detected hard LOCKUP on cpu 17\n"
	 "[  119.000002] CPU: 17 PID: 4 Comm: foo Not tainted 5.3.18 #1\n"
	 "[  119.000003] RIP: 0010:foo_spin+0x6b8/0x820\n",
		"null-deref", "first-report", 1},
	/* several boots: recognized by the banner, the journal's mark, and the clock */
	{OOPS(" 1000.00000", "f") "[    0.000000] Linux version 6.1.0 (x@y) #1\n" OOPS(
		 "   50.00000", "g"),
		"null-deref", "only-of-boot", 2},
	{OOPS(" 1000.00000", "f") "-- Boot 738694871ef64e248fa4a3d6dd03b762 --\n" OOPS(
		 " 2000.00000", "g"),
		"null-deref", "only-of-boot", 2},
	{OOPS(" 1000.00000", "f") OOPS("  500.00000", "g"), "null-deref", "only-of-boot", 2},
	/* not a boot: CPUs that write out of order */
	{OOPS(" 1000.10000", "f") OOPS(" 1000.00000", "g"), "null-deref", "first-report", 1},
	/* a death in a boot before one with only a stall */
	{OOPS(" 1000.00000", "f") "[    0.000000] Linux version 6.1.0 (x@y) #1\n" HUNG(
		 "  500.00000"),
		"null-deref", "only-of-boot", 1},
	/* an excerpt, then the complete log with the same crash */
	{OOPS(" 1000.00000", "f") "[    0.000000] Linux version 6.1.0 (x@y) #1\n" OOPS(
		 " 1000.00000", "f"),
		"null-deref", "only-of-boot", 1},
	/* the kernel that takes the dump, and a reset without an explanation */
	{OOPS(" 1000.00000", "f") "[    0.000000] Linux version 6.1.0 (x@y) #1\n"
				  "[    0.000000] Command line: ro elfcorehdr=0x1000\n"
				  "[    5.000000] Kernel panic - not syncing: System is deadlocked "
				  "on memory\n",
		"null-deref", "only-of-boot", 1},
	{OOPS(" 1000.00000", "f") "[    0.000000] Linux version 6.1.0 (x@y) #1\n"
				  "[   90.000000] all is well\n"
				  "[    0.000000] Linux version 6.1.0 (x@y) #1\n",
		"null-deref", "only-of-boot", 1},
	{"[    1.000000] all is well\n", NULL, NULL, 0},
};

static void what_is_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct oops_log *log = parse(cases[i].text);
		struct selection s;

		assert_int_equal(select_event(log, 0, &s, NULL), 0);
		if (!cases[i].kind) {
			assert_true(s.event == SIZE_MAX);
		} else {
			const char *kind = log->events[s.event]->kind->slug;

			if (strcmp(kind, cases[i].kind) != 0 || strcmp(s.rule, cases[i].rule) != 0)
				fail_msg("case %zu: %s by %s", i, kind, s.rule);
		}
		if (s.n_deaths != cases[i].deaths || s.death != s.n_deaths)
			fail_msg("case %zu: death %zu of %zu", i, s.death, s.n_deaths);
		talloc_free(log);
	}
}

static void each_death_can_be_had(void **state)
{
	struct oops_log *log = parse(OOPS(" 1000.00000", "f") "-- Reboot --\n" HUNG(
		" 1000.00000") "-- Reboot --\n" OOPS(" 1000.00000", "g"));

	(void)state;
	for (size_t want = 0; want < 4; want++) {
		bool first = want == 1;
		struct selection s;

		assert_int_equal(select_event(log, want, &s, NULL), 0);
		assert_int_equal(s.n_deaths, 2);
		assert_int_equal(s.death, first ? 1 : 2);
		assert_string_equal(log->events[s.event]->ip.function, first ? "f" : "g");
		assert_int_equal(log->events[s.event]->boot->number, first ? 0 : 2);
	}
	talloc_free(log);
}

/* ---- the first oops is missing ----------------------------------------------------------- */

static struct vmt_report report_of(TALLOC_CTX *ctx, const char *text)
{
	struct vmt_report r = {0};
	struct oops_log *log = parse(text);
	struct triage_facts facts = {.log = log};

	assert_int_equal(triage_judge(ctx, &facts, &r, NULL), 0);
	talloc_free(log);
	return r;
}

#define LATER(number, taints)                                                                      \
	"BUG: kernel NULL pointer dereference, address: 0000000000000040\n"                        \
	"Oops: 0000 [#" number "] PREEMPT SMP NOPTI\n"                                             \
	"CPU: 1 PID: 0 Comm: swapper/1 Tainted: G  " taints " OE      6.1.0 #1\n"                  \
	"RIP: 0010:foo+0x225/0x500 [foo]\nCall Trace:\n bar+0x225/0x500 [foo]\n"                   \
	"---[ end trace 0 ]---\n"

static void a_later_oops_is_doubted(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report r = report_of(ctx, LATER("1", " "));

	(void)state;
	assert_null(r.verdict.caution);
	assert_string_equal(r.verdict.confidence, "high");
	r = report_of(ctx, LATER("7", "D"));
	assert_non_null(strstr(r.verdict.caution, "oops 7"));
	assert_string_equal(r.verdict.confidence, "medium");
	assert_false(r.verdict.victim);
	r = report_of(ctx, LATER("1", "D"));
	assert_non_null(r.verdict.caution);
	/* the first one is there, and is judged */
	r = report_of(ctx, LATER("1", " ") LATER("2", "D"));
	assert_null(r.verdict.caution);
	r = report_of(ctx, LATER("2", "D") "Fixing recursive fault but reboot is needed!\n");
	assert_true(r.verdict.victim);
	talloc_free(ctx);
}

/* ---- which stack of a stall counts ------------------------------------------------------- */

static void a_stall_is_of_the_stuck_cpu(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report r = report_of(ctx,
		"[  100.000001] INFO: rcu_sched self-detected stall on CPU { 7}  (t=60000 g=1)\n"
		"[  100.000003] NMI backtrace for cpu 0\n"
		"[  100.000003] CPU: 0 PID: 0 Comm: swapper/0 Not tainted 3.10.0 #1\n"
		"[  100.000003] RIP: 0010:read_hpet+0x11/0x20\n"
		"[  100.000004]  arch_cpu_idle+0xf/0x20\n"
		"[  100.000008] NMI backtrace for cpu 7\n"
		"[  100.000008] CPU: 7 PID: 1460 Comm: kworker/7:1 Not tainted 3.10.0 #1\n"
		"[  100.000009]  __imq_nf_queue+0x1a8/0x5f0 [imq]\n");

	(void)state;
	assert_string_equal(r.verdict.function, "__imq_nf_queue");
	assert_int_equal(r.crash.cpu.v, 7);
	assert_int_equal(r.crash.pid.v, 1460);
	assert_string_equal(r.crash.comm, "kworker/7:1");
	assert_string_equal(r.kernel.release, "3.10.0");
	talloc_free(ctx);
}

static void what_an_interrupt_met_is_no_report(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report r = report_of(ctx,
		"[  333.420854] mce: MSR access error: WRMSR to 0xc0002098\n"
		"[  333.428105] Call Trace:\n"
		"[  333.428106]  <IRQ>\n"
		"[  333.428108]  machine_check_poll+0x228/0x2e0\n"
		"[  333.428109]  </IRQ>\n"
		"[  333.460355] RIP: 0010:pv_native_safe_halt+0xf/0x20\n"
		"[  333.519468] Kernel panic - not syncing: MCA architectural violation!\n");

	(void)state;
	assert_null(r.verdict.function);
	assert_true(r.events[r.n_events - 1].fatal);
	assert_int_equal(r.verdict.event.v, r.n_events - 1);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_judged),
		cmocka_unit_test(each_death_can_be_had),
		cmocka_unit_test(a_later_oops_is_doubted),
		cmocka_unit_test(a_stall_is_of_the_stuck_cpu),
		cmocka_unit_test(what_an_interrupt_met_is_no_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
