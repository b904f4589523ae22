// SPDX-License-Identifier: GPL-3.0-or-later
/* A .gz file that is read here and there. */
#include "io/packed.h"

#include <string.h>
#include <zlib.h>

#include "base/array.h"
#include "base/test.h"
#include "io/spool.h"

#define SIZE (9u << 20)
#define SECOND (6u << 20) /* where the second member begins */

/* Like a dump: some bytes compress and some do not. */
static uint8_t *make_inside(TALLOC_CTX *ctx)
{
	uint8_t *p = talloc_zero_array(ctx, uint8_t, SIZE);
	uint32_t x = 1;

	memcpy(p, "KDUMP   ", 8);
	for (size_t i = 64; i < SIZE; i++) {
		x = x * 1103515245 + 12345;
		p[i] = i >> 16 & 1 ? (uint8_t)(x >> 24) : (uint8_t)(x >> 29);
	}
	return p;
}

static size_t add_member(uint8_t *to, size_t room, uint8_t *p, size_t len)
{
	z_stream z = {.next_in = p, .avail_in = (uInt)len, .next_out = to, .avail_out = (uInt)room};

	assert_int_equal(
		deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

static size_t pack(uint8_t *to, uint8_t *p)
{
	size_t n = add_member(to, SIZE, p, SECOND);

	return n + add_member(to + n, SIZE, p + SECOND, SIZE - SECOND);
}

static int open_it(TALLOC_CTX *ctx, const uint8_t *packed, size_t len, struct source **ret)
{
	struct layer_job job = {.kind = "gzip", .limit = UINT64_MAX};

	assert_int_equal(source_open_memory(ctx, "test", packed, len, &job.src, NULL), 0);
	return packed_open(ctx, &job, ret, NULL);
}

static void any_part_is_read(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	uint8_t *in = make_inside(ctx), *packed = talloc_array(ctx, uint8_t, 2 * SIZE), got[5000];
	size_t len = pack(packed, in);
	static const size_t offsets[] = {SIZE - 5000, 0, SECOND - 2500, (4u << 20) + 77, 2u << 20,
		SECOND, SIZE - 5000, (2u << 20) - 2500, 123456};
	struct source *src = NULL;

	(void)state;
	assert_int_equal(open_it(ctx, packed, len, &src), 1);
	assert_int_equal(src->size, SIZE);
	assert_in_range(((struct packed *)src)->n, 4, 6);
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		assert_int_equal(source_read_exact(src, offsets[i], got, sizeof(got), NULL), 0);
		assert_memory_equal(got, in + offsets[i], sizeof(got));
	}
	for (size_t at = 0; at + sizeof(got) <= SIZE; at += sizeof(got)) {
		assert_int_equal(source_read_exact(src, at, got, sizeof(got), NULL), 0);
		assert_memory_equal(got, in + at, sizeof(got));
	}
	talloc_free(ctx);
}

/* In the space of one part and the windows, parts make room for each other. */
static void parts_share_little_space(void **state)
{
	const struct spool_limits limits = {.most = 3u << 20}, less = {.most = 1u << 20};
	TALLOC_CTX *ctx = spool_budget_new(NULL, &limits), *tight = spool_budget_new(NULL, &less);
	uint8_t *in = make_inside(ctx), *packed = talloc_array(ctx, uint8_t, 2 * SIZE), got[5000];
	size_t len = pack(packed, in), at = 0;
	struct source *src = NULL;
	int rc = 0;

	(void)state;
	assert_int_equal(open_it(ctx, packed, len, &src), 1);
	for (unsigned i = 0; i < 2; i++)
		for (at = 0; at + sizeof(got) <= SIZE; at += sizeof(got)) {
			assert_int_equal(source_read_exact(src, at, got, sizeof(got), NULL), 0);
			assert_memory_equal(got, in + at, sizeof(got));
			assert_in_range(spool_used(((struct packed *)src)->spool), 1, 3u << 20);
		}
	/* But not for ever. What is there then can be read all the same. */
	for (unsigned i = 0; i < 1000 && !rc; i++) {
		at = i % 2 ? SIZE - sizeof(got) : 0;
		rc = source_read_exact(src, at, got, sizeof(got), NULL);
	}
	assert_int_equal(rc, VMT_ERR_LIMIT);
	at = at ? 0 : SIZE - sizeof(got);
	assert_int_equal(source_read_exact(src, at, got, sizeof(got), NULL), 0);
	assert_memory_equal(got, in + at, sizeof(got));
	assert_int_equal(open_it(tight, packed, len, &src), 0);
	talloc_free(tight);
	talloc_free(ctx);
}

/* What is cut off, damaged or followed by something else is left to who reads from the start. */
static void damage_is_left_alone(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	uint8_t *in = make_inside(ctx), *packed = talloc_zero_array(ctx, uint8_t, 2 * SIZE);
	size_t len = pack(packed, in);
	struct source *src = NULL;

	(void)state;
	assert_int_equal(open_it(ctx, packed, len - 1, &src), 0);
	assert_int_equal(open_it(ctx, packed, len + 1, &src), 0);
	packed[len / 2] ^= 1;
	assert_int_equal(open_it(ctx, packed, len, &src), 0);
	talloc_free(ctx);
}

/* A text is read from its start, and so is what is packed again. */
static void only_dumps_are_indexed(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	uint8_t *in = make_inside(ctx), *packed = talloc_array(ctx, uint8_t, 2 * SIZE);
	struct source *src = NULL;

	(void)state;
	memset(in, 'a', 1u << 16);
	assert_int_equal(open_it(ctx, packed, pack(packed, in), &src), 0);
	memcpy(in, "\x1f\x8b\x08\0\0", 5);
	assert_int_equal(open_it(ctx, packed, pack(packed, in), &src), 0);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_part_is_read),
		cmocka_unit_test(parts_share_little_space),
		cmocka_unit_test(damage_is_left_alone),
		cmocka_unit_test(only_dumps_are_indexed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
