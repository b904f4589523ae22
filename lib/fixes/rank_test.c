// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/test.h"

#include "base/array.h"
#include "fixes/rank_internal.h"
#include "fixes/sample_fixes.h"
#include "fixes/topics.h"

static int setup(void **state)
{
	*state = talloc_new(NULL);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static const struct rank_frame e1000_frames[] = {{"kasan_report", NULL, false},
	{"e1000_clean.isra.0", "e1000", false}, {"napi_poll", NULL, false},
	{"net_rx_action", NULL, false}};

static size_t rank(TALLOC_CTX *ctx, const struct fixes_index *index, const struct rank_query *query,
	struct rank_match **matches)
{
	struct rank_query ten = *query;
	size_t n;

	ten.most = 10;
	assert_int_equal(rank_fixes(ctx, index, &ten, matches, &n, NULL), 0);
	for (size_t i = 1; i < n; i++)
		assert_true(matches[0][i - 1].score >= matches[0][i].score);
	return n;
}

/* The place of a fix, from 1; 0: it is not there. */
static size_t place_of(const struct rank_match *matches, size_t n, uint32_t fix)
{
	for (size_t i = 0; i < n; i++)
		if (matches[i].fix == fix)
			return i + 1;
	return 0;
}

static void test_order(void **state)
{
	const struct rank_query query = {
		.stack = {e1000_frames, ARRAY_SIZE(e1000_frames)}, .kind = KIND_USE_AFTER_FREE};
	struct fixes_index *index = sample_index(*state, sample_fixes, SAMPLE_FIXES);
	struct rank_match *m;
	size_t n = rank(*state, index, &query, &m);

	assert_int_equal(place_of(m, n, 0), 1);
	assert_int_equal(place_of(m, n, 4), 0); /* nothing in common */
	assert_true(m[0].chance > 0.5f && m[0].chance <= 1);
	assert_int_equal(m[0].has, RANK_HAS_UNKNOWN);
}

static void test_reasons(void **state)
{
	const struct rank_query query = {
		.stack = {e1000_frames, ARRAY_SIZE(e1000_frames)}, .kind = KIND_USE_AFTER_FREE};
	struct fixes_index *index = sample_index(*state, sample_fixes, SAMPLE_FIXES);
	bool function = false, topic = false, call = false;
	struct rank_match *m;
	float shares = 0;

	assert_true(rank(*state, index, &query, &m) > 0);
	for (size_t i = 0; i < m[0].reasons_n; i++) {
		const struct rank_reason *r = &m[0].reasons[i];

		shares += r->share;
		assert_true(i == 0 || r->share <= m[0].reasons[i - 1].share);
		function |= r->kind == RANK_FUNCTION && strcmp(r->text, "e1000_clean") == 0 &&
			    r->fields == 1 << INDEX_SUBJECT;
		topic |= r->kind == RANK_TOPIC && strcmp(r->text, "use after free") == 0;
		call |= r->kind == RANK_CALL && strcmp(r->text, "e1000_clean napi_poll") == 0;
	}
	assert_true(function && topic && call);
	assert_true(shares > 0.9f && shares < 1.001f);
}

/* Who quotes three frames in our order stands before who names our function in the subject. */
static void test_quoted_trace(void **state)
{
	static const struct rank_frame frames[] = {{"foo_one", NULL, false},
		{"foo_two", NULL, false}, {"foo_three", NULL, false}, {"foo_four", NULL, false}};
	static const struct fix fixes[] = {
		{.subject = "foo: fix foo_one() and foo_two()"},
		{.subject = "core: wait for the workers",
			.trace = " foo_one+0x1/0x2\n foo_two+0x1/0x2\n foo_three+0x1/0x2\n"
				 " foo_four+0x1/0x2\n"},
		{.subject = "core: wait for others",
			.trace = " foo_one+0x1/0x2\n foo_nine+0x1/0x2\n foo_two+0x1/0x2\n"},
		{.subject = "other: text"},
	};
	const struct rank_query query = {.stack = {frames, 4}};
	struct rank_match *m;
	size_t n = rank(*state, sample_index(*state, fixes, 4), &query, &m);

	assert_int_equal(place_of(m, n, 1), 1);
	assert_int_equal(place_of(m, n, 0), 2);
	assert_int_equal(place_of(m, n, 2), 0);
}

/* Who reports the crash, and what all stacks end in, weighs less than the function between. */
static void test_plumbing(void **state)
{
	static const struct rank_frame frames[] = {{"kasan_report", NULL, false},
		{"foo_probe", NULL, false}, {"worker_thread", NULL, false},
		{"kthread", NULL, false}};
	static const struct fix fixes[] = {
		{.subject = "kasan: fix kasan_report()"},
		{.subject = "workqueue: fix worker_thread()"},
		{.subject = "foo: fix foo_probe()"},
	};
	const struct rank_query query = {.stack = {frames, 4}};
	struct rank_match *m;
	size_t n = rank(*state, sample_index(*state, fixes, 3), &query, &m);

	assert_int_equal(place_of(m, n, 2), 1);
	assert_int_equal(place_of(m, n, 1), 2);
	assert_int_equal(place_of(m, n, 0), 0);
}

static void test_left_out(void **state)
{
	static const char *const arm[] = {"arm64"};
	static const struct rank_frame frames[] = {{"foo_run", NULL, false}};
	static const struct fix fixes[] = {
		{.subject = "foo: fix foo_run()", .order = 3},
		{.subject = "Revert \"foo: fix foo_run()\"",
			.reverts = "foo: fix foo_run()",
			.order = 2},
		{.subject = "foo: foo_run() on arm64", .arches = arm, .arches_n = 1, .order = 1},
		{.subject = "else: nothing"},
	};
	struct rank_query query = {.stack = {frames, 1}, .arch = "x86_64"};
	struct fixes_index *index = sample_index(*state, fixes, 4);
	struct rank_match *m;
	size_t n = rank(*state, index, &query, &m);

	assert_int_equal(n, 1);
	assert_int_equal(m[0].fix, 1);
	query.arch = "aarch64";
	n = rank(*state, index, &query, &m);
	assert_int_equal(n, 2);
	query.arch = NULL;
	assert_int_equal(rank(*state, index, &query, &m), 2);
}

static void test_releases(void **state)
{
	static const struct fix_release has[] = {{"6.1.5", "6.1"}, {"6.3", "6.3"}};
	static const struct fix_release lacks[] = {{"6.1.9", "6.1"}, {"6.3", "6.3"}};
	static const struct fix_release old[] = {{"5.19", "5.19"}};
	static const struct rank_frame frames[] = {{"foo_run", NULL, false}};
	static const char *const cause[] = {"0123456789"};
	static const struct fix fixes[] = {
		{.subject = "foo: a foo_run()", .releases = old, .releases_n = 1},
		{.subject = "foo: b foo_run()", .releases = has, .releases_n = 2},
		{.subject = "foo: c foo_run()", .releases = lacks, .releases_n = 2},
		{.subject = "foo: d foo_run()",
			.releases = lacks,
			.releases_n = 2,
			.fixes = cause,
			.fixes_n = 1},
		{.subject = "cause",
			.releases = lacks,
			.releases_n = 2,
			.commit = "0123456789abcdef0123456789abcdef01234567"},
	};
	const struct rank_query query = {.stack = {frames, 1}, .release = "6.1.7"};
	struct rank_match *m;
	size_t n = rank(*state, sample_index(*state, fixes, 5), &query, &m);

	assert_int_equal(n, 4);
	assert_int_equal(m[0].fix, 2);
	assert_int_equal(m[0].has, RANK_LACKS_IT);
	assert_true(m[place_of(m, n, 3) - 1].lacks_cause);
	assert_int_equal(m[place_of(m, n, 0) - 1].has, RANK_HAS_IT);
	assert_int_equal(m[place_of(m, n, 1) - 1].has, RANK_HAS_IT);
}

static void test_release_rows(void **state)
{
	static const struct {
		const char *release, *branch, *crashed;
		bool has, lacks;
		int series;
	} rows[] = {
		{"6.1.5", "6.1", "6.1.7", true, false, RANK_NO_SERIES},
		{"6.1.7", "6.1", "6.1.7", true, false, RANK_NO_SERIES},
		{"6.1.9", "6.1", "6.1.7", false, true, RANK_NO_SERIES},
		{"6.6.9", "6.6", "6.1.7", false, false, RANK_NO_SERIES},
		{"6.1", "6.1", "6.1.7", true, false, 0},
		{"6.1", "6.1", "6.1.0-rc7+", false, false, 0},
		{"6.2", "6.2", "6.1.0-rc7+", false, false, 1},
		{"6.0", "6.0", "5.19.3", false, false, 1},
		{"5.4", "5.4", "5.19.3", true, false, -15},
		{"6.1.192-2", "bookworm", "6.1.187-1", false, true, RANK_NO_SERIES},
		{"6.1.187-1", "bookworm", "6.1.187-1", true, false, RANK_NO_SERIES},
		{"6.1.187-2", "bookworm", "6.1.187-1", false, true, RANK_NO_SERIES},
		{"6.1.192-2", "bookworm", "6.1.0-56-amd64", false, true, RANK_NO_SERIES},
		{"5.14.0-611.el9", "el9", "5.14.0-427.el9", false, true, RANK_NO_SERIES},
		{"5.14.0-70.el9", "el9", "5.14.0-427.el9", true, false, RANK_NO_SERIES},
		{"5.14.0-427.13.1.el9_4", "el9_4", "5.14.0-427.el9", false, true, RANK_NO_SERIES},
		{"5.14.0-427.el9", "el9", "5.14.0-427.13.1.el9_4", true, false, RANK_NO_SERIES},
		{"unknown", "6.1", "6.1.7", false, false, RANK_NO_SERIES},
		{"6.1.5", "6.1", "unknown", false, false, RANK_NO_SERIES},
		{"99999999999.1", NULL, "6.1.7", false, false, RANK_NO_SERIES},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fix_release release = {rows[i].release, rows[i].branch};
		struct rank_release r = rank_release_of(&release, rows[i].crashed);

		assert_int_equal(r.has, rows[i].has);
		assert_int_equal(r.lacks, rows[i].lacks);
		assert_int_equal(r.series, rows[i].series);
	}
	assert_true(rank_release_is_known("6.1.7"));
	assert_false(rank_release_is_known("unknown"));
	assert_false(rank_release_is_known(NULL));
}

/* The headline names a function and a file that are in no frame. */
static void test_headline(void **state)
{
	static const char *const files[] = {"net/can/j1939/transport.c"};
	static const struct rank_frame frames[] = {{"worker_thread", NULL, false}};
	static const struct fix fixes[] = {
		{.subject = "net: others"},
		{.subject = "can: keep the session", .files = files, .files_n = 1},
		{.subject = "can: fix j1939_session_put()"},
	};
	const struct rank_query query = {.stack = {frames, 1},
		.kind = KIND_WARNING,
		.headline = "WARNING: CPU: 1 PID: 21 at net/can/j1939/transport.c:1088 "
			    "j1939_session_put+0x5f/0x70"};
	struct rank_match *m;
	size_t n = rank(*state, sample_index(*state, fixes, 3), &query, &m);

	assert_true(place_of(m, n, 1) && place_of(m, n, 2));
}

static void test_nothing(void **state)
{
	const struct rank_query query = {.kind = KIND_NONE};
	struct fixes_index *index = sample_index(*state, sample_fixes, SAMPLE_FIXES);
	struct rank_match *m;

	assert_int_equal(rank(*state, index, &query, &m), 0);
	assert_int_equal(rank(*state, sample_index(*state, NULL, 0), &query, &m), 0);
}

static void test_topics(void **state)
{
	(void)state;
	assert_true(topics_of_text("Fix a use\nafter free") & topics_of_kind(KIND_USE_AFTER_FREE));
	assert_true(topics_of_text("UAF") & topics_of_kind(KIND_USE_AFTER_FREE));
	assert_true(topics_of_text("leaking memory") & topics_of_kind(KIND_MEMORY_LEAK));
	assert_false(topics_of_text("a sleak") & topics_of_kind(KIND_MEMORY_LEAK));
	assert_int_equal(topics_of_text("nullify"), 0);
	assert_int_equal(topics_of_text(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reasons, setup, teardown),
		cmocka_unit_test_setup_teardown(test_quoted_trace, setup, teardown),
		cmocka_unit_test_setup_teardown(test_plumbing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_left_out, setup, teardown),
		cmocka_unit_test_setup_teardown(test_releases, setup, teardown),
		cmocka_unit_test(test_release_rows),
		cmocka_unit_test_setup_teardown(test_headline, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing, setup, teardown),
		cmocka_unit_test(test_topics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
