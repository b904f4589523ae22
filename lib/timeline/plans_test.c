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
	/* It may happen later: by an hour, and by a minute, which is the default. */
	assert_int_equal(list->kinds[0].slack, 3600 + 60);
	assert_int_equal(list->kinds[1].slack, 60);
}

static void a_timer_may_elapse_later(void **state)
{
	static const char exact[] = "[Timer]\nOnCalendar=daily\nAccuracySec=1s\n";
	static const char vague[] = "[Timer]\nOnCalendar=daily\nAccuracySec=infinity\n";
	static const char reset[] = "[Timer]\nOnCalendar=daily\nAccuracySec=1h\nAccuracySec=\n"
				    "RandomizedDelaySec=2h\nRandomizedDelaySec=\n";

	(void)state;
	assert_int_equal(plans_timer(list, &week, "a.timer", exact, strlen(exact), NULL), 0);
	assert_int_equal(plans_timer(list, &week, "b.timer", vague, strlen(vague), NULL), 0);
	assert_int_equal(plans_timer(list, &week, "c.timer", reset, strlen(reset), NULL), 0);
	assert_int_equal(list->kinds[0].slack, 1);
	assert_int_equal(list->kinds[1].slack, 86400);
	assert_int_equal(list->kinds[2].slack, 60);
}

static void jobs_of_at(void **state)
{
	static const char job[] = "#!/bin/sh\n# atrun uid=0 gid=0\nSECRET=x; export SECRET\n"
				  "cd /root || {\n\t echo 'Execution' >&2\n\t exit 1\n}\n%s";
	char text[512], name[32];

	(void)state;
	snprintf(name, sizeof(name), "a00001%08llx", (unsigned long long)(NOV_20 + 3600) / 60);
	snprintf(text, sizeof(text), job, "\nreboot now\nmore\n");
	assert_int_equal(plans_at(list, &week, name, text, strlen(text), NULL), 0);
	assert_int_equal(count("reboot now"), 1);
	assert_int_equal(list->kinds[0].times[0], (NOV_20 + 3600) / 60 * 60);
	*name = '=';
	snprintf(text, sizeof(text), job, "${SHELL:-/bin/sh} << 'marcinDELIMITER1'\n\nscrub\n");
	assert_int_equal(plans_at(list, &week, name, text, strlen(text), NULL), 0);
	assert_int_equal(count("scrub"), 1);
	/* Not a job, or not in this week. */
	assert_int_equal(plans_at(list, &week, ".SEQ", text, strlen(text), NULL), 0);
	assert_int_equal(plans_at(list, &week, "a0000100000000", text, strlen(text), NULL), 0);
	assert_int_equal(plans_at(list, &week, name, "", 0, NULL), 0);
	assert_int_equal(list->n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_of_crontabs, setup, teardown),
		cmocka_unit_test_setup_teardown(timers_and_what_is_added_to_them, setup, teardown),
		cmocka_unit_test_setup_teardown(a_timer_may_elapse_later, setup, teardown),
		cmocka_unit_test_setup_teardown(jobs_of_at, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
