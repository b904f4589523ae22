// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/test.h"
#include "dump/page_cache.h"

#define SIZE 65536u
#define HELD 256u /* pages of this size in 16 MiB */

static void keep(struct page_cache *cache, uint64_t pfn)
{
	memset(page_cache_room(cache), (int)(pfn * 31), SIZE);
	page_cache_keep(cache, pfn);
}

static bool holds(struct page_cache *cache, uint64_t pfn)
{
	const uint8_t *page = page_cache_find(cache, pfn);

	if (page) {
		assert_int_equal(page[0], (uint8_t)(pfn * 31));
		assert_int_equal(page[SIZE - 1], (uint8_t)(pfn * 31));
	}
	return page != NULL;
}

static void test_least_used_goes(void **state)
{
	struct page_cache *cache;
	struct vmt_err err;

	(void)state;
	assert_int_equal(page_cache_open(NULL, SIZE, &cache, &err), 0);
	assert_false(holds(cache, 0));
	for (uint64_t i = 0; i < HELD; i++)
		keep(cache, i);
	assert_true(holds(cache, 0)); /* and is now the most recent */
	keep(cache, 1000);
	assert_true(holds(cache, 0));
	assert_false(holds(cache, 1));
	for (uint64_t i = 2; i < HELD; i++)
		assert_true(holds(cache, i));
	/* Room that was requested and not kept holds no page. The oldest is now 1000. */
	page_cache_room(cache);
	assert_false(holds(cache, 1000));
	assert_true(holds(cache, 0));
	talloc_free(cache);
}

/* Compares with a plain model: the last HELD pages that were touched. */
static void test_model(void **state)
{
	uint64_t recent[HELD] = {0}, n = 0;
	struct page_cache *cache;
	struct vmt_err err;
	uint32_t x = 3;

	(void)state;
	assert_int_equal(page_cache_open(NULL, SIZE, &cache, &err), 0);
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t pfn, at;

		x = x * 1664525 + 1013904223;
		pfn = (uint64_t)(x >> 24) % 100 << 32 | 5;
		for (at = 0; at < n && recent[at] != pfn; at++)
			;
		assert_int_equal(holds(cache, pfn), at < n);
		if (at == n) {
			memset(page_cache_room(cache), (int)(pfn * 31), SIZE);
			page_cache_keep(cache, pfn);
			n = n < HELD ? n + 1 : n;
			at = n - 1;
		}
		memmove(recent + 1, recent, at * sizeof(recent[0]));
		recent[0] = pfn;
	}
	talloc_free(cache);
}

/* What is damaged stays so, until another page takes its place, or all is forgotten. */
static void test_failures(void **state)
{
	struct page_cache *cache;
	struct vmt_err err, why;

	(void)state;
	assert_int_equal(page_cache_open(NULL, SIZE, &cache, &err), 0);
	assert_int_equal(page_cache_failed(cache, 0, &err), 0);
	err_set(&why, VMT_ERR_CORRUPT, "page 7");
	page_cache_fail(cache, 7, &why);
	assert_int_equal(page_cache_failed(cache, 7, &err), VMT_ERR_CORRUPT);
	assert_string_equal(err.message, "page 7");
	assert_int_equal(page_cache_failed(cache, 7 + (1u << 20), &err), 0);
	page_cache_fail(cache, 7 + (1u << 20), &why);
	assert_int_equal(page_cache_failed(cache, 7, NULL), 0);
	assert_int_equal(page_cache_failed(cache, 7 + (1u << 20), NULL), VMT_ERR_CORRUPT);
	page_cache_forget(cache);
	assert_int_equal(page_cache_failed(cache, 7 + (1u << 20), NULL), 0);
	talloc_free(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_least_used_goes),
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
