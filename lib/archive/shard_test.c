// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/shard.h"
#include "base/test.h"

#include <stdio.h>

#include "base/array.h"

/* Other machines and versions must find the same: these never change. */
static void hashes_last(void **state)
{
	static const struct {
		const char *path;
		uint64_t hash;
	} rows[] = {
		{"/srv/crashes/web1/vmcore", 0x1fcd795653cd2ff7},
		{"console.log", 0x70e29fad0aab1e95},
		{"/a/dump7", 0x67b098fa0453bf0c},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(shard_hash(rows[i].path), rows[i].hash);
}

static void spellings_of_a_path(void **state)
{
	static const char *const same[] = {"/a/b/vmcore", "//a/b//vmcore", "/a/./b/./vmcore"};
	static const char *const other[] = {"a/b/vmcore", "/a/b/vmcore.gz", "/a/bvmcore", "/a/b"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(same); i++)
		assert_int_equal(shard_hash(same[i]), shard_hash(same[0]));
	for (size_t i = 0; i < ARRAY_SIZE(other); i++)
		assert_int_not_equal(shard_hash(other[i]), shard_hash(same[0]));
	assert_int_equal(shard_hash("./x"), shard_hash("x"));
}

static void parts_of_a_dump(void **state)
{
	static const char *const sets[][2] = {{"/a/dump9", "/a/dump10"},
		{"/a/vmcore-1.gz", "/a/vmcore-12.gz"}, {"d/part1.bz2", "d/part2.bz2"},
		{"d/part1.lz4", "d/part10.lz4"}, {"2026/x1", "2026/x2"}, {"1", "2"}};
	static const char *const apart[][2] = {{"/a1/dump", "/a2/dump"}, {"d100", "d200"},
		{"x.bz2", "x.gz"}, {"host1-a.log", "host1-b.log"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		assert_int_equal(shard_hash(sets[i][0]), shard_hash(sets[i][1]));
	for (size_t i = 0; i < ARRAY_SIZE(apart); i++)
		assert_int_not_equal(shard_hash(apart[i][0]), shard_hash(apart[i][1]));
}

/* Each path is in one shard, and shards are about equal. */
static void shards_are_even(void **state)
{
	const unsigned n = 8, paths = 8000;
	unsigned sizes[8] = {0};

	(void)state;
	for (unsigned i = 0; i < paths; i++) {
		unsigned found = 0;
		char path[64];

		snprintf(path, sizeof(path), "/var/crash/host%u/2026-11-%02u/vmcore", i / 28,
			i % 28 + 1);
		for (unsigned k = 1; k <= n; k++) {
			const struct shard shard = {k, n};
			bool has = shard_has(&shard, path);

			found += has;
			sizes[k - 1] += has;
		}
		assert_int_equal(found, 1);
	}
	for (unsigned k = 0; k < n; k++)
		assert_in_range(sizes[k], paths / n * 8 / 10, paths / n * 12 / 10);
}

static void one_batch_has_all(void **state)
{
	const struct shard all = {0, 0};

	(void)state;
	assert_true(shard_has(&all, "x"));
	assert_true(shard_has(&all, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_last),
		cmocka_unit_test(spellings_of_a_path),
		cmocka_unit_test(parts_of_a_dump),
		cmocka_unit_test(shards_are_even),
		cmocka_unit_test(one_batch_has_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
