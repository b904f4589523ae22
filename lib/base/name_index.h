/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A multimap from the hash of a name to numbers (symbol indexes, type ids), which are returned in
 * the order in which they were added. Callers must compare the names: hostile names can collide.
 */
#ifndef VMT_BASE_NAME_INDEX_H
#define VMT_BASE_NAME_INDEX_H

#include "base/alloc.h"
#include "base/err.h"

struct name_index;

/* The most names in one index. Beyond it name_index_add() returns VMT_ERR_LIMIT. */
#define NAME_INDEX_MOST (1u << 24)

/* An empty index with room for that many names, and more as they come; a talloc child of ctx. */
int name_index_new(
	TALLOC_CTX *ctx, uint32_t expected, struct name_index **ret, struct vmt_err *err);

/* Adds a value, besides others with the same hash. */
int name_index_add(struct name_index *index, uint32_t hash, uint32_t value, struct vmt_err *err);

/* The next value with this hash. *cursor is 0 for the first call. False: no more. */
bool name_index_next(
	const struct name_index *index, uint32_t hash, uint32_t *cursor, uint32_t *value);

/*
 * A hash for names that come from an input. It differs from one index to the next, so that
 * colliding names cannot be prepared. Begin with name_index_start(), feed bytes with
 * name_index_more(), and finish with name_index_hash().
 */
uint64_t name_index_start(const struct name_index *index);

static inline uint64_t name_index_more(uint64_t sum, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		/* The analyzer does not follow integers that are read as bytes. */
		/* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
		sum = (sum ^ p[i]) * 0x100000001b3u; /* FNV-1a */
	return sum;
}

static inline uint32_t name_index_hash(uint64_t sum)
{
	sum = (sum ^ sum >> 32) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(sum >> 32);
}

/*
 * A polynomial, so that hashing a name assembled from pieces takes one step per piece: multiply by
 * NAME_HASH_FACTOR to the power of the piece's length, then add the sum of the piece alone.
 */
#define NAME_HASH_FACTOR 0x9e3779b97f4a7c15u

static inline uint64_t name_hash_sum(uint64_t sum, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum = sum * NAME_HASH_FACTOR + (uint8_t)s[i];
	return sum;
}

static inline uint32_t name_hash_of_sum(uint64_t sum)
{
	return (uint32_t)(sum ^ sum >> 32);
}

#endif
