// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "kernel/first_in_range.h"

#define SOME 50

static unsigned any(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % n;
}

static void as_the_long_way_does(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct first_in_range f;
	unsigned seed = 7;

	(void)state;
	assert_true(first_in_range_init(ctx, &f, SOME));
	for (unsigned round = 0; round < 2000; round++) {
		unsigned n = round % SOME, values[SOME];
		bool gone[SOME] = {false};

		f.n = 0;
		for (uint32_t i = 0; i < n; i++) {
			values[i] = any(&seed, 30);
			first_in_range_add(&f, values[i], i);
		}
		first_in_range_settle(&f);
		for (unsigned k = 0; k < 2 * SOME; k++) {
			uint64_t first = any(&seed, 30);
			uint64_t last = k % 9 ? first + any(&seed, 10) : UINT64_MAX;
			uint32_t want = 0;

			while (want < n &&
				(gone[want] || values[want] < first || values[want] > last))
				want++;
			want = want < n ? want : UINT32_MAX;
			assert_int_equal(first_in_range_find(&f, first, last, gone), want);
			if (want < n)
				gone[want] = true;
		}
	}
	talloc_free(ctx);
}

/* All keys have the same value: at quadratic cost this would take minutes. */
static void many_of_one_value(void **state)
{
	uint32_t n = 500000;
	TALLOC_CTX *ctx = talloc_new(NULL);
	bool *gone = talloc_zero_array(ctx, bool, n);
	struct first_in_range f;

	(void)state;
	assert_true(gone && first_in_range_init(ctx, &f, n));
	for (uint32_t i = 0; i < n; i++)
		first_in_range_add(&f, 5, i);
	first_in_range_settle(&f);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(first_in_range_find(&f, 0, 9, gone), i);
		gone[i] = true;
	}
	assert_int_equal(first_in_range_find(&f, 0, 9, gone), UINT32_MAX);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_long_way_does),
		cmocka_unit_test(many_of_one_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
