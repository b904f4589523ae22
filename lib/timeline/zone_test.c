// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"
#include "base/test.h"

#include <string.h>

#include "timeline/civil.h"
#include "timeline/zone.h"

static int64_t at(int year, unsigned month, unsigned day, unsigned hour, unsigned minute)
{
	return civil_seconds(&(struct civil){year, month, day, hour, minute, 0, 0});
}

static void dates_and_seconds_agree(void **state)
{
	struct civil c;

	(void)state;
	assert_int_equal(at(1970, 1, 1, 0, 0), 0);
	assert_int_equal(at(2026, 11, 20, 23, 25), 1795217100);
	civil_split(1795217100, &c);
	assert_int_equal(c.weekday, 5);
	for (int64_t s = -4000000000; s < 8000000000; s += 12345677) {
		civil_split(s, &c);
		assert_int_equal(civil_seconds(&c), s);
	}
}

static void stamps_are_read(void **state)
{
	static const char syslog[] = "Nov  9 01:02:03 host x: y", apt[] = "2026-11-20  02:10:11";
	static const char iso[] = "2026-11-20T23:25:01.123456+01:00 host x";
	struct stamp s;

	(void)state;
	assert_true(stamp_read(syslog, strlen(syslog), &s));
	assert_false(s.has_year);
	assert_int_equal(s.at.day, 9);
	assert_int_equal(s.length, 16);
	assert_true(stamp_read(apt, strlen(apt), &s));
	assert_int_equal(civil_seconds(&s.at), at(2026, 11, 20, 2, 10) + 11);
	assert_true(stamp_read(iso, strlen(iso), &s));
	assert_true(s.has_zone);
	assert_int_equal(s.offset, 3600);
	assert_string_equal(iso + s.length, "host x");
	assert_false(stamp_read("2026-02-30 00:00:00", 19, &s));
	assert_false(stamp_read("Foo  9 01:02:03", 15, &s));
}

static const char berlin[] = "CET-1CEST,M3.5.0,M10.5.0/3";

static void daylight_saving_time_begins_and_ends(void **state)
{
	struct zone *z;
	int64_t utc[2];

	(void)state;
	assert_int_equal(zone_parse(NULL, berlin, &z, NULL), 0);
	assert_int_equal(zone_offset(z, at(2026, 3, 29, 0, 59)), 3600);
	assert_int_equal(zone_offset(z, at(2026, 3, 29, 1, 0)), 7200);
	assert_int_equal(zone_offset(z, at(2026, 10, 25, 0, 59)), 7200);
	assert_int_equal(zone_offset(z, at(2026, 10, 25, 1, 0)), 3600);
	/* 02:30 is left out in spring, and comes twice in autumn. */
	assert_int_equal(zone_to_utc(z, at(2026, 3, 29, 2, 30), utc), 0);
	assert_int_equal(zone_to_utc(z, at(2026, 10, 25, 2, 30), utc), 2);
	assert_int_equal(utc[0], at(2026, 10, 25, 0, 30));
	assert_int_equal(utc[1], at(2026, 10, 25, 1, 30));
	assert_int_equal(zone_to_utc(z, at(2026, 7, 1, 12, 0), utc), 1);
	assert_int_equal(utc[0], at(2026, 7, 1, 10, 0));
	talloc_free(z);
}

static void the_south_has_summer_in_january(void **state)
{
	struct zone *z;

	(void)state;
	assert_int_equal(zone_parse(NULL, "AEST-10AEDT,M10.1.0,M4.1.0/3", &z, NULL), 0);
	assert_int_equal(zone_offset(z, at(2026, 1, 15, 0, 0)), 11 * 3600);
	assert_int_equal(zone_offset(z, at(2026, 7, 15, 0, 0)), 10 * 3600);
	talloc_free(z);
}

static void other_rules_are_refused(void **state)
{
	static const char *const bad[] = {"", "X", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M1.1.0",
		"CET-1CEST,M3.5.0", "<+03-3", "CET-999"};
	struct zone *z;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(zone_parse(NULL, bad[i], &z, NULL), VMT_ERR_FORMAT);
	assert_int_equal(zone_parse(NULL, "<+0330>-3:30", &z, NULL), 0);
	assert_int_equal(zone_offset(z, 0), 12600);
	talloc_free(z);
}

/* One transition at 1000000000, from -1 h to +2 h, and a rule for the time after 2000000000. */
#define NONE "\0\0\0\0"
#define MAGIC "TZif2" NONE NONE NONE "\0\0\0"

/* From -1 h to +2 h at 1000000000, and a rule for the time after 2000000000. */
static const char file[] =
	MAGIC NONE NONE NONE NONE "\0\0\0\1"
				  "\0\0\0\4" NONE "\0\0"
				  "UTC\0" MAGIC NONE NONE NONE "\0\0\0\2"
				  "\0\0\0\2"
				  "\0\0\0\4" NONE "\x3b\x9a\xca\0" NONE "\x77\x35\x94\0"
				  "\1\0"
				  "\xff\xff\xf1\xf0\0\0"
				  "\0\0\x1c\x20\0\0"
				  "ABC\0"
				  "\n<+05>-5\n";

static void files_of_zoneinfo_are_read(void **state)
{
	struct zone *z;

	(void)state;
	assert_int_equal(zone_read(NULL, file, sizeof(file) - 1, &z, NULL), 0);
	assert_int_equal(zone_offset(z, 999999999), -3600);
	assert_int_equal(zone_offset(z, 1000000000), 7200);
	assert_int_equal(zone_offset(z, 1999999999), 7200);
	assert_int_equal(zone_offset(z, 2000000000), 18000);
	talloc_free(z);
	for (size_t n = 0; n < sizeof(file) - 12; n++)
		assert_int_equal(zone_read(NULL, file, n, &z, NULL), VMT_ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_and_seconds_agree),
		cmocka_unit_test(stamps_are_read),
		cmocka_unit_test(daylight_saving_time_begins_and_ends),
		cmocka_unit_test(the_south_has_summer_in_january),
		cmocka_unit_test(other_rules_are_refused),
		cmocka_unit_test(files_of_zoneinfo_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
