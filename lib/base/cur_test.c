// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/cur.h"

static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static void reads_both_orders(void **state)
{
	struct cur le = cur_init_little(bytes, sizeof(bytes));
	struct cur be = cur_init_big(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(cur_u16(&le), 0x0201);
	assert_int_equal(cur_u16(&be), 0x0102);
	assert_int_equal(cur_u32(&le), 0x06050403);
	assert_int_equal(cur_u32(&be), 0x03040506);
	assert_int_equal(cur_left(&le), 3);
	assert_true(cur_ok(&le));
}

static void failure_sticks(void **state)
{
	struct cur c = cur_init_little(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(cur_u64(&c), 0x0807060504030201u);
	assert_int_equal(cur_u16(&c), 0);
	assert_false(cur_ok(&c));
	assert_int_equal(cur_u8(&c), 0); /* one byte is left, but the failure is sticky */
	assert_int_equal(cur_left(&c), 0);
}

static void seek_stays_inside(void **state)
{
	struct cur c = cur_init_little(bytes, sizeof(bytes));

	(void)state;
	cur_seek(&c, 9);
	assert_true(cur_ok(&c));
	assert_null(cur_bytes(&c, 1));
	c = cur_init_little(bytes, sizeof(bytes));
	cur_seek(&c, 10);
	assert_false(cur_ok(&c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_both_orders),
		cmocka_unit_test(failure_sticks),
		cmocka_unit_test(seek_stays_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
