// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/array.h"
#include "base/big.h"
#include "base/name_index.h"

static void test_more_than_talloc(void **state)
{
	struct big *big = big_new(NULL);
	size_t size = 384u << 20;
	uint8_t *p;

	(void)state;
	assert_non_null(big);
	p = big_resize(big, 100);
	assert_non_null(p);
	p[99] = 7;
	p = big_resize(big, size);
	assert_non_null(p);
	assert_int_equal(p[99], 7);
	assert_int_equal(p[size - 1], 0);
	p[size - 1] = 1;
	talloc_free(big);
}

static void test_talloc_most(void **state)
{
	void *most = talloc_size(NULL, TALLOC_MOST);

	(void)state;
	assert_non_null(most);
	talloc_free(most);
	assert_null(talloc_size(NULL, 256u << 20));
}

static void test_rooms(void **state)
{
	struct big *big = big_new(NULL);
	uint32_t *small = NULL, *large = NULL;

	(void)state;
	assert_non_null(big);
	for (uint32_t i = 0; i < 100000; i++) {
		large = big_room(big, sizeof(*large), i);
		assert_non_null(large);
		large[i] = i;
		small = ARRAY_ROOM(big, small, i);
		assert_non_null(small);
		small[i] = i;
	}
	for (uint32_t i = 0; i < 100000; i++) {
		assert_int_equal(small[i], i);
		assert_int_equal(large[i], i);
	}
	assert_null(big_room(big, sizeof(*large), SIZE_MAX / 2));
	talloc_free(big);
}

static void test_hash_goes_on(void **state)
{
	struct name_index *index;
	uint64_t sum;

	(void)state;
	assert_int_equal(name_index_new(NULL, 0, &index, NULL), 0);
	sum = name_index_more(name_index_start(index), "ab", 2);
	assert_true(
		sum == name_index_more(name_index_more(name_index_start(index), "a", 1), "b", 1));
	assert_int_not_equal(name_index_hash(sum), name_index_hash(name_index_more(sum, "c", 1)));
	talloc_free(index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_more_than_talloc),
		cmocka_unit_test(test_talloc_most),
		cmocka_unit_test(test_rooms),
		cmocka_unit_test(test_hash_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
