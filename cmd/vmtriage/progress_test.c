// SPDX-License-Identifier: GPL-3.0-or-later
// What is said while something takes long, where standard error is no terminal.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

static int own_stderr, file;

static int take_stderr(void **state)
{
	char name[] = "/tmp/vmtriage-progress-XXXXXX";

	(void)state;
	own_stderr = dup(STDERR_FILENO);
	file = mkstemp(name);
	return own_stderr < 0 || file < 0 || unlink(name) || dup2(file, STDERR_FILENO) < 0;
}

static int give_stderr(void **state)
{
	(void)state;
	fflush(stderr);
	return dup2(own_stderr, STDERR_FILENO) < 0 || close(own_stderr) || close(file);
}

static void assert_said(const char *want)
{
	char text[512] = "";

	fflush(stderr);
	assert_true(pread(file, text, sizeof(text) - 1, 0) >= 0);
	assert_string_equal(text, want);
}

static void wait_ms(long ms)
{
	const struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static void a_long_reading_is_said_once(void **state)
{
	struct vmt_fixes_options fo = {.struct_size = sizeof(fo)};

	(void)state;
	progress_begin_reading(&fo);
	assert_non_null(fo.progress);
	fo.progress(fo.progress_arg, 1, 100, "change\033log");
	assert_said("");
	wait_ms(2100);
	fo.progress(fo.progress_arg, 2, 100, "change\033log");
	fo.progress(fo.progress_arg, 3, 100, "another");
	progress_end();
	assert_said(
		"vmtriage: change\\x1blog: is being read, for lack of an index: this may take a "
		"while\n");
}

/* A line that can be erased needs a terminal. */
static void the_others_are_silent(void **state)
{
	struct vmt_options o = {.struct_size = sizeof(o)};
	struct vmt_log_options log = {.struct_size = sizeof(log)};

	(void)state;
	progress_begin(&o);
	progress_begin_bar(&o);
	progress_begin_pages(&o);
	progress_begin_log(&log);
	progress_end();
	assert_null(o.progress);
	assert_null(o.unpacking);
	assert_null(log.unpacking);
	assert_said("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_long_reading_is_said_once, take_stderr, give_stderr),
		cmocka_unit_test_setup_teardown(the_others_are_silent, take_stderr, give_stderr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
