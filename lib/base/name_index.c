// SPDX-License-Identifier: GPL-3.0-or-later
/* Chains through one growing array. Adding takes constant time whatever the hashes are. */
#include "base/name_index.h"

#include <string.h>

#include "base/big.h"

#define MIN_BUCKETS 256u

struct name_entry {
	uint32_t hash, value;
	uint32_t next; /* entry number + 1; 0: end of the chain */
};

struct name_bucket {
	uint32_t head, tail; /* entry number + 1 */
};

CAP_FITS(NAME_INDEX_MOST, sizeof(struct name_entry));
CAP_FITS(NAME_INDEX_MOST, sizeof(struct name_bucket));

struct name_index {
	struct name_entry *entries;
	struct name_bucket *buckets;
	uint32_t n, room;
	uint32_t n_buckets; /* a power of two */
};

static struct name_bucket *bucket_of(const struct name_index *index, uint32_t hash)
{
	return &index->buckets[hash & (index->n_buckets - 1)];
}

static void link_entry(struct name_index *index, uint32_t i)
{
	struct name_bucket *b = bucket_of(index, index->entries[i].hash);

	index->entries[i].next = 0;
	if (b->tail)
		index->entries[b->tail - 1].next = i + 1;
	else
		b->head = i + 1;
	b->tail = i + 1;
}

static int grow(struct name_index *index, uint32_t room, struct vmt_err *err)
{
	struct name_entry *entries = talloc_realloc(index, index->entries, struct name_entry, room);
	struct name_bucket *buckets;
	uint32_t n_buckets = MIN_BUCKETS;

	if (!entries)
		return err_nomem(err);
	index->entries = entries;
	index->room = room;
	while (n_buckets < room)
		n_buckets *= 2;
	buckets = talloc_zero_array(index, struct name_bucket, n_buckets);
	if (!buckets)
		return err_nomem(err);
	talloc_free(index->buckets);
	index->buckets = buckets;
	index->n_buckets = n_buckets;
	for (uint32_t i = 0; i < index->n; i++)
		link_entry(index, i);
	return 0;
}

int name_index_new(TALLOC_CTX *ctx, uint32_t expected, struct name_index **ret, struct vmt_err *err)
{
	struct name_index *index = talloc_zero(ctx, struct name_index);
	int rc = index ? 0 : err_nomem(err);

	if (!rc)
		rc = grow(index, expected < MIN_BUCKETS ? MIN_BUCKETS : expected, err);
	if (rc) {
		talloc_free(index);
		return rc;
	}
	*ret = index;
	return 0;
}

int name_index_add(struct name_index *index, uint32_t hash, uint32_t value, struct vmt_err *err)
{
	if (index->n == index->room) {
		int rc;

		if (index->n == NAME_INDEX_MOST)
			return err_set(err, VMT_ERR_LIMIT, "too many names");
		rc = grow(index,
			index->room > NAME_INDEX_MOST / 2 ? NAME_INDEX_MOST : index->room * 2, err);
		if (rc)
			return rc;
	}
	index->entries[index->n] = (struct name_entry){.hash = hash, .value = value};
	link_entry(index, index->n++);
	return 0;
}

bool name_index_next(
	const struct name_index *index, uint32_t hash, uint32_t *cursor, uint32_t *value)
{
	uint32_t i = *cursor ? index->entries[*cursor - 1].next : bucket_of(index, hash)->head;

	while (i && index->entries[i - 1].hash != hash)
		i = index->entries[i - 1].next;
	if (!i)
		return false;
	*cursor = i;
	*value = index->entries[i - 1].value;
	return true;
}

uint64_t name_index_start(const struct name_index *index)
{
	return 0xcbf29ce484222325u ^ (uint64_t)(uintptr_t)index;
}
