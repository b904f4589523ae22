// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"
#include "base/test.h"
#include "dump/core_segments.h"

#define SPAN 1000u

/* Compares a search of all segments with the settled ones, for each address. */
static void check(const struct core_segment *all, size_t n)
{
	struct core_segments segs = {0};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_err err;

	for (size_t i = 0; i < n; i++)
		assert_int_equal(core_segments_add(ctx, &segs, all[i], &err), 0);
	core_segments_settle(&segs);
	for (size_t i = 1; i < segs.n; i++)
		assert_true(
			segs.items[i - 1].paddr + segs.items[i - 1].size <= segs.items[i].paddr);
	for (uint64_t at = 0; at < SPAN; at++) {
		size_t i = core_segments_find(&segs, at);
		bool held = i < segs.n && segs.items[i].paddr <= at, want = false, same = false;

		for (size_t k = 0; k < n; k++) {
			if (at < all[k].paddr || at >= all[k].paddr + all[k].size)
				continue;
			want = true;
			same |= held && all[k].off + (at - all[k].paddr) ==
						segs.items[i].off + (at - segs.items[i].paddr);
		}
		assert_int_equal(held, want);
		assert_int_equal(same, want);
	}
	talloc_free(ctx);
}

static void test_overlaps(void **state)
{
	static const struct core_segment some[] = {{500, 100, 9000}, {100, 50, 1000},
		{120, 10, 2000}, {140, 100, 3000}, {150, 90, 4000}, {100, 50, 5000}, {0, 1, 6000},
		{590, 20, 7000}};

	(void)state;
	check(some, 0);
	check(some, 1);
	check(some, ARRAY_SIZE(some));
}

static void test_random(void **state)
{
	struct core_segment some[12];
	uint32_t x = 11;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		for (size_t i = 0; i < 12; i++) {
			x = x * 1664525 + 1013904223;
			some[i] = (struct core_segment){
				(x >> 8) % 800, 1 + (x >> 20) % 190, 10000u * (i + 1)};
		}
		check(some, 12);
	}
}

/* /proc/vmcore describes contiguous memory by many segments. */
static void test_merged(void **state)
{
	struct core_segments segs = {0};
	struct vmt_err err;

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		core_segments_add(
			NULL, &segs, (struct core_segment){i * 10, 10, 77 + i * 10}, &err);
	assert_int_equal(segs.n, 1);
	assert_int_equal(segs.items[0].size, 1000);
	talloc_free(segs.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overlaps),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_merged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
