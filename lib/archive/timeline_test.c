// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/timeline.h"

#define DAY 86400
#define START 1790000000 /* 2026-09-21 14:13:20 UTC */
#define MOST 32

static struct vmt_report reports[MOST];
static struct vmt_list_entry entries[MOST];
static struct vmt_list list;
static char journal[1 << 16];
static size_t used;

static int setup(void **state)
{
	(void)state;
	list = (struct vmt_list){.entries = entries};
	used = 0;
	*journal = '\0';
	return 0;
}

static struct vmt_report *crash(int64_t at, int64_t uptime)
{
	struct vmt_report *r = &reports[list.n];

	*r = (struct vmt_report){
		.verdict = {.kind = "panic", .headline = "x"}, .signature = {.coarse = "1"}};
	r->crash.time = (struct vmt_time){true, at * 1000000000};
	r->crash.uptime = (struct vmt_time){uptime > 0, uptime * 1000000000};
	r->crash.time_source = VMT_TIME_DUMP;
	entries[list.n++] = (struct vmt_list_entry){.path = "/f", .report = r};
	return r;
}

static void starts(const char *unit, int64_t at)
{
	used += (size_t)snprintf(journal + used, sizeof(journal) - used,
		"{\"__REALTIME_TIMESTAMP\":\"%lld000000\",\"_PID\":\"1\",\"MESSAGE_ID\":"
		"\"7d4958e842da4a758f6c1cdc7b36dcc5\",\"UNIT\":\"%s\"}\n",
		(long long)at, unit);
	assert_true(used < sizeof(journal));
}

static struct vmt_timeline *make(void)
{
	const struct vmt_file file = vmt_file_memory(journal, used, "journal");
	struct vmt_timeline_options o = VMT_TIMELINE_OPTIONS_INIT;
	struct vmt_timeline *t;

	o.root = "/proc/nonexistent";
	o.journal = used ? &file : NULL;
	assert_int_equal(vmt_timeline_make(&list, &o, &t, NULL), 0);
	return t;
}

/* Daily at START + 1 h, for 40 days; crashes 100 s after four of them, and one elsewhere. */
static void crashes_after_a_unit_are_found(void **state)
{
	struct vmt_timeline *t;

	(void)state;
	for (int d = 0; d < 40; d++) {
		starts("backup.service", START + d * DAY + 3600);
		starts("other.service", START + d * DAY + 50000);
	}
	for (int i = 0; i < 4; i++)
		crash(START + (3 + 8 * i) * DAY + 3700, 0);
	crash(START + 20 * DAY + 12345, 0);
	t = make();
	assert_int_equal(t->n_findings, 1);
	assert_string_equal(t->findings[0].event, "backup.service started");
	assert_string_equal(t->findings[0].reproduce, "systemctl start backup.service");
	assert_int_equal(t->findings[0].after, 4);
	assert_int_equal(t->findings[0].crashes, 5);
	assert_int_equal(t->findings[0].without, 36);
	assert_int_equal(t->findings[0].window, 300);
	assert_int_equal(t->crashes[0].n_near, 1);
	assert_int_equal(t->crashes[0].near[0].seconds, 100);
	assert_null(t->zone);
	vmt_timeline_free(t);
}

/* A unit that runs after each reboot precedes the next crash only because of the last one. */
static void what_follows_a_crash_does_not_count(void **state)
{
	struct vmt_timeline *t;

	(void)state;
	starts("first.service", START);
	for (int i = 0; i < 6; i++) {
		/* Each boot two minutes after the crash before; it lasts 20 minutes. */
		int64_t at = START + DAY + i * 1320;

		crash(at, i ? 1200 : 0)->signature.coarse = i % 2 ? "1" : "2";
		starts("fsck.service", at + 180);
	}
	starts("last.service", START + 2 * DAY);
	t = make();
	assert_int_equal(t->n_findings, 0);
	assert_int_equal(t->n_sources, 1);
	assert_int_equal(t->sources[0].events, 2);
	assert_true(t->up_known);
	vmt_timeline_free(t);
}

static void a_storm_counts_once(void **state)
{
	struct vmt_timeline *t;

	(void)state;
	crash(START, 5 * DAY);
	crash(START + 900, 600);
	crash(START + 1800, 600);
	crash(START + 1800 + 900, 600)->signature.coarse = "2"; /* something else */
	crash(START + 5 * DAY, 600);				/* not soon */
	t = make();
	assert_int_equal(t->n_crashes, 5);
	assert_int_equal(t->n_repeated, 2);
	assert_false(t->crashes[0].repeated);
	assert_true(t->crashes[1].repeated && t->crashes[2].repeated);
	assert_false(t->crashes[3].repeated || t->crashes[4].repeated);
	vmt_timeline_free(t);
}

/* What follows within seconds in the same boot is one trouble, whatever it is called. */
static void a_burst_counts_once(void **state)
{
	static const bool repeated[] = {false, true, true, false, true, false, true, true, false};
	struct vmt_timeline *t;
	char *text = NULL;
	size_t len;
	FILE *out;

	(void)state;
	crash(START, 5 * DAY)->verdict.headline = "first";
	crash(START + 2, 5 * DAY + 2)->signature.coarse = "2";
	crash(START + 11, 0)->signature.coarse = "3";
	/* not within seconds; another boot, soon after it; the same again with its follow-ups */
	crash(START + 40, 5 * DAY + 40)->signature.coarse = "4";
	crash(START + 45, 0)->signature.coarse = "5";
	crash(START + 54, 2)->signature.coarse = "6";
	crash(START + 55, 3)->signature.coarse = "7";
	crash(START + 900, 600)->signature.coarse = "6";
	crash(START + 4 * DAY, 3 * DAY)->signature.coarse = "6";
	t = make();
	assert_int_equal(t->n_crashes, 9);
	for (size_t i = 0; i < t->n_crashes; i++)
		assert_int_equal(t->crashes[i].repeated, repeated[i]);
	assert_int_equal(t->n_repeated, 5);
	assert_int_equal(t->hours[14], 4);
	out = open_memstream(&text, &len);
	assert_int_equal(vmt_timeline_write(t, VMT_FORMAT_TEXT, NULL, out, NULL), 0);
	fclose(out);
	assert_non_null(strstr(text, "up 5 d 0 h  first\n  2 s later: x (follow-up, not counted)\n"
				     "  11 s later: x (follow-up, not counted)\n"));
	assert_non_null(strstr(text, "x (again, not counted)\n"));
	free(text);
	vmt_timeline_free(t);
}

/* Two that are told at one second are in the order of the machine's own clock. */
static void the_first_of_a_second_counts(void **state)
{
	struct vmt_timeline *t;

	(void)state;
	crash(START, 0);
	crash(START, 101);
	crash(START, 100)->verdict.headline = "first";
	t = make();
	assert_string_equal(t->crashes[0].headline, "first");
	assert_int_equal(t->n_repeated, 2);
	vmt_timeline_free(t);
}

static void crashes_without_a_time_and_of_others_are_left_out(void **state)
{
	struct vmt_timeline_options o = VMT_TIMELINE_OPTIONS_INIT;
	struct vmt_timeline *t;
	char root[4096];

	(void)state;
	snprintf(root, sizeof(root), "%s/machine", getenv("VMT_TESTDATA"));
	o.root = root;
	crash(START, 0)->machine.hostname = "web1.example.org";
	crash(START, 0)->machine.hostname = "db7";
	crash(START, 0)->crash.time.known = false;
	crash(START, 0)->crash.time_source = VMT_TIME_FILE;
	assert_int_equal(vmt_timeline_make(&list, &o, &t, NULL), 0);
	assert_int_equal(t->n_crashes, 1);
	assert_int_equal(t->n_other_hosts, 1);
	assert_int_equal(t->n_undated, 2);
	assert_string_equal(t->zone, "Europe/Berlin");
	assert_string_equal(t->crashes[0].local, "2026-09-21 16:13:20");
	vmt_timeline_free(t);
}

/* Without root, the files are of this machine: it did not crash because somebody has a dump. */
static void whose_crash_it_is_must_be_known(void **state)
{
	struct vmt_timeline_options o = VMT_TIMELINE_OPTIONS_INIT;
	const struct vmt_file file = vmt_file_memory("{}\n", 3, "journal");
	struct vmt_timeline *t;

	(void)state;
	crash(START, 0);
	crash(START + DAY, 0);
	entries[1].path = "/var/crash/202611202325/dump.202611202325";
	o.journal = &file;
	assert_int_equal(vmt_timeline_make(&list, &o, &t, NULL), 0);
	assert_int_equal(t->n_crashes, 1);
	assert_int_equal(t->n_unproven, 1);
	assert_int_equal(t->n_other_hosts, 0);
	assert_string_equal(t->crashes[0].known_by, "folder");
	vmt_timeline_free(t);
	/* The caller has the journal of that machine. */
	o.claimed = true;
	assert_int_equal(vmt_timeline_make(&list, &o, &t, NULL), 0);
	assert_int_equal(t->n_crashes, 2);
	assert_int_equal(t->n_unproven, 0);
	assert_null(t->crashes[0].known_by);
	vmt_timeline_free(t);
}

static void put_file(const char *root, const char *path, const char *text)
{
	char full[4096];
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (char *p = full + strlen(root) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(full, 0700);
	}
	f = fopen(full, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void hardware_tells_machines_apart(void **state)
{
	static const char *const files[] = {"sys/class/dmi/id/sys_vendor",
		"sys/class/dmi/id/product_name", "boot/vmlinuz-6.1.0-1"};
	static const char *const folders[] = {
		"sys/class/dmi/id", "sys/class/dmi", "sys/class", "sys", "boot"};
	struct vmt_timeline_options o = VMT_TIMELINE_OPTIONS_INIT;
	char root[] = "/tmp/vmtriage-timeline-XXXXXX", path[4096], *text = NULL;
	size_t len;
	FILE *out;
	struct vmt_timeline *t;

	(void)state;
	assert_non_null(mkdtemp(root));
	put_file(root, files[0], "Dell Inc.\n");
	put_file(root, files[1], "PowerEdge  R640\n");
	put_file(root, files[2], "");
	crash(START, 0)->machine.hardware = "Dell Inc. PowerEdge R640/0X0000";
	reports[0].kernel.release = "6.1.0-1";
	crash(START + DAY, 0)->machine.hardware = "HP ProLiant DL380";
	crash(START + 2 * DAY, 0)->machine.hardware = "Dell Inc. PowerEdge R640/0X0000";
	reports[2].kernel.release = "5.10.0-1"; /* not installed: the owner says that it was */
	crash(START + 3 * DAY, 0)->machine.hostname = "localhost.localdomain";
	o.root = root;
	assert_int_equal(vmt_timeline_make(&list, &o, &t, NULL), 0);
	assert_int_equal(t->n_crashes, 3);
	assert_int_equal(t->n_other_hosts, 1);
	assert_string_equal(t->crashes[0].known_by, "hardware and kernel");
	assert_null(t->crashes[1].known_by);
	assert_null(t->crashes[2].known_by);
	out = open_memstream(&text, &len);
	assert_int_equal(vmt_timeline_write(t, VMT_FORMAT_TEXT, NULL, out, NULL), 0);
	fclose(out);
	assert_non_null(strstr(text, "\nknown to be of the machine by: hardware and kernel (1)\n"));
	assert_non_null(strstr(text, "\n2 crashes may be of another machine: "));
	free(text);
	vmt_timeline_free(t);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", root, files[i]);
		remove(path);
	}
	for (size_t i = 0; i < 5; i++) {
		snprintf(path, sizeof(path), "%s/%s", root, folders[i]);
		remove(path);
	}
	remove(root);
}

/* Off for most of the time: the share is of the time that it was up. */
static void up_time_is_between_boot_and_crash(void **state)
{
	struct vmt_timeline *t;

	(void)state;
	for (int i = 0; i < 3; i++)
		crash(START + i * 10 * DAY, DAY);
	t = make();
	/* The first crash's day; then each time from the boot, and from the crash to the end. */
	assert_true(t->up_known);
	assert_int_equal(t->up_seconds, 3 * DAY);
	vmt_timeline_free(t);
}

/* Each way that a crash can be known by is counted in the text. */
static void all_ways_are_told(void **state)
{
	struct vmt_timeline_crash known[TIMELINE_WAYS] = {{0}};
	struct vmt_timeline t = {.crashes = known, .n_crashes = TIMELINE_WAYS};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	for (size_t i = 0; i < TIMELINE_WAYS; i++)
		known[i] = (struct vmt_timeline_crash){
			.path = "/f", .local = "", .known_by = timeline_ways[i]};
	assert_int_equal(vmt_timeline_write(&t, VMT_FORMAT_TEXT, NULL, out, NULL), 0);
	fclose(out);
	for (size_t i = 0; i < TIMELINE_WAYS; i++) {
		const char *way = strstr(text, timeline_ways[i]);

		assert_non_null(way);
		assert_memory_equal(way + strlen(timeline_ways[i]), " (1)", 4);
	}
	assert_null(strstr(text, "another machine"));
	free(text);
}

static void an_empty_journal_says_nothing(void **state)
{
	struct vmt_timeline_options o = VMT_TIMELINE_OPTIONS_INIT;
	struct vmt_timeline *t;
	struct vmt_file file;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[1]);
	file = vmt_file_fd(ends[0], "journal");
	crash(START, 0);
	o.root = "/proc/nonexistent";
	o.journal = &file;
	assert_int_equal(vmt_timeline_make(&list, &o, &t, NULL), 0);
	assert_int_equal(t->n_sources, 0);
	close(ends[0]);
	vmt_timeline_free(t);
}

static void nothing_is_known_without_crashes(void **state)
{
	struct vmt_timeline *t;

	(void)state;
	t = make();
	assert_int_equal(t->n_crashes, 0);
	assert_int_equal(t->n_findings, 0);
	vmt_timeline_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(crashes_after_a_unit_are_found, setup),
		cmocka_unit_test_setup(what_follows_a_crash_does_not_count, setup),
		cmocka_unit_test_setup(a_storm_counts_once, setup),
		cmocka_unit_test_setup(a_burst_counts_once, setup),
		cmocka_unit_test_setup(the_first_of_a_second_counts, setup),
		cmocka_unit_test_setup(crashes_without_a_time_and_of_others_are_left_out, setup),
		cmocka_unit_test_setup(whose_crash_it_is_must_be_known, setup),
		cmocka_unit_test_setup(hardware_tells_machines_apart, setup),
		cmocka_unit_test_setup(up_time_is_between_boot_and_crash, setup),
		cmocka_unit_test(all_ways_are_told),
		cmocka_unit_test_setup(an_empty_journal_says_nothing, setup),
		cmocka_unit_test_setup(nothing_is_known_without_crashes, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
