// SPDX-License-Identifier: GPL-3.0-or-later
// How the boot before ended, by what a journalctl in PATH says.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lastboot.h"

static char top[64];

static int set_up(void **state)
{
	char path[256];

	(void)state;
	snprintf(top, sizeof(top), "/tmp/vmtriage-lastboot-XXXXXX");
	if (!mkdtemp(top))
		return -1;
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", top);
	return setenv("PATH", path, 1);
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	return system(command); /* NOLINT(cert-env33-c): a test's own folder */
}

/*
 * The rows of a case statement over "BOOT FORMAT": the last entry of a boot is asked for as json,
 * the kernel's log as cat and export.
 */
static void journalctl(const char *rows)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/journalctl", top);
	f = fopen(path, "we");
	assert_non_null(f);
	fprintf(f,
		"#!/bin/sh\n"
		"while [ $# -gt 0 ]; do case $1 in -b) boot=$2;; -o) format=$2;; esac; shift; "
		"done\n"
		"case \"$boot $format\" in\n%s\nesac\n",
		rows);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0755), 0);
}

#define BOOT "0123456789abcdef0123456789abcdef"
#define LAST(id)                                                                                   \
	"echo '{\"_BOOT_ID\":\"" BOOT                                                              \
	"\",\"__REALTIME_TIMESTAMP\":\"1796000000000000\",\"MESSAGE_ID\":\"" id "\"}';;\n"
#define STOPPED "d93fb3c9c24d451a97cea615ce59c00b"
#define OTHER "7d4958e842da4a758f6c1cdc7b36dcc5"

static void a_journal_that_was_closed_is_a_clean_end(void **state)
{
	struct lastboot last;

	(void)state;
	journalctl("'-1 json') " LAST(STOPPED));
	lastboot_look(&last);
	assert_int_equal(last.end, LASTBOOT_CLEAN);
	assert_string_equal(last.id, BOOT);
	assert_true(last.until.known);
	assert_int_equal(last.until.ns, INT64_C(1796000000) * 1000000000);
	assert_int_equal(last.back, 1);
}

static void anything_else_is_none(void **state)
{
	struct lastboot last;

	(void)state;
	journalctl("'-1 json') " LAST(OTHER));
	lastboot_look(&last);
	assert_int_equal(last.end, LASTBOOT_UNCLEAN);
}

/* Some daemons leave this to the programs that they start: their children end without a status. */
static void the_end_of_a_child_may_be_unknown(void **state)
{
	signal(SIGCHLD, SIG_IGN);
	a_journal_that_was_closed_is_a_clean_end(state);
	signal(SIGCHLD, SIG_DFL);
}

static void no_journal_is_not_known(void **state)
{
	struct vmt_report *report;
	struct lastboot last;

	(void)state;
	lastboot_look(&last); /* no journalctl: that of this machine, at most */
	journalctl("*) exit 1;;");
	lastboot_look(&last);
	assert_int_equal(last.end, LASTBOOT_NONE);
	assert_int_equal(lastboot_triage(&last, NULL, &report, NULL), 0);
	assert_null(report);
	journalctl("*) echo nonsense '\"_BOOT_ID\":\"xyz\"';;");
	lastboot_look(&last);
	assert_int_equal(last.end, LASTBOOT_NONE);
}

/* Debian's capture kernel boots as far as its journal. */
static void boots_that_saved_the_dump_are_skipped(void **state)
{
	struct vmt_report *report;
	struct lastboot last;

	(void)state;
	journalctl("'-1 cat') echo 'Command line: ro nr_cpus=1 elfcorehdr=769396K';;\n"
		   "'-2 cat') echo 'Command line: ro quiet';;\n"
		   "'-1 json') " LAST(STOPPED) "'-2 json') " LAST(
			   OTHER) "'-2 export') printf '%s\\n' __CURSOR=s=1 "
				  "__REALTIME_TIMESTAMP=1796000000000000 "
				  "__MONOTONIC_TIMESTAMP=12345678 "
				  "_TRANSPORT=kernel PRIORITY=0 'MESSAGE=Kernel panic - not "
				  "syncing: out of coffee' "
				  "'';;\n");
	lastboot_look(&last);
	assert_int_equal(last.back, 2);
	assert_int_equal(last.end, LASTBOOT_UNCLEAN);
	assert_int_equal(lastboot_triage(&last, NULL, &report, NULL), 0);
	assert_non_null(report);
	assert_int_equal(vmt_report_outcome(report), VMT_CRASH);
	assert_non_null(strstr(report->verdict.headline, "out of coffee"));
	vmt_report_free(report);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_journal_that_was_closed_is_a_clean_end),
		TEST(anything_else_is_none),
		TEST(the_end_of_a_child_may_be_unknown),
		TEST(no_journal_is_not_known),
		TEST(boots_that_saved_the_dump_are_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
