// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "timeline/civil.h"
#include "timeline/log_events.h"
#include "timeline/packages.h"
#include "timeline/wtmp.h"

static struct event_list *list;
static struct event_clock utc;

static int setup(void **state)
{
	(void)state;
	utc = (struct event_clock){
		.latest = civil_seconds(&(struct civil){.year = 2026, .month = 11, .day = 21})};
	return event_list_new(NULL, &list, NULL);
}

static int teardown(void **state)
{
	(void)state;
	talloc_free(list);
	return 0;
}

static const struct event_kind *kind(enum event_source source, unsigned rank, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->kinds[i].source == source && list->kinds[i].rank == rank &&
			!strcmp(list->kinds[i].name, name))
			return &list->kinds[i];
	fail_msg("no event %s", name);
	return NULL;
}

#define NOV_20 1795132800 /* 2026-11-20 00:00 UTC */

static void lines_of_syslog(void **state)
{
	static const char text[] =
		"Nov 19 03:00:00 web1 CRON[11]: (root) CMD (/usr/local/bin/backup --all)\n"
		"Nov 20 03:00:01 web1 CRON[12]: (root) CMD (/usr/local/bin/backup --all)\n"
		"Nov 20 03:00:02 web1 CRON[12]: pam_unix(cron:session): session opened\n"
		"Nov 20 03:10:00 web1 anacron[9]: Job `cron.daily' started\n"
		"Nov 20 04:00:00 web1 systemd[1]: Starting fstrim.service - Discard blocks...\n"
		"Nov 20 04:00:09 web1 systemd[1]: Finished fstrim.service - Discard blocks.\n"
		"Nov 20 04:01:00 web1 systemd[1]: Started Daily Cleanup.\n"
		"Nov 20 04:02:00 web1 systemd[777]: Started Something of a user.\n"
		"Nov 20 04:03:00 web1 systemd[1]: Started Session 5 of User root.\n"
		"Nov 20 04:04:00 web1 systemd-logind[5]: New session 5 of user root.\n"
		"Nov 20 04:05:00 web1 kernel: [ 1234.567890] ata1: hard resetting link\n"
		"Nov 20 04:06:00 web1 systemd[1]: Reached target Power-Off.\n"
		"Nov 20 04:08:00 web1 kernel: [    0.000000] Linux version 6.1.0 (x@y)\n"
		"no stamp\n";

	(void)state;
	assert_int_equal(log_events_text(list, &utc, text, strlen(text), NULL), 0);
	assert_int_equal(kind(EVENT_CRON, 0, "/usr/local/bin/backup --all")->n, 2);
	assert_int_equal(
		kind(EVENT_CRON, 0, "/usr/local/bin/backup --all")->times[1], NOV_20 + 10801);
	assert_int_equal(kind(EVENT_CRON, 0, "cron.daily")->n, 1);
	assert_int_equal(kind(EVENT_UNIT, 0, "fstrim.service")->times[0], NOV_20 + 14400);
	assert_int_equal(kind(EVENT_UNIT, 1, "fstrim.service")->times[0], NOV_20 + 14409);
	assert_int_equal(kind(EVENT_UNIT, 1, "Daily Cleanup")->n, 1);
	assert_int_equal(kind(EVENT_LOGIN, 0, "root")->n, 1);
	assert_int_equal(kind(EVENT_KERNEL, 0, "a disk's link was reset")->n, 1);
	assert_int_equal(list->n, 7);
	assert_int_equal(list->marks.n, 2);
	assert_int_equal(list->marks.items[0].mark, MARK_SHUTDOWN);
	assert_int_equal(list->marks.items[1].mark, MARK_BOOT);
}

static void the_year_is_that_of_the_end(void **state)
{
	static const char text[] = "Dec 31 23:00:00 a CRON[1]: (u) CMD (x)\n"
				   "Jan  1 01:00:00 a CRON[1]: (u) CMD (x)\n";

	(void)state;
	assert_int_equal(log_events_text(list, &utc, text, strlen(text), NULL), 0);
	assert_int_equal(kind(EVENT_CRON, 0, "x")->times[1],
		civil_seconds(&(struct civil){2026, 1, 1, 1, 0, 0, 0}));
	assert_int_equal(kind(EVENT_CRON, 0, "x")->times[0],
		civil_seconds(&(struct civil){2025, 12, 31, 23, 0, 0, 0}));
	/* Later than the end of the text: of the year before. */
	static const char later[] = "Dec 24 00:00:00 a CRON[1]: (u) CMD (y)\n";

	assert_int_equal(log_events_text(list, &utc, later, strlen(later), NULL), 0);
	assert_int_equal(kind(EVENT_CRON, 0, "y")->times[0],
		civil_seconds(&(struct civil){2025, 12, 24, 0, 0, 0, 0}));
}

static void stamps_are_in_the_zone_of_the_machine(void **state)
{
	static const char text[] = "Nov 20 03:00:00 a CRON[1]: (u) CMD (x)\n"
				   "2026-11-20T05:00:00.5+02:00 a CRON[1]: (u) CMD (y)\n";
	struct zone *z;

	(void)state;
	assert_int_equal(zone_parse(list, "CET-1CEST,M3.5.0,M10.5.0/3", &z, NULL), 0);
	utc.zone = z;
	assert_int_equal(log_events_text(list, &utc, text, strlen(text), NULL), 0);
	assert_int_equal(kind(EVENT_CRON, 0, "x")->times[0], NOV_20 + 7200);
	assert_int_equal(kind(EVENT_CRON, 0, "y")->times[0], NOV_20 + 10800);
}

static void lines_of_the_journal(void **state)
{
	static const char text[] =
		"{\"__REALTIME_TIMESTAMP\":\"1795132800123456\",\"_PID\":\"1\",\"MESSAGE_ID\":"
		"\"7d4958e842da4a758f6c1cdc7b36dcc5\",\"UNIT\":\"backup@sda.service\"}\n"
		"{\"__REALTIME_TIMESTAMP\":\"1795132860000000\",\"_PID\":\"1\",\"MESSAGE_ID\":"
		"\"39f53479d3a045ac8e11786248231fbf\",\"UNIT\":\"backup@sda.service\"}\n"
		"{\"__REALTIME_TIMESTAMP\":\"1795132861000000\",\"_PID\":\"1\",\"MESSAGE_ID\":"
		"\"39f53479d3a045ac8e11786248231fbf\",\"UNIT\":\"session-5.scope\"}\n"
		"{\"__REALTIME_TIMESTAMP\":\"1795132862000000\",\"SYSLOG_IDENTIFIER\":\"CRON\","
		"\"MESSAGE\":\"(root) CMD (  run-parts /etc/cron.hourly)\"}\n"
		"{\"__REALTIME_TIMESTAMP\":\"1795132863000000\",\"SYSLOG_IDENTIFIER\":\"kernel\","
		"\"MESSAGE\":[73,47,79]}\n"
		"{\"__REALTIME_TIMESTAMP\":12,\"SYSLOG_IDENTIFIER\":\"kernel\"}\n"
		"[1]\n{\"kernel\" \n";

	(void)state;
	assert_int_equal(log_events_json(list, text, strlen(text), NULL), 0);
	assert_int_equal(kind(EVENT_UNIT, 0, "backup@*.service")->times[0], NOV_20);
	assert_int_equal(kind(EVENT_UNIT, 1, "backup@*.service")->times[0], NOV_20 + 60);
	assert_int_equal(kind(EVENT_CRON, 0, "run-parts /etc/cron.hourly")->n, 1);
	assert_int_equal(list->n, 3);
}

static void put(uint8_t *p, size_t size, unsigned type, const char *user, int64_t at)
{
	memset(p, 0, size);
	p[0] = (uint8_t)type;
	for (size_t i = 0; user[i]; i++)
		p[44 + i] = (uint8_t)user[i];
	for (size_t i = 0; i < (size == 384 ? 4 : 8); i++)
		p[(size == 384 ? 340 : 344) + i] = (uint8_t)(at >> 8 * i);
}

static void records_of_both_sizes(void **state)
{
	static const size_t sizes[] = {384, 400};
	uint8_t data[3 * 400];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t n = sizes[i];

		put(data, n, 2, "reboot", NOV_20);
		put(data + n, n, 7, "root", NOV_20 + 60);
		put(data + 2 * n, n, 1, "shutdown", NOV_20 + 90);
		assert_int_equal(wtmp_read(list, data, 3 * n, NULL), 0);
	}
	assert_int_equal(kind(EVENT_LOGIN, 0, "root")->n, 2);
	assert_int_equal(list->marks.n, 4);
	assert_int_equal(list->marks.items[3].at, NOV_20 + 90);
	assert_int_equal(list->marks.items[3].mark, MARK_SHUTDOWN);
	assert_int_equal(wtmp_read(list, data, 383, NULL), VMT_ERR_FORMAT);
}

static void changes_of_apt_and_dpkg(void **state)
{
	static const char apt[] = "\nStart-Date: 2026-11-20  02:10:11\n"
				  "Commandline: apt-get upgrade\n"
				  "Install: libfoo1:amd64 (1.0, automatic)\n"
				  "Upgrade: bar:amd64 (1, 2), linux-image-6.1.0-56-amd64:amd64 (3, "
				  "4)\n"
				  "End-Date: 2026-11-20  02:11:12\n";
	static const char dpkg[] = "2026-11-20 05:00:00 startup archives unpack\n"
				   "2026-11-20 05:00:01 upgrade vhba-dkms:all 7.3 7.4\n"
				   "2026-11-20 05:00:02 status unpacked vhba-dkms:all 7.4\n"
				   "2026-11-20 06:00:00 install baz:amd64 <none> 1\n";
	static const char dnf[] =
		"2026-11-20T02:10:11+0100 SUBDEBUG Upgraded: kernel-core-5.14.0-1.x86_64\n";

	(void)state;
	assert_int_equal(packages_apt(list, &utc, apt, strlen(apt), NULL), 0);
	assert_int_equal(packages_lines(list, &utc, dpkg, strlen(dpkg), NULL), 0);
	assert_int_equal(packages_lines(list, &utc, dnf, strlen(dnf), NULL), 0);
	assert_int_equal(kind(EVENT_PACKAGE, 0, "any")->n, 4);
	assert_int_equal(kind(EVENT_PACKAGE, PACKAGES_CHANGE,
				 "linux-image-6.1.0-56-amd64 and 2 other packages")
				 ->times[0],
		NOV_20 + 2 * 3600 + 611);
	assert_int_equal(kind(EVENT_PACKAGE, PACKAGES_CHANGE, "vhba-dkms")->n, 1);
	assert_int_equal(kind(EVENT_PACKAGE, PACKAGES_CHANGE, "baz")->n, 1);
	assert_int_equal(
		kind(EVENT_PACKAGE, PACKAGES_CHANGE, "kernel-core-5.14.0-1.x86_64")->times[0],
		NOV_20 + 3600 + 611);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_of_syslog),
		TEST(the_year_is_that_of_the_end),
		TEST(stamps_are_in_the_zone_of_the_machine),
		TEST(lines_of_the_journal),
		TEST(records_of_both_sizes),
		TEST(changes_of_apt_and_dpkg),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
