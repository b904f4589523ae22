// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/test.h"
#include "dump/bitmap.h"

/* Three chunks and a bit, the second all zeros, at an odd offset of the file. */
#define OFF 12345u
#define BITS (3 * 65536u * 8 + 1003)

struct fixture {
	uint8_t data[OFF + BITS / 8 + 1];
	struct source *src;
	struct blocks *blocks;
	struct bitmap *bm;
	struct vmt_err err;
};

static bool bit_of(const struct fixture *f, uint64_t bit)
{
	return f->data[OFF + bit / 8] >> bit % 8 & 1;
}

static int setup(void **state)
{
	struct fixture *f = talloc_zero(NULL, struct fixture);
	uint32_t x = 7;

	memset(f->data, 0xff, OFF);
	for (size_t i = 0; i < BITS / 8 + 1; i++) {
		x = x * 1664525 + 1013904223;
		if (i / 65536 == 1)
			continue;
		f->data[OFF + i] = i % 4096 < 1000   ? 0xff
				   : i % 4096 < 2000 ? 0
						     : (uint8_t)(x >> 24);
	}
	*state = f;
	if (source_open_memory(f, "bits", f->data, sizeof(f->data), &f->src, &f->err) < 0 ||
		blocks_open(f, &f->blocks, &f->err) < 0)
		return -1;
	return bitmap_open(
		f, &(struct bitmap_place){f->src, OFF, BITS}, f->blocks, &f->bm, &f->err);
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static void test_rank(void **state)
{
	struct fixture *f = *state;
	uint64_t want = 0, rank;

	/* First the highest bit, so that everything is counted at once. Then each one. */
	assert_int_equal(bitmap_rank(f->bm, BITS - 1, &rank, &f->err), 0);
	for (uint64_t i = 0; i < BITS; i++) {
		if (i % 37 == 0 || i % 65536 < 3 || i > BITS - 20) {
			assert_int_equal(bitmap_rank(f->bm, i, &rank, &f->err), 0);
			assert_int_equal(rank, want);
			assert_int_equal(bitmap_test(f->bm, i, &f->err), bit_of(f, i));
		}
		want += bit_of(f, i);
	}
	assert_int_equal(bitmap_test(f->bm, BITS, &f->err), 0);
	assert_int_equal(bitmap_rank(f->bm, BITS, &rank, &f->err), VMT_ERR_CORRUPT);
}

/* A page low in memory must not require reading the whole bitmap. */
static void test_lazy(void **state)
{
	struct fixture *f = *state;
	uint64_t rank;

	assert_int_equal(bitmap_rank(f->bm, 100, &rank, &f->err), 0);
	assert_true(f->src->bytes_read <= 65536 + 2 * BLOCKS_SIZE);
	assert_int_equal(bitmap_rank(f->bm, 500, &rank, &f->err), 0);
	assert_true(f->src->bytes_read <= 65536 + 2 * BLOCKS_SIZE);
}

static void test_runs(void **state)
{
	struct fixture *f = *state;
	uint64_t at = 3, end = BITS - 5, start, n = 0;

	while (bitmap_next_run(f->bm, at, end, &start, &n, &f->err) == 1) {
		for (; at < start; at++)
			assert_false(bit_of(f, at));
		assert_true(n > 0 && start + n <= end);
		for (; at < start + n; at++)
			assert_true(bit_of(f, at));
		assert_true(at == end || !bit_of(f, at));
	}
	for (; at < end; at++)
		assert_false(bit_of(f, at));
	assert_int_equal(bitmap_next_run(f->bm, 65536 * 8, 65536 * 16, &start, &n, &f->err), 0);
	assert_int_equal(bitmap_next_run(f->bm, BITS, UINT64_MAX, &start, &n, &f->err), 0);
}

static void test_cut_off(void **state)
{
	struct fixture *f = *state;
	uint64_t rank;

	f->src->size = OFF + 70000;
	assert_int_equal(bitmap_rank(f->bm, 65535 * 8, &rank, &f->err), 0);
	assert_int_equal(bitmap_rank(f->bm, BITS - 1, &rank, &f->err), VMT_ERR_TRUNCATED);
	assert_int_equal(bitmap_test(f->bm, BITS - 1, &f->err), VMT_ERR_TRUNCATED);
	/* Earlier counts are still valid. */
	assert_int_equal(bitmap_rank(f->bm, 7, &rank, &f->err), 0);
	assert_int_equal(rank, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rank, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lazy, setup, teardown),
		cmocka_unit_test_setup_teardown(test_runs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut_off, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
