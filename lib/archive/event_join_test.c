// SPDX-License-Identifier: GPL-3.0-or-later
/* Which sources are one event, and above all which are two. */
#include "base/test.h"

#include <string.h>

#include "archive/event_join.h"

#define SECOND 1000000000ll
#define DAY (86400 * SECOND)
#define NOW (1700000000 * SECOND)
#define TS (812 * SECOND + 442917000)

static struct event_instant instant[8];
static size_t n_instant;

/* A source that knows nothing but its crash. */
static struct event_facts source(enum event_source kind)
{
	static size_t file;

	return (struct event_facts){.source = kind,
		.file = file++,
		.n_deaths = 1,
		.signature = "aaaa",
		.with = SIZE_MAX};
}

/* One whose clock since boot was at ns when it printed its report. */
static struct event_facts printed(enum event_source kind, int64_t ns)
{
	struct event_facts f = source(kind);

	instant[n_instant % 8] = (struct event_instant){"null-deref", ns};
	f.instants = &instant[n_instant++ % 8];
	f.n_instants = 1;
	f.uptime = (struct vmt_time){true, ns};
	return f;
}

static struct event_facts dated(
	enum event_source kind, const char *host, const char *signature, int64_t utc)
{
	struct event_facts f = source(kind);

	f.host = host;
	f.signature = signature;
	f.time = (struct vmt_time){true, utc};
	return f;
}

/* How many events two sources are. */
static int count(struct event_facts a, struct event_facts b)
{
	const struct event_facts both[] = {a, b}, turned[] = {b, a};
	size_t best[2], again[2];

	assert_int_equal(event_join(NULL, both, 2, best, NULL), 0);
	assert_int_equal(event_join(NULL, turned, 2, again, NULL), 0);
	assert_int_equal(best[0] == best[1], again[0] == again[1]);
	return best[0] == best[1] ? 1 : 2;
}

static void the_same_microsecond_is_one_boot(void **state)
{
	struct event_facts a = printed(EVENT_DUMP, TS + 123), b = printed(EVENT_CONSOLE, TS);

	(void)state;
	assert_int_equal(count(a, b), 1);
	b = printed(EVENT_CONSOLE, TS + 1000);
	assert_int_equal(count(a, b), 2);
	/* A clock of whole milliseconds, as before the kernel has a better one. */
	assert_int_equal(
		count(printed(EVENT_DUMP, 4 * SECOND), printed(EVENT_CONSOLE, 4 * SECOND)), 2);
	assert_int_equal(count(printed(EVENT_DUMP, 0), printed(EVENT_CONSOLE, 0)), 2);
}

/* What differs is more than what agrees. */
static void what_contradicts_keeps_apart(void **state)
{
	struct event_facts a = printed(EVENT_DUMP, TS), b = printed(EVENT_CONSOLE, TS);

	(void)state;
	a.host = "db1";
	b.host = "db2";
	assert_int_equal(count(a, b), 2);
	b.host = "db1.example.com";
	assert_int_equal(count(a, b), 1);
	a.host = "db1.example.org";
	assert_int_equal(count(a, b), 2);
	a.host = "localhost"; /* says nothing */
	assert_int_equal(count(a, b), 1);
	a.release = "6.1.0-55";
	b.release = "6.1.0-56";
	assert_int_equal(count(a, b), 2);
	b.release = a.release;
	a.time = (struct vmt_time){true, NOW};
	b.time = (struct vmt_time){true, NOW + 121 * SECOND};
	assert_int_equal(count(a, b), 2);
	b.time.ns = NOW + 119 * SECOND;
	assert_int_equal(count(a, b), 1);
	a.own_clock = b.own_clock = true;
	assert_int_equal(count(a, b), 2);
	b.own_clock = false;
	a.pid = (struct vmt_u64){true, 7};
	b.pid = (struct vmt_u64){true, 8};
	assert_int_equal(count(a, b), 2);
	b.pid.v = 7;
	b.boot_id = "x";
	a.boot_id = "y";
	assert_int_equal(count(a, b), 2);
	b.boot_id = NULL;
	b.local = (struct vmt_time){true, NOW + 2 * DAY};
	assert_int_equal(count(a, b), 2);
	b.local.ns = NOW + 70 * SECOND;
	assert_int_equal(count(a, b), 1);
	a.local = (struct vmt_time){true, NOW};
	a.saved_then = b.saved_then = true; /* two dumps were saved */
	assert_int_equal(count(a, b), 2);
	b.local.ns = NOW + 50 * SECOND;
	assert_int_equal(count(a, b), 1);
}

/* The crash that repeats in each boot. */
static void a_crash_loop_is_not_one_event(void **state)
{
	struct event_facts a = printed(EVENT_DUMP, TS), b = printed(EVENT_DUMP, TS + 71000);

	(void)state;
	a.host = b.host = "db1";
	a.release = b.release = "6.1.0-56";
	a.time = b.time = (struct vmt_time){true, NOW};
	b.time.ns += SECOND;
	assert_int_equal(count(a, b), 2);
	/* Without clocks since boot, four seconds apart. */
	assert_int_equal(count(dated(EVENT_DUMP, "db1", "aaaa", NOW),
				 dated(EVENT_CONSOLE, "db1", "aaaa", NOW + 4 * SECOND)),
		2);
	/* The machine was up for three seconds when it crashed again. */
	a = dated(EVENT_DUMP, "db1", "aaaa", NOW);
	a.uptime = (struct vmt_time){true, 3 * SECOND};
	b = dated(EVENT_CONSOLE, "db1", "aaaa", NOW - 5 * SECOND);
	assert_int_equal(count(a, b), 2);
	a.uptime.ns = 300 * SECOND;
	assert_int_equal(count(a, b), 1);
}

static void the_same_clock_is_one_event(void **state)
{
	struct event_facts a = dated(EVENT_CONSOLE, "db1", "aaaa", NOW),
			   b = dated(EVENT_CONSOLE, "db1", "aaaa", NOW + SECOND);

	(void)state;
	assert_int_equal(count(a, b), 1);
	b.signature = "bbbb";
	assert_int_equal(count(a, b), 2);
	b.signature = NULL;
	assert_int_equal(count(a, b), 2);
	b.signature = "aaaa";
	b.host = NULL;
	assert_int_equal(count(a, b), 2);
	b.host = "db1";
	/* By the clock without a zone, and by UTC: not comparable. */
	b.clock = b.time;
	b.time.known = false;
	assert_int_equal(count(a, b), 2);
	a.clock = b.clock;
	assert_int_equal(count(a, b), 1);
}

/* kdump's folder has the time when the dump was saved. */
static void a_dump_is_saved_after_its_crash(void **state)
{
	struct event_facts dump = printed(EVENT_DUMP_LOG, TS), log = source(EVENT_CONSOLE);

	(void)state;
	dump.host = log.host = "db1";
	dump.clock = log.clock = (struct vmt_time){true, 10 * DAY};
	dump.saved_then = true;
	dump.clock.ns += 40 * SECOND;
	assert_int_equal(count(dump, log), 1);
	dump.clock.ns += 300 * SECOND;
	assert_int_equal(count(dump, log), 2);
	dump.clock.ns = log.clock.ns - 40 * SECOND;
	assert_int_equal(count(dump, log), 2);
	dump.clock.ns = log.clock.ns + 40 * SECOND;
	dump.uptime.ns = 100 * SECOND; /* an earlier crash may have been then, too */
	assert_int_equal(count(dump, log), 2);
}

/* Of two dumps that a log could belong to, neither is taken. */
static void what_is_ambiguous_stays_alone(void **state)
{
	struct event_facts f[3] = {dated(EVENT_DUMP, "db1", "aaaa", NOW),
		dated(EVENT_DUMP, "db1", "aaaa", NOW + 8 * SECOND),
		dated(EVENT_CONSOLE, "db1", "aaaa", NOW + 4 * SECOND)};
	size_t best[3];

	(void)state;
	f[0].uptime = f[1].uptime = (struct vmt_time){true, 500 * SECOND};
	f[1].uptime.ns = 600 * SECOND;
	assert_int_equal(event_join(NULL, f, 3, best, NULL), 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(best[i], i);
}

static void the_deaths_of_one_file_are_several_events(void **state)
{
	struct event_facts f[3] = {
		printed(EVENT_CONSOLE, TS), printed(EVENT_CONSOLE, TS), printed(EVENT_CONSOLE, TS)};
	size_t best[3];

	(void)state;
	f[1].file = f[0].file;
	f[0].n_deaths = f[1].n_deaths = 2;
	assert_int_equal(count(f[0], f[1]), 2);
	/* Nor by way of a third. */
	assert_int_equal(event_join(NULL, f, 3, best, NULL), 0);
	assert_int_not_equal(best[0], best[1]);
	assert_true(best[2] == best[0] || best[2] == best[1]);
}

/* The report of one file may be an earlier one of the other's. */
static void an_earlier_report_of_the_boot_joins(void **state)
{
	static const struct event_instant both[] = {
		{"warning", 10 * SECOND + 1000}, {"null-deref", TS}, {"panic", TS + 9000}};
	struct event_facts a = source(EVENT_DUMP), b = source(EVENT_CONSOLE);

	(void)state;
	a.instants = both;
	a.n_instants = 3;
	a.judged = 1;
	b.instants = both + 2;
	b.n_instants = 1;
	assert_int_equal(count(a, b), 1);
	/* A warning that both saw is neither's crash. */
	b = printed(EVENT_CONSOLE, TS + 99000);
	b.instants = (const struct event_instant[]){
		{"warning", 10 * SECOND + 1000}, {"oops", TS + 99000}};
	b.n_instants = 2;
	b.judged = 1;
	assert_int_equal(count(a, b), 2);
}

static void a_boot_id_needs_the_same_crash(void **state)
{
	struct event_facts a = source(EVENT_CONSOLE), b = source(EVENT_CONSOLE);

	(void)state;
	a.boot_id = b.boot_id = "0123";
	assert_int_equal(count(a, b), 1);
	b.signature = "bbbb";
	assert_int_equal(count(a, b), 2);
	b.signature = a.signature;
	a.uptime = (struct vmt_time){true, 100 * SECOND};
	b.uptime = (struct vmt_time){true, 5000 * SECOND};
	assert_int_equal(count(a, b), 2);
}

static void the_best_source_is_chosen(void **state)
{
	static const enum event_source order[] = {
		EVENT_CONSOLE, EVENT_PSTORE, EVENT_DUMP_LOG, EVENT_DUMP_CUT, EVENT_DUMP};
	struct event_facts f[5];
	size_t best[5];

	(void)state;
	for (size_t i = 0; i < 5; i++)
		f[i] = printed(order[i], TS);
	for (size_t n = 1; n <= 5; n++) {
		assert_int_equal(event_join(NULL, f, n, best, NULL), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(best[i], n - 1);
	}
	f[2].poor = true; /* a console that saw all of it is better than a log that is cut */
	assert_int_equal(event_join(NULL, f, 3, best, NULL), 0);
	assert_int_equal(best[2], 1);
}

static void what_is_known_to_be_one_is_joined(void **state)
{
	struct event_facts f[2] = {source(EVENT_CONSOLE), source(EVENT_DUMP)};
	size_t best[2];

	(void)state;
	f[0].with = 1;
	assert_int_equal(event_join(NULL, f, 2, best, NULL), 0);
	assert_int_equal(best[0], 1);
}

static void stamps_without_a_year_are_read(void **state)
{
	const struct vmt_time local = {true, 1793833441 * SECOND}; /* 2026-11-04 23:04:01 */

	(void)state;
	assert_true(event_clock_of_stamp("Nov  4 23:04:01").known);
	assert_int_equal(event_clock_of_stamp("Nov  4 23:04:01.5").ns, event_clock(local).ns);
	assert_false(event_clock_of_stamp("Now  4 23:04:01").known);
	assert_false(event_clock_of_stamp("Nov  4 24:04:01").known);
	assert_false(event_clock_of_stamp("Nov  4").known);
	assert_false(event_clock_of_stamp("2026-11-04-23:04:01").known);
	assert_false(event_clock((struct vmt_time){0}).known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_microsecond_is_one_boot),
		cmocka_unit_test(what_contradicts_keeps_apart),
		cmocka_unit_test(a_crash_loop_is_not_one_event),
		cmocka_unit_test(the_same_clock_is_one_event),
		cmocka_unit_test(a_dump_is_saved_after_its_crash),
		cmocka_unit_test(what_is_ambiguous_stays_alone),
		cmocka_unit_test(the_deaths_of_one_file_are_several_events),
		cmocka_unit_test(an_earlier_report_of_the_boot_joins),
		cmocka_unit_test(a_boot_id_needs_the_same_crash),
		cmocka_unit_test(the_best_source_is_chosen),
		cmocka_unit_test(what_is_known_to_be_one_is_joined),
		cmocka_unit_test(stamps_without_a_year_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
