// SPDX-License-Identifier: GPL-3.0-or-later
// What people type: times, and words that are nearly right.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "nearest.h"
#include "times.h"

#define NS INT64_C(1000000000)
#define NOW (INT64_C(1796000000) * NS + 5) /* 2026-11-30 00:53:20 UTC */
#define MIDNIGHT (INT64_C(1795996800) * NS)

static const struct {
	const char *text;
	int64_t ns;
} times[] = {
	{"@1763680000", 1763680000 * NS},
	{"@1763680000.25", 1763680000 * NS + NS / 4},
	{"1970-01-01", 0},
	{"2000-03-01", 951868800 * NS},
	{"2024-02-29", 1709164800 * NS},
	{"2026-11-20", 1795132800 * NS},
	{"2026-11-20 23:25", 1795217100 * NS},
	{"2026-11-20 23:25:12", 1795217112 * NS},
	{" 2026-11-20  23:25:12.5 ", 1795217112 * NS + NS / 2},
	{"2026-11-20T23:25:12Z", 1795217112 * NS},
	{"2026-11-20T23:25:12.345678Z", 1795217112 * NS + 345678000},
	{"2026-11-20 23:25:12 UTC", 1795217112 * NS},
	{"2026-11-20T23:25:12+01:00", (1795217112 - 3600) * NS},
	{"2026-11-20 23:25:12 -0530", (1795217112 + 19800) * NS},
	{"2026-11-20 23:25 +01", (1795217100 - 3600) * NS},
	{"00:10", MIDNIGHT + 600 * NS},
	{"now", NOW},
	{"today", MIDNIGHT},
	{"yesterday", MIDNIGHT - 86400 * NS},
	{"tomorrow", MIDNIGHT + 86400 * NS},
	{"yesterday 12:00", MIDNIGHT - 43200 * NS},
	{"2 hours ago", NOW - 7200 * NS},
	{"-2h", NOW - 7200 * NS},
	{"-1h 30min", NOW - 5400 * NS},
	{"-1h30min", NOW - 5400 * NS},
	{"+5min", NOW + 300 * NS},
	{"3 days ago", NOW - 3 * 86400 * NS},
	{"1 week 1 day ago", NOW - 8 * 86400 * NS},
	{"-0.5h", NOW - 1800 * NS},
	{"-90", NOW - 90 * NS},
};

static const char *const no_times[] = {"", " ", "foo", "2h", "20", "@", "@x", "@99999999999",
	"2026", "2026-11", "2026-13-01", "2026-02-29", "2026-11-31", "2026-00-01", "2026-11-00",
	"2026-11-20 24:00", "2026-11-20 23:60", "2026-11-20 23", "2026-11-20 23:25 CET",
	"2026-11-20 23:25 +25:00", "9999-01-01", "1969-12-31", "2 fortnights ago", "2 hours before",
	"-2h ago", "-", "+", "ago", "-99999999999h", "-999999999y", "now 12:00", "todayish"};

static void times_are_read(void **state)
{
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		if (!times_parse(times[i].text, NOW, &ns))
			fail_msg("'%s' is refused", times[i].text);
		if (ns != times[i].ns)
			fail_msg("'%s' is off by %lld ns", times[i].text,
				(long long)(ns - times[i].ns));
	}
}

static void what_is_no_time_is_refused(void **state)
{
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < sizeof(no_times) / sizeof(no_times[0]); i++)
		if (times_parse(no_times[i], NOW, &ns))
			fail_msg("'%s' is taken", no_times[i]);
}

static const char *guess(const char *word)
{
	static const char *const words[] = {"report", "list", "batch", "log", "stack", "compare",
		"shrink", "completion", "help"};
	struct nearest n;

	nearest_start(&n, word);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		nearest_try(&n, words[i]);
	return n.best ? n.best : "";
}

static void near_words_are_guessed(void **state)
{
	(void)state;
	assert_string_equal(guess("reprot"), "report");
	assert_string_equal(guess("raport"), "report");
	assert_string_equal(guess("reports"), "report");
	assert_string_equal(guess("lst"), "list");
	assert_string_equal(guess("lits"), "list");
	assert_string_equal(guess("logs"), "log");
	assert_string_equal(guess("stakc"), "stack");
	assert_string_equal(guess("completoin"), "completion");
	assert_string_equal(guess("hlep"), "help");
	assert_string_equal(guess("vmcore"), "");
	assert_string_equal(guess("x"), "");
	assert_string_equal(guess(""), "");
	assert_string_equal(guess("missing"), "");
	assert_string_equal(guess("a-word-that-is-longer-than-what-is-compared"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(near_words_are_guessed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
