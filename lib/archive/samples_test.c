// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "archive/samples.h"

#define FILE_OF(date, time, utc, rest)                                                             \
	"{\"sysstat\": {\"hosts\": [{\"nodename\": \"a\", \"statistics\": [{\"timestamp\": "       \
	"{\"date\": \"" date "\", \"time\": \"" time "\", \"utc\": " utc                           \
	", \"interval\": 600}" rest "}], \"restarts\": []}]}}\n"
#define BUSY                                                                                       \
	", \"cpu-load\": [{\"cpu\": \"all\", \"idle\": 3.75}], \"memory\": "                       \
	"{\"memused-percent\": 96.20}, \"queue\": {\"ldavg-1\": 12.31, \"blocked\": 3}"

static struct samples read_text(TALLOC_CTX *ctx, const char *text)
{
	struct samples s;

	assert_int_equal(samples_read(ctx, text, strlen(text), &s, NULL), 0);
	return s;
}

static void samples_of_several_files(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct samples s = read_text(ctx,
		FILE_OF("2026-11-20", "02:10:01", "1", BUSY)
			FILE_OF("2026-11-19", "02:00:01", "1", ", \"queue\": {\"ldavg-1\": 0.5}"));

	(void)state;
	assert_int_equal(s.n, 2);
	assert_string_equal(s.items[0].text, "load 0.50");
	assert_string_equal(s.items[1].text,
		"load 12.31, 3 blocked tasks, 96 % of the memory used, CPUs 4 % idle");
	assert_int_equal(s.items[1].at, 1795140601);
	assert_ptr_equal(samples_before(&s, 1795140601), &s.items[1]);
	assert_ptr_equal(samples_before(&s, 1795140600), &s.items[0]);
	assert_null(samples_before(&s, s.items[0].at - 1));
	talloc_free(ctx);
}

static void what_is_no_sample_is_left_out(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	static const char whole[] = FILE_OF("2026-11-20", "02:10:01", "1", BUSY);
	char text[sizeof(whole)];

	(void)state;
	assert_int_equal(read_text(ctx, "").n, 0);
	assert_int_equal(read_text(ctx, FILE_OF("2026-11-20", "02:10:01", "0", BUSY)).n, 0);
	assert_int_equal(read_text(ctx, FILE_OF("2026-11-20", "02:10:01", "1", "")).n, 0);
	assert_int_equal(read_text(ctx, FILE_OF("2026-31-40", "xx", "1", BUSY)).n, 0);
	assert_int_equal(
		read_text(ctx, FILE_OF("2026-11-20", "02:10:01", "1", ", \"queue\": [1]")).n, 0);
	for (size_t cut = 0; cut < sizeof(whole) - 2; cut++) {
		memcpy(text, whole, sizeof(whole));
		text[cut] = '\0';
		assert_int_equal(read_text(ctx, text).n, 0);
	}
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_of_several_files),
		cmocka_unit_test(what_is_no_sample_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
