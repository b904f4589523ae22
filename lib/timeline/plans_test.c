// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "timeline/civil.h"
#include "timeline/plans.h"

#define NOV_20 1795132800 /* 2026-11-20 00:00 UTC */

static struct event_list *list;
static const struct plan_span week = {.first = NOV_20, .last = NOV_20 + 7 * DAY - 1};

static int setup(void **state)
{
	(void)state;
	return event_list_new(NULL, &list, NULL);
}

static int teardown(void **state)
{
	(void)state;
	talloc_free(list);
	return 0;
}

static size_t count(const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->kinds[i].name, name))
			return list->kinds[i].n;
	return 0;
}

static void lines_of_crontabs(void **state)
{
	static const char system[] =
		"# comment\nSHELL=/bin/sh\nPATH=/usr/bin:/bin\n\n"
		"17 * * * * root cd / && run-parts --report /etc/cron.hourly\n"
		"5-55/10 * * * * root command -v debian-sa1 > /dev/null && debian-sa1 1 1\n"
		"* * * * * root every minute\n"
		"30 7 * * * backup mail%some input\n@reboot root /usr/bin/once\n";
	static const char own[] = "0 2 * * * /home/me/backup\n";

	(void)state;
	assert_int_equal(event_list_mark(list, MARK_BOOT, NOV_20 + 5, NULL), 0);
	assert_int_equal(plans_crontab(list, &week, true, system, strlen(system), NULL), 0);
	assert_int_equal(plans_crontab(list, &week, false, own, strlen(own), NULL), 0);
	assert_int_equal(count("cd / && run-parts --report /etc/cron.hourly"), 7 * 24);
	assert_int_equal(count("command -v debian-sa1 > /dev/null && debian-sa1 1 1"), 7 * 24 * 6);
	assert_int_equal(count("mail"), 7);
	assert_int_equal(count("/usr/bin/once"), 1);
	assert_int_equal(count("/home/me/backup"), 7);
	assert_int_equal(list->n, 5);
}

static void timers_and_what_is_added_to_them(void **state)
{
	static const char daily[] =
		"[Unit]\nOnCalendar=hourly\n[Timer]\nOnCalendar=daily\nRandomizedDelaySec=1h\n";
	static const char replaced[] = "[Timer]\nOnCalendar=daily\n\n[Timer]\nOnCalendar=\n"
				       "OnCalendar=Mon 02:00\nUnit=other.service\n";
	static const char boot[] = "[Timer]\nOnBootSec=15min\nOnUnitActiveSec=1d\n";

	(void)state;
	assert_int_equal(event_list_mark(list, MARK_BOOT, NOV_20 + 60, NULL), 0);
	assert_int_equal(plans_timer(list, &week, "apt.timer", daily, strlen(daily), NULL), 0);
	assert_int_equal(plans_timer(list, &week, "x.timer", replaced, strlen(replaced), NULL), 0);
	assert_int_equal(plans_timer(list, &week, "clean.timer", boot, strlen(boot), NULL), 0);
	assert_int_equal(count("apt.service"), 7);
	assert_int_equal(count("other.service"), 1);
	assert_int_equal(count("clean.service"), 1);
	assert_int_equal(list->kinds[2].times[0], NOV_20 + 960);
	assert_int_equal(list->kinds[0].rank, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_of_crontabs, setup, teardown),
		cmocka_unit_test_setup_teardown(timers_and_what_is_added_to_them, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
