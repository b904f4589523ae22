// SPDX-License-Identifier: GPL-3.0-or-later
/* Seconds that have a place in nanoseconds, and those that an input may claim and have none. */
#include "base/test.h"

#include "base/seconds.h"

#define LAST (INT64_MAX / 1000000000)

static void test_time(void **state)
{
	(void)state;
	assert_true(seconds_to_time(-1).known);
	assert_int_equal(seconds_to_time(-1).ns, -1000000000);
	assert_int_equal(seconds_to_time(LAST).ns, LAST * 1000000000);
	assert_false(seconds_to_time(LAST + 1).known);
	assert_false(seconds_to_time(-LAST - 1).known);
	assert_false(seconds_to_time(INT64_MIN).known);
}

static void test_mtime(void **state)
{
	struct stat st = {.st_mtim = {LAST, 999999999}};

	(void)state;
	assert_int_equal(seconds_mtime_ns(&st), INT64_MAX);
	st.st_mtim.tv_sec = INT64_MIN;
	assert_int_equal(seconds_mtime_ns(&st), INT64_MIN);
	st.st_mtim.tv_sec = 2;
	st.st_mtim.tv_nsec = 5;
	assert_int_equal(seconds_mtime_ns(&st), 2000000005);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_mtime),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
