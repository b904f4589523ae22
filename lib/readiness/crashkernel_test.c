// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"
#include "base/test.h"

#include "readiness/crashkernel.h"
#include "readiness/kernel_words.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static uint64_t size_of(const char *line, uint64_t memory)
{
	struct crashkernel c = crashkernel_read(line, memory);

	assert_null(c.problem);
	return c.size;
}

static void sizes(void **state)
{
	(void)state;
	assert_int_equal(size_of("quiet crashkernel=256M ro", GIB), 256 * MIB);
	assert_int_equal(size_of("crashkernel=64M@16M", GIB), 64 * MIB);
	assert_int_equal(size_of("crashkernel=0x10000000", GIB), 256 * MIB);
	assert_int_equal(size_of("crashkernel=1g", 8 * GIB), GIB);
	assert_int_equal(size_of("crashkernel=128M crashkernel=256M", GIB), 256 * MIB);
	assert_false(crashkernel_read("quiet xcrashkernel=1M", GIB).asked);
	assert_false(crashkernel_read(NULL, GIB).asked);
	assert_false(crashkernel_read("-- crashkernel=1M", GIB).asked);
}

/* The start belongs to a range, the end does not; memory is rounded up to 128 MiB. */
static void ranges(void **state)
{
	static const char ubuntu[] =
		"crashkernel=2G-4G:320M,4G-32G:512M,32G-64G:1024M,64G-128G:2048M,128G-:4096M";

	(void)state;
	assert_int_equal(size_of(ubuntu, 2 * GIB), 320 * MIB);
	assert_int_equal(size_of(ubuntu, 2 * GIB - 100 * MIB), 320 * MIB);
	assert_int_equal(size_of(ubuntu, 4 * GIB - 200 * MIB), 320 * MIB);
	assert_int_equal(size_of(ubuntu, 4 * GIB - 100 * MIB), 512 * MIB);
	assert_int_equal(size_of(ubuntu, 200 * GIB), 4096 * MIB);
	assert_int_equal(size_of("crashkernel=2G-4G:320M,4G-:512M", GIB), 0);
	assert_true(crashkernel_read("crashkernel=2G-4G:320M,4G-:512M", GIB).outside);
	/* The third size is as large as the memory: the kernel looks no further. */
	assert_non_null(crashkernel_read(ubuntu, GIB).problem);
	assert_int_equal(size_of("crashkernel=512M-:192M", GIB), 192 * MIB);
	assert_int_equal(size_of("crashkernel=512M-2G:64M,2G-:128M@16M", 4 * GIB), 128 * MIB);
	assert_int_equal(size_of("crashkernel=1G-:64M,2G-:128M", 0), 128 * MIB);
}

static void suffixes(void **state)
{
	struct crashkernel c = crashkernel_read("crashkernel=72M,low crashkernel=300M,high", GIB);

	(void)state;
	assert_true(c.high);
	assert_int_equal(c.size, 300 * MIB);
	assert_int_equal(c.low, 72 * MIB);
	c = crashkernel_read("crashkernel=128M crashkernel=300M,high crashkernel=72M,low", GIB);
	assert_false(c.high);
	assert_int_equal(c.size, 128 * MIB);
	assert_int_equal(c.low, 0);
	c = crashkernel_read("crashkernel=128M crashkernel=1G,cma", GIB);
	assert_int_equal(c.size, 128 * MIB);
	assert_int_equal(c.cma, GIB);
}

static void mistakes(void **state)
{
	static const char *const lines[] = {"crashkernel=auto", "crashkernel=", "crashkernel=256MB",
		"crashkernel=2G:256M", "crashkernel=4G-2G:256M",
		"crashkernel=2G-4G:", "crashkernel=2G-x:1M", "crashkernel=1G-:2G",
		"crashkernel=64M@", "crashkernel=x,high"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct crashkernel c = crashkernel_read(lines[i], GIB);

		assert_true(c.asked);
		assert_int_equal(c.size, 0);
		if (i)
			assert_non_null(c.problem);
	}
	assert_true(crashkernel_read(lines[0], GIB).automatic);
	assert_non_null(crashkernel_read(lines[0], GIB).problem);
	assert_int_equal(
		crashkernel_read("crashkernel=99999999999999999999T", GIB).size, UINT64_MAX);
}

static void words(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *line = "a=1 \"b=two words\" c=\"x y\" no-watchdog a=2 d= -- e=1";

	(void)state;
	assert_string_equal(kernel_words_value(ctx, line, "a"), "2");
	assert_string_equal(kernel_words_value(ctx, line, "b"), "two words");
	assert_string_equal(kernel_words_value(ctx, line, "c"), "x y");
	assert_string_equal(kernel_words_value(ctx, line, "d"), "");
	assert_null(kernel_words_value(ctx, line, "e"));
	assert_null(kernel_words_value(ctx, NULL, "e"));
	assert_true(kernel_words_has(line, "no_watchdog"));
	assert_false(kernel_words_has(line, "no_watch"));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(ranges),
		cmocka_unit_test(suffixes),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
