// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "triage/hint.h"
#include "triage/sentence.h"

typedef int (*hint_fn)(TALLOC_CTX *ctx, const struct vmt_report *r, const struct oops_kind *kind,
	const char **ret, struct vmt_err *err);

static const char *hint(TALLOC_CTX *ctx, hint_fn get, const struct vmt_report *r)
{
	const char *text = "not set";

	assert_int_equal(get(ctx, r, oops_kind_of_slug(r->verdict.kind), &text, NULL), 0);
	return text;
}

static const char *missing(const struct vmt_report *r)
{
	return hint_missing(r, oops_kind_of_slug(r->verdict.kind));
}

static void has(const char *text, const char *part)
{
	assert_non_null(text);
	if (!strstr(text, part))
		fail_msg("no '%s' in '%s'", part, text);
}

static void each_kind_has_its_check(void **state)
{
	static const struct {
		const char *kind, *detector, *part; /* part NULL: no hint */
	} cases[] = {
		{"out-of-bounds", "slub", "CONFIG_KASAN"},
		{"out-of-bounds", "kasan", NULL},
		{"out-of-bounds", "kfence", NULL},
		{"stack-corruption", "stackprotector", "CONFIG_KASAN_STACK"},
		{"stack-overflow", "vmap-stack", "stack_tracer_enabled=1"},
		{"bad-page-state", "mm", "page_owner=on"},
		{"bad-page-table", "mm", "memtest=4"},
		{"hung-task", "khungtaskd", "CONFIG_PROVE_LOCKING"},
		{"soft-lockup", "watchdog", "softlockup_all_cpu_backtrace=1"},
		{"hard-lockup", "watchdog", "hardlockup_all_cpu_backtrace=1"},
		{"atomic-sleep", "sched", "CONFIG_DEBUG_PREEMPT"},
		{"sched-while-atomic", "sched", "CONFIG_DEBUG_PREEMPT"},
		{"ref-leak", "net", "CONFIG_NET_DEV_REFCNT_TRACKER"},
		{"dma-api", "dma-debug", "dma_debug_driver=NAME"},
		{"null-deref", "mmu", NULL},
		{"machine-check", "mce", NULL},
		{"nmi-panic", "nmi", NULL},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vmt_report r = {.input.format = VMT_INPUT_TEXT,
			.verdict = {.kind = cases[i].kind, .detector = cases[i].detector}};

		if (cases[i].part)
			has(hint(ctx, hint_debug, &r), cases[i].part);
		else
			assert_null(hint(ctx, hint_debug, &r));
	}
	talloc_free(ctx);
}

static void memory_names_the_cache(void **state)
{
	struct vmt_explained objects[] = {
		{.name = "rax", .region = "slab", .object = "kmalloc-64", .state = "in-use"},
		{.name = "rbx", .region = "slab", .object = "vhba_request", .state = "free"},
		{.name = "rcx", .region = "slab", .object = "vhba_request", .state = "free"},
	};
	static const char *const said[] = {"Boot with slub_debug=FZPU,vhba_request."};
	struct vmt_report r = {.explained = objects, .n_explained = 3};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	r.verdict.kind = "gpf";
	has(hint(ctx, hint_debug, &r),
		"rbx points into a freed object of the slab cache vhba_request");
	has(hint(ctx, hint_debug, &r), "slub_debug=FZPU,vhba_request ");
	r.verdict.next = said;
	r.verdict.n_next = 1;
	assert_null(hint(ctx, hint_debug, &r));
	r.verdict.n_next = 0;
	objects[2].object = "kmalloc-64"; /* which of two */
	assert_null(hint(ctx, hint_debug, &r));
	r.fault.base_register = "rcx"; /* the other is left over */
	has(hint(ctx, hint_debug, &r),
		"rcx points into a freed object of the slab cache kmalloc-64");
	r.fault.base_register = "rdx";
	assert_null(hint(ctx, hint_debug, &r));
	r.fault.base_register = NULL;
	objects[2].state = "in-use";
	objects[1].object = "a;rm -r b";
	assert_null(hint(ctx, hint_debug, &r));
	objects[1].object = "vhba_request";
	r.verdict.kind = "hung-task"; /* no pointer was followed */
	assert_null(hint(ctx, hint_debug, &r));
	talloc_free(ctx);
}

static void a_dump_shows_what_others_hold(void **state)
{
	struct vmt_report r = {.input.format = "kdump", .verdict.kind = "soft-lockup"};

	(void)state;
	assert_null(hint(NULL, hint_debug, &r));
	r.verdict.kind = "hung-task";
	assert_null(hint(NULL, hint_debug, &r));
	r.deadlock = true;
	has(hint(NULL, hint_debug, &r), "lockdep");
}

static void one_wrong_bit_means_memory(void **state)
{
	struct vmt_report r = {.verdict = {.kind = "page-fault", .address_class = "one-bit-off"}};
	const char *next[] = {advice_text(ADVICE_BIT)};

	(void)state;
	has(hint(NULL, hint_debug, &r), "Memtest86+");
	r.verdict.next = next;
	r.verdict.n_next = 1;
	assert_null(hint(NULL, hint_debug, &r));
}

static void code_to_blame_may_be_fixed(void **state)
{
	struct vmt_report r = {
		.input.path = "a b.log", .verdict = {.kind = "gpf", .module = "e1000"}};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	has(hint(ctx, hint_fixes, &r), "vmtriage fixes 'a b.log'");
	r.input.path = "-";
	has(hint(ctx, hint_fixes, &r), "vmtriage fixes FILE");
	r.input.path = "https://panic.example.org/#?z=...";
	has(hint(ctx, hint_fixes, &r), "vmtriage fixes FILE");
	r.verdict.module = NULL; /* no culprit */
	assert_null(hint(ctx, hint_fixes, &r));
	r.verdict.module = "e1000";
	r.verdict.kind = "machine-check"; /* a broken part */
	assert_null(hint(ctx, hint_fixes, &r));
	talloc_free(ctx);
}

static void what_a_text_lacks(void **state)
{
	static const struct vmt_event event = {.kind = "warning", .fatal = true};
	struct vmt_report r = {.input.format = VMT_INPUT_TEXT, .verdict.kind = "gpf"};

	(void)state;
	assert_null(missing(&r));
	r.verdict.corrupted = true;
	has(missing(&r), "/sys/fs/pstore");
	r.lines_broken_at = (struct vmt_u64){true, 80};
	has(missing(&r), "dmesg > FILE");
	r.verdict.caution = "the first oops is not in this log";
	has(missing(&r), "journalctl -k -b -1");
	r.input.format = "kdump";
	assert_null(missing(&r));
	r = (struct vmt_report){.input.format = VMT_INPUT_TEXT, .verdict.kind = "warning"};
	has(missing(&r), "panic_on_warn=1");
	r.events = &event;
	r.n_events = 1;
	r.verdict.event = (struct vmt_u64){true, 0};
	assert_null(missing(&r));
	r.n_events = 0;
	r.verdict.no_crash = true;
	assert_null(missing(&r));
	r.verdict.kind = "corrected-error";
	assert_null(missing(&r));
}

static void lists_and_trackers(void **state)
{
	static const char *const own[] = {"a@x"}, *const wider[] = {"a@x", "b@x"},
				 *const bugs[] = {"https://bugs.x"};
	struct vmt_maintainer m[] = {
		{.section = "DRIVER A", .status = "Orphan", .lists = own, .n_lists = 1},
		{.section = "NETWORK", .lists = wider, .n_lists = 2},
	};
	struct vmt_report r = {.maintainers = m, .n_maintainers = 2, .verdict.kind = "gpf"};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	assert_string_equal(hint(ctx, hint_tracker, &r),
		"Report it to the mailing lists a@x and b@x: MAINTAINERS has the culprit's file in "
		"the section \"DRIVER A\", status Orphan.");
	m[1].bugs = bugs;
	m[1].n_bugs = 1;
	r.n_maintainers = 1;
	assert_string_equal(hint(ctx, hint_tracker, &r),
		"Report it to the mailing list a@x: MAINTAINERS has the culprit's file in the "
		"section \"DRIVER A\", status Orphan.");
	r.n_maintainers = 2;
	has(hint(ctx, hint_tracker, &r), " a@x and b@x, or in the bug tracker https://bugs.x: ");
	m[0].n_lists = m[1].n_lists = 0;
	has(hint(ctx, hint_tracker, &r), "Report it in the bug tracker https://bugs.x: ");
	m[1].n_bugs = 0;
	assert_null(hint(ctx, hint_tracker, &r));
	r.n_maintainers = 0;
	assert_null(hint(ctx, hint_tracker, &r));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_has_its_check),
		cmocka_unit_test(memory_names_the_cache),
		cmocka_unit_test(a_dump_shows_what_others_hold),
		cmocka_unit_test(one_wrong_bit_means_memory),
		cmocka_unit_test(code_to_blame_may_be_fixed),
		cmocka_unit_test(what_a_text_lacks),
		cmocka_unit_test(lists_and_trackers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
