/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A multimap from the hash of a name to numbers (symbol indexes, type ids), which come back in the
 * order they were added. Who looks up compares the names: hashes of hostile names collide.
 */
#ifndef VMT_BASE_NAME_INDEX_H
#define VMT_BASE_NAME_INDEX_H

#include <talloc.h>

#include "base/err.h"

struct name_index;

/* Names of one index; more are refused with VMT_ERR_LIMIT. */
#define NAME_INDEX_MOST (1u << 24)

int name_index_new(
	TALLOC_CTX *ctx, uint32_t expected, struct name_index **ret, struct vmt_err *err);
int name_index_add(struct name_index *index, uint32_t hash, uint32_t value, struct vmt_err *err);

/* The next value of hash; *cursor is 0 at first. False: no more. */
bool name_index_next(
	const struct name_index *index, uint32_t hash, uint32_t *cursor, uint32_t *value);

/*
 * A hash for names that an input chooses: it differs from one index to the next, so that names
 * which collide cannot be made beforehand. name_index_more() goes on from a hash of what came
 * before; name_index_start() is that of nothing, and name_index_hash() makes one out of it.
 */
uint64_t name_index_start(const struct name_index *index);

static inline uint64_t name_index_more(uint64_t sum, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ p[i]) * 0x100000001b3u; /* FNV-1a */
	return sum;
}

static inline uint32_t name_index_hash(uint64_t sum)
{
	sum = (sum ^ sum >> 32) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(sum >> 32);
}

/*
 * A polynomial, so that the hash of a name that is put together of pieces is one step a piece:
 * HASH_FACTOR to the power of the piece's length, and the piece's own sum.
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
