// SPDX-License-Identifier: GPL-3.0-or-later
/* Callers built with an older header, with a newer one, and without struct_size set. */
#include "base/test.h"

#include <string.h>

#include "base/sized.h"

struct old {
	size_t struct_size;
	uint32_t a;
};

struct now {
	size_t struct_size;
	uint32_t a, b;
	uint64_t c;
};

struct later {
	struct now now;
	uint64_t d;
};

static void test_older_caller(void **state)
{
	struct {
		struct old old;
		uint8_t after[sizeof(struct now)];
	} caller = {{sizeof(struct old), 7}, {0}};
	const struct now result = {sizeof(result), 1, 2, 3};
	struct now own;
	struct vmt_err err;

	(void)state;
	memset(caller.after, 0xff, sizeof(caller.after));
	assert_int_equal(sized_read(&own, sizeof(own), &caller.old, &err), 0);
	assert_int_equal(own.a, 7);
	assert_int_equal(own.c, 0);
	sized_write(&caller.old, &result, sizeof(result));
	assert_int_equal(caller.old.a, 1);
	assert_int_equal(caller.old.struct_size, sizeof(struct old));
	assert_int_equal(caller.after[0], 0xff);
}

static void test_newer_caller(void **state)
{
	struct later caller = {{sizeof(caller), 1, 2, 3}, 0};
	struct now own;
	struct vmt_err err;

	(void)state;
	assert_int_equal(sized_read(&own, sizeof(own), &caller, &err), 0);
	assert_int_equal(own.c, 3);
	caller.d = 1;
	assert_int_equal(sized_read(&own, sizeof(own), &caller, &err), VMT_ERR_USAGE);
	assert_int_equal(err.code, VMT_ERR_USAGE);
	own = (struct now){sizeof(own), 4, 5, 6};
	sized_write(&caller, &own, sizeof(own));
	assert_int_equal(caller.now.struct_size, sizeof(caller));
	assert_int_equal(caller.now.c, 6);
	assert_int_equal(caller.d, 1);
}

static void test_no_size(void **state)
{
	struct now caller = {0}, own;
	struct vmt_err err;

	(void)state;
	assert_int_equal(sized_read(&own, sizeof(own), &caller, &err), VMT_ERR_USAGE);
	assert_int_equal(sized_check(&caller, NULL), VMT_ERR_USAGE);
	caller.a = 1;
	assert_int_equal(sized_read(&own, sizeof(own), NULL, &err), 0);
	assert_int_equal(own.a, 0);
	assert_int_equal(sized_check(NULL, &err), 0);
	sized_write(NULL, &own, sizeof(own));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_older_caller),
		cmocka_unit_test(test_newer_caller),
		cmocka_unit_test(test_no_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
