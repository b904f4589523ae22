// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "log/log_text.h"
#include "triage/sentence.h"
#include "triage/triage.h"

static TALLOC_CTX *judge(const char *text, struct vmt_report *report)
{
	struct vmt_input input = report->input;
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct triage_facts facts = {0};
	struct oops_parser *parser;
	struct oops_log *log;
	struct log_text *lines;
	struct vmt_err err;

	memset(report, 0, sizeof(*report));
	report->input = input;
	assert_int_equal(oops_parser_new(ctx, &parser, &err), 0);
	assert_int_equal(log_text_new(ctx, oops_parser_feed, parser, NULL, &lines, &err), 0);
	assert_int_equal(log_text_feed(lines, text, strlen(text)), 0);
	assert_int_equal(log_text_finish(lines), 0);
	assert_int_equal(oops_parser_finish(parser, ctx, &log, &err), 0);
	facts.log = log;
	assert_int_equal(triage_judge(ctx, &facts, report, &err), 0);
	return ctx;
}

static bool has(const char *const *items, size_t n, const char *wanted)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(items[i], wanted) == 0)
			return true;
	return false;
}

static void check_init(const char *code, const char *headline, const char *wanted)
{
	char text[256];
	struct vmt_report r = {0};
	TALLOC_CTX *ctx;

	snprintf(text, sizeof(text),
		"[    5.0] Kernel panic - not syncing: Attempted to kill init! exitcode=%s\n"
		"[    5.0] CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1\n",
		code);
	ctx = judge(text, &r);
	assert_string_equal(r.verdict.kind, "init-killed");
	assert_string_equal(r.verdict.headline, headline);
	if (wanted)
		assert_true(has(r.verdict.evidence, r.verdict.n_evidence, wanted));
	for (size_t i = 0; !wanted && i < r.verdict.n_evidence; i++)
		assert_int_not_equal(strncmp(r.verdict.evidence[i], "Init ", 5), 0);
	talloc_free(ctx);
}

static void who_holds_the_lock(void **state)
{
	struct vmt_report r = {0};
	TALLOC_CTX *ctx =
		judge("INFO: task x:12 blocked for more than 120 seconds.\n"
		      "INFO: task x:12 is blocked on a mutex likely owned by task gizmo:45.\n",
			&r);

	(void)state;
	assert_string_equal(r.verdict.headline, "kernel: task hung, x (pid 12) for 120 s, waits "
						"for what task gizmo:45 likely holds");
	talloc_free(ctx);
	/* A dump's memory says more. */
	r.input.format = "kdump";
	r.input.path = "vmcore";
	ctx = judge("INFO: task x:12 blocked for more than 120 seconds.\n"
		    "INFO: task x:12 is blocked on a mutex likely owned by task gizmo:45.\n",
		&r);
	assert_string_equal(r.verdict.headline, "kernel: task hung, x (pid 12) for 120 s");
	talloc_free(ctx);
}

static void how_init_ended(void **state)
{
	(void)state;
	check_init("0x00000300", "process 1 exited with status 3",
		"Init ended by itself, with exit status 3.");
	check_init("0x0000000b", "process 1 was killed by SIGSEGV",
		"Init was killed by signal 11 (SIGSEGV).");
	check_init("0x0000008b", "process 1 was killed by SIGSEGV",
		"Init was killed by signal 11 (SIGSEGV).");
	check_init(
		"0x00000007", "process 1 was killed by signal 7", "Init was killed by signal 7.");
	check_init("", "process 1 died", NULL);
}

static void who_sent_the_interrupt(void **state)
{
	struct vmt_report r = {0};
	TALLOC_CTX *ctx = judge("Kernel panic - not syncing: NMI: Not continuing\n", &r);

	(void)state;
	assert_string_equal(r.verdict.kind, "nmi-panic");
	assert_non_null(strstr(r.verdict.next[0], "ipmitool sel list"));
	assert_non_null(strstr(r.verdict.next[0], "virsh inject-nmi"));
	talloc_free(ctx);
}

/* A warning leaves no dump, unless the kernel stops because of it. */
static void who_may_have_a_dump(void **state)
{
	static const char *const texts[] = {
		"WARNING: CPU: 1 PID: 7 at a.c:1 f+0x1/0x2\n",
		("WARNING: CPU: 1 PID: 7 at a.c:1 f+0x1/0x2\n"
		 "Kernel panic - not syncing: panic_on_warn set ...\n"),
		"general protection fault: 0000 [#1] SMP\nRIP: 0010:f+0x1/0x2\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct vmt_report r = {0};
		TALLOC_CTX *ctx = judge(texts[i], &r);
		bool said = false;

		for (size_t k = 0; k < r.verdict.n_next; k++)
			said |= strstr(r.verdict.next[k], "If kdump saved a dump") != NULL;
		assert_int_equal(said, i > 0);
		talloc_free(ctx);
	}
}

/* Where to look for an object's misuse: a debug option, unless the report has its history. */
static void what_shows_the_misuse(void **state)
{
	static const char *const texts[][2] = {
		{"BUG kmalloc-64 (Not tainted): Poison overwritten\n",
			"slub_debug=FZPU,kmalloc-64, or"},
		{"BUG kmalloc;x (Not tainted): Poison overwritten\n", "slub_debug=FZPU, or"},
		{"BUG: KASAN: use-after-free in f+0x1/0x2 [drv]\nRead of size 8 at addr "
		 "ffff888003a5c000 by task a/7\n"
		 "Call Trace:\n f+0x1/0x2 [drv]\nAllocated by task 7:\n g+0x1/0x2 [drv]\n"
		 "Freed by task 8:\n kfree+0x1/0x2\n h+0x1/0x2 [drv]\n",
			"who freed the object"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct vmt_report r = {0};
		TALLOC_CTX *ctx = judge(texts[i][0], &r);

		assert_true(r.verdict.n_next > 0);
		if (!strstr(r.verdict.next[0], texts[i][1]))
			fail_msg("'%s'", r.verdict.next[0]);
		talloc_free(ctx);
	}
}

static void check_module(const char *entry, const char *wanted)
{
	char text[512];
	struct vmt_report r = {0};
	TALLOC_CTX *ctx;

	snprintf(text, sizeof(text),
		"BUG: kernel NULL pointer dereference, address: 0000000000000040\n"
		"CPU: 1 PID: 0 Comm: swapper/1 Not tainted 6.1.0 #1\n"
		"RIP: 0010:nic_poll+0x225/0x4b0 [nic]\n"
		"Call Trace:\n <TASK>\n do_idle+0x1/0x2\n </TASK>\n"
		"Modules linked in: %s\n"
		"---[ end trace 0000000000000000 ]---\n",
		entry);
	ctx = judge(text, &r);
	assert_true(has(r.verdict.evidence, r.verdict.n_evidence, wanted));
	talloc_free(ctx);
}

static void where_a_module_comes_from(void **state)
{
	(void)state;
	check_module(
		"nic ext4", "nic is part of the kernel (no taint flags in \"Modules linked in\").");
	check_module("nic(OE) ext4", "nic is an out-of-tree, unsigned module (taint flags OE in "
				     "\"Modules linked in\").");
	check_module("nic(PO) ext4",
		"nic is a proprietary module (taint flags PO in \"Modules linked in\").");
	check_module("nic(C) ext4",
		"nic is an in-tree module (taint flags C in \"Modules linked in\").");
}

static void a_caller_is_not_where_the_cpu_was(void **state)
{
	static const char text[] =
		"BUG: kernel NULL pointer dereference, address: 0000000000000000\n"
		"#PF: supervisor instruction fetch in kernel mode\n"
		"CPU: 1 PID: 100 Comm: fdisk Not tainted 6.1.0 #1\n"
		"RIP: 0010:0x0\n"
		"Call Trace:\n <TASK>\n hba_bios_param+0x2f/0x40 [hba]\n sd_getgeo+0x1/0x2\n "
		"</TASK>\n";
	struct vmt_report r = {0};
	TALLOC_CTX *ctx = judge(text, &r);

	(void)state;
	assert_string_equal(r.verdict.function, "hba_bios_param");
	assert_true(has(r.verdict.evidence, r.verdict.n_evidence,
		"hba_bios_param is the innermost function that the stack shows."));
	talloc_free(ctx);
}

/* Timers, work items and interrupt handlers are called by code that never set the pointer. */
static void a_dispatcher_did_not_set_the_pointer(void **state)
{
	static const char *const dispatchers[] = {"call_timer_fn", "process_one_work",
		"__handle_irq_event_percpu", "do_one_initcall", "vfs_ioctl"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(dispatchers); i++) {
		struct vmt_report r = {0};
		TALLOC_CTX *ctx;
		char text[512], why[256];

		snprintf(text, sizeof(text),
			"BUG: kernel NULL pointer dereference, address: 0000000000000000\n"
			"#PF: supervisor instruction fetch in kernel mode\n"
			"CPU: 1 PID: 100 Comm: x Tainted: P           O       6.1.0 #1\n"
			"RIP: 0010:0x0\n"
			"Call Trace:\n <TASK>\n %s+0x27/0x130\n nobody_special+0x1/0x2\n </TASK>\n",
			dispatchers[i]);
		snprintf(why, sizeof(why),
			"%s calls what others registered with it: who set the pointer that it "
			"called is not on the stack.",
			dispatchers[i]);
		ctx = judge(text, &r);
		assert_string_equal(r.verdict.function, dispatchers[i]);
		assert_string_equal(r.verdict.confidence, "low");
		assert_true(has(r.verdict.evidence, r.verdict.n_evidence, why));
		talloc_free(ctx);
	}
}

/* One line in somebody's sentence is little to go by. */
static void a_sentence_is_little_evidence(void **state)
{
	static const struct {
		const char *text, *confidence;
	} rows[] = {
		{"Kernel panic - not syncing: VFS: Unable to mount root fs on "
		 "unknown-block(0,0)\n",
			"high"},
		{"I get a Kernel panic - not syncing: VFS: Unable to mount root fs on "
		 "unknown-block(0,0)\n",
			"low"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vmt_report r = {0};
		TALLOC_CTX *ctx = judge(rows[i].text, &r);

		assert_string_equal(r.verdict.confidence, rows[i].confidence);
		talloc_free(ctx);
	}
}

/* A panic that is quoted as the line that announced the crash is not quoted again. */
static void a_panic_is_quoted_once(void **state)
{
	static const char text[] =
		"[    5.0] Kernel panic - not syncing: System is deadlocked on memory\n"
		"[    5.0] CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1\n";
	struct vmt_report r = {0};
	TALLOC_CTX *ctx = judge(text, &r);
	size_t n = 0;

	(void)state;
	assert_string_equal(r.verdict.kind, "oom-panic");
	for (size_t i = 0; i < r.verdict.n_evidence; i++)
		n += strstr(r.verdict.evidence[i], "deadlocked on memory") != NULL;
	assert_int_equal(n, 1);
	talloc_free(ctx);
}

static const char stuck[] = "watchdog: BUG: soft lockup - CPU#3 stuck for 23s! [cp:812]\n"
			    "CPU: 3 PID: 812 Comm: cp Not tainted 6.1.0 #1\n"
			    "RIP: 0010:nic_wait+0x25/0x4b\n"
			    "Call Trace:\n <TASK>\n ksys_write+0x6b/0xf0\n </TASK>\n";

static void check_command(const char *format, const char *path, const char *command)
{
	struct vmt_report r = {.input = {.format = format, .path = path}};
	TALLOC_CTX *ctx = judge(stuck, &r);
	const char *at = strstr(r.verdict.next[0], "vmtriage");

	assert_string_equal(r.verdict.kind, "soft-lockup");
	assert_int_equal(at != NULL, command != NULL);
	if (at)
		assert_string_equal(at, command);
	assert_int_equal(
		strstr(r.verdict.next[r.verdict.n_next - 1], "Keep the dump") != NULL, at != NULL);
	talloc_free(ctx);
}

static void who_has_debuginfo_is_not_told_to_get_it(void **state)
{
	struct vmt_report r = {.input = {.format = "kdump", .path = "vmcore"}};
	TALLOC_CTX *ctx = judge(stuck, &r);
	const char *first = r.verdict.next[0];
	size_t n = r.verdict.n_next;

	(void)state;
	assert_non_null(strstr(r.verdict.next[n - 1], "debuginfo"));
	assert_int_equal(advice_have_debuginfo(ctx, &r.verdict, NULL), 0);
	assert_int_equal(r.verdict.n_next, n);
	assert_string_equal(r.verdict.next[0], first);
	assert_non_null(strstr(r.verdict.next[n - 1], "Keep the dump"));
	assert_null(strstr(r.verdict.next[n - 1], "debuginfo"));
	talloc_free(ctx);
}

static void advice_names_commands(void **state)
{
	(void)state;
	check_command("text", "a.log", NULL);
	check_command(NULL, NULL, NULL);
	check_command("kdump", "/var/crash/1/dump.1", "vmtriage stack /var/crash/1/dump.1");
	check_command("kdump", "-", "vmtriage stack DUMP");
	check_command("kdump", "-x", "vmtriage stack './-x'");
	check_command("kdump", "a b's", "vmtriage stack 'a b'\\''s'");
	check_command("kdump", "$(x)", "vmtriage stack '$(x)'");
}

static void nobody_is_to_blame(void **state)
{
	static const struct {
		const char *text, *headline;
	} cases[] = {
		{"mce: [Hardware Error]: CPU 1: Machine Check Exception: 5 Bank 4: "
		 "b200000000070f0f\n"
		 "Kernel panic - not syncing: Fatal machine check\n",
			"hardware: machine check on CPU 1, bank 4: processor context corrupt"},
		{"Kernel panic - not syncing: System is deadlocked on memory\n",
			"panic because memory ran out"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vmt_report r = {0};
		TALLOC_CTX *ctx = judge(cases[i].text, &r);

		assert_string_equal(r.verdict.headline, cases[i].headline);
		talloc_free(ctx);
	}
}

/* What cannot be done with what is at hand, or is not the kind's, does not come first. */
static void the_first_advice(void **state)
{
	static const struct {
		const char *text, *next;
	} cases[] = {
		{"watchdog: BUG: soft lockup - CPU#6 stuck for 22s! [kubelet:1663]\n"
		 "CPU: 6 PID: 1663 Comm: kubelet Not tainted 6.1.0 #1\n",
			"If kdump saved a dump"},
		{"watchdog: BUG: soft lockup - CPU#6 stuck for 22s! [kubelet:1663]\n"
		 "CPU: 6 PID: 1663 Comm: kubelet Not tainted 6.1.0 #1\n"
		 "RIP: 0010:foo_spin+0x16/0xd0\nCall Trace:\n foo_wait+0x1/0x2\n",
			"Compare the stacks of all CPUs"},
		{"Missing ENDBR: kallsyms_lookup_name+0x0/0xc0\n"
		 "kernel BUG at arch/x86/kernel/cet.c:133!\n",
			"Find out which module made the jump"},
		{"Unable to handle kernel execute from non-executable memory at virtual address "
		 "ffff80008057c000\nCPU: 1 PID: 1 Comm: init Not tainted 6.12.0 #1\n"
		 "pc : 0xffff80008057c000\nlr : foo_kick+0x28/0x48 [foo]\n",
			"Look at the culprit's source line"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vmt_report r = {0};
		TALLOC_CTX *ctx = judge(cases[i].text, &r);

		assert_true(r.verdict.n_next > 0);
		if (strncmp(r.verdict.next[0], cases[i].next, strlen(cases[i].next)) != 0)
			fail_msg("%zu: %s", i, r.verdict.next[0]);
		talloc_free(ctx);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_holds_the_lock),
		cmocka_unit_test(how_init_ended),
		cmocka_unit_test(who_sent_the_interrupt),
		cmocka_unit_test(who_may_have_a_dump),
		cmocka_unit_test(what_shows_the_misuse),
		cmocka_unit_test(where_a_module_comes_from),
		cmocka_unit_test(a_caller_is_not_where_the_cpu_was),
		cmocka_unit_test(a_dispatcher_did_not_set_the_pointer),
		cmocka_unit_test(a_sentence_is_little_evidence),
		cmocka_unit_test(a_panic_is_quoted_once),
		cmocka_unit_test(advice_names_commands),
		cmocka_unit_test(who_has_debuginfo_is_not_told_to_get_it),
		cmocka_unit_test(the_first_advice),
		cmocka_unit_test(nobody_is_to_blame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
