// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"
#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "timeline/civil.h"
#include "timeline/schedule.h"

struct times {
	char text[4096];
	size_t n, used;
};

static int take(void *arg, int64_t at, struct vmt_err *err)
{
	struct times *t = arg;
	struct civil c;

	(void)err;
	civil_split(at, &c);
	t->n++;
	if (t->used < sizeof(t->text) - 40)
		t->used += (size_t)snprintf(t->text + t->used, sizeof(t->text) - t->used,
			"%s%u-%02u %02u:%02u", t->used ? ", " : "", c.month, c.day, c.hour,
			c.minute);
	return 0;
}

/* The times in November 2026, of which the 1st is a Sunday. */
static size_t november(const struct schedule *s, const char *wanted)
{
	int64_t first = civil_seconds(&(struct civil){.year = 2026, .month = 11, .day = 1});
	struct times t = {0};

	const struct schedule_run run = {NULL, first, first + 30 * DAY - 1, take, &t};

	assert_int_equal(schedule_times(s, &run, NULL), 0);
	if (wanted)
		assert_string_equal(t.text, wanted);
	return t.n;
}

static size_t cron(const char *text, const char *wanted)
{
	struct schedule s;
	size_t rest;

	assert_true(schedule_cron(text, strlen(text), &s, &rest));
	return november(&s, wanted);
}

static size_t calendar(const char *text, const char *wanted)
{
	struct schedule s;

	assert_true(schedule_calendar(text, strlen(text), &s));
	return november(&s, wanted);
}

static void fields_of_crontabs(void **state)
{
	(void)state;
	assert_int_equal(cron("17 * * * *", NULL), 720);
	assert_int_equal(cron("25 6 * * *", NULL), 30);
	assert_int_equal(cron("*/10 * * * *", NULL), 4320);
	assert_int_equal(cron("5/20 3 1 11 *", "11-01 03:05, 11-01 03:25, 11-01 03:45"), 3);
	cron("47 6 * * 7", "11-01 06:47, 11-08 06:47, 11-15 06:47, 11-22 06:47, 11-29 06:47");
	cron("47 6 * * Sun", "11-01 06:47, 11-08 06:47, 11-15 06:47, 11-22 06:47, 11-29 06:47");
	assert_int_equal(cron("0 12 * * 1-5", NULL), 21);
	cron("0 0,12 2 nov *", "11-02 00:00, 11-02 12:00");
	/* Either day matches if both are restricted. */
	cron("0 1 13 * fri", "11-06 01:00, 11-13 01:00, 11-20 01:00, 11-27 01:00");
	cron("0 1 14 * fri", "11-06 01:00, 11-13 01:00, 11-14 01:00, 11-20 01:00, 11-27 01:00");
	/* A star with a step counts as a star: both must match. */
	cron("0 1 */2 * fri", "11-13 01:00, 11-27 01:00");
	cron("@weekly", "11-01 00:00, 11-08 00:00, 11-15 00:00, 11-22 00:00, 11-29 00:00");
	cron("@monthly", "11-01 00:00");
	assert_int_equal(cron("@hourly", NULL), 720);
	assert_int_equal(cron("@reboot", NULL), 0);
}

static void wrong_fields_are_refused(void **state)
{
	static const char *const bad[] = {"60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
		"* * * * 8", "* * * *", "5-1 * * * *", "*/0 * * * *", "SHELL=/bin/sh", "@noon",
		"1,, * * * *", "a * * * *"};
	struct schedule s;
	size_t rest;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (schedule_cron(bad[i], strlen(bad[i]), &s, &rest))
			fail_msg("taken: %s", bad[i]);
}

static void calendars_of_systemd(void **state)
{
	(void)state;
	assert_int_equal(calendar("*:00/10", NULL), 4320);
	assert_int_equal(calendar("00:07:00", NULL), 30);
	assert_int_equal(calendar("daily", NULL), 30);
	assert_int_equal(calendar("hourly", NULL), 720);
	calendar("weekly", "11-02 00:00, 11-09 00:00, 11-16 00:00, 11-23 00:00, 11-30 00:00");
	assert_int_equal(calendar("Mon..Fri 02:00", NULL), 21);
	assert_int_equal(calendar("Fri..Mon 02:00", NULL), 18);
	calendar("Sat,Wed *-11-01..07 12:30", "11-04 12:30, 11-07 12:30");
	calendar("2026-11-20 23:25", "11-20 23:25");
	calendar("2027-11-20 23:25", "");
	calendar("2024/2-11-20 23:25", "11-20 23:25");
	calendar("*-*~01 03:10:00", "11-30 03:10");
	calendar("*-11-05", "11-05 00:00");
	calendar("monthly", "11-01 00:00");
	calendar("Sun *-*-* 03:10:00",
		"11-01 03:10, 11-08 03:10, 11-15 03:10, 11-22 03:10, 11-29 03:10");
	assert_int_equal(calendar("*-*-* 6,18:00", NULL), 60);
}

static void other_calendars_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "25:00", "noon", "*-13-01", "Mon..Foo 02:00", "02:00 Europe/Berlin", "*-*-32"};
	struct schedule s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (schedule_calendar(bad[i], strlen(bad[i]), &s))
			fail_msg("taken: %s", bad[i]);
}

/* 02:30 in Berlin, around the nights in which the clocks change. */
static void jobs_vanish_and_run_twice(void **state)
{
	int64_t spring = civil_seconds(&(struct civil){.year = 2026, .month = 3, .day = 28});
	int64_t autumn = civil_seconds(&(struct civil){.year = 2026, .month = 10, .day = 24});
	struct times t = {0};
	struct schedule s;
	struct zone *z;

	(void)state;
	assert_int_equal(zone_parse(NULL, "CET-1CEST,M3.5.0,M10.5.0/3", &z, NULL), 0);
	assert_true(schedule_calendar("02:30", 5, &s));
	schedule_times(&s, &(struct schedule_run){z, spring, spring + 3 * DAY, take, &t}, NULL);
	assert_string_equal(t.text, "3-28 01:30, 3-30 00:30");
	t = (struct times){0};
	schedule_times(&s, &(struct schedule_run){z, autumn, autumn + 3 * DAY, take, &t}, NULL);
	assert_string_equal(t.text, "10-24 00:30, 10-25 00:30, 10-25 01:30, 10-26 01:30");
	t = (struct times){0};
	assert_true(schedule_calendar("02:30 UTC", 9, &s));
	schedule_times(&s, &(struct schedule_run){z, spring, spring + 2 * DAY, take, &t}, NULL);
	assert_string_equal(t.text, "3-28 02:30, 3-29 02:30");
	talloc_free(z);
}

static void spans(void **state)
{
	int64_t s;

	(void)state;
	assert_true(schedule_span("15min", 5, &s));
	assert_int_equal(s, 900);
	assert_true(schedule_span("1h 30 min", 9, &s));
	assert_int_equal(s, 5400);
	assert_true(schedule_span("90", 2, &s));
	assert_int_equal(s, 90);
	assert_false(schedule_span("", 0, &s));
	assert_false(schedule_span("1 moon", 6, &s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_of_crontabs),
		cmocka_unit_test(wrong_fields_are_refused),
		cmocka_unit_test(calendars_of_systemd),
		cmocka_unit_test(other_calendars_are_refused),
		cmocka_unit_test(jobs_vanish_and_run_twice),
		cmocka_unit_test(spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
