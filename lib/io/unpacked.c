// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Packed and unpacked pages one after the other, and a hash table of small sets over them. When
 * there is no room left, all is forgotten.
 */
#include "io/unpacked.h"

#include <string.h>

#define ALIGN 16u
#define SETS 4096u /* a power of two */
#define WAYS 4u	   /* a page that another one hashes to does not push it out at once */

/* talloc makes no larger array. */
#define BYTES_MAX (255u << 20)

/* A page that is packed to less costs little, and has nothing to hash. */
#define IN_MIN 32u

struct entry {
	uint32_t hash, in_len, out_len;
	enum codec_id id;
	/* then the packed bytes, and the page at the next multiple of ALIGN */
};

struct unpacked {
	uint8_t *bytes;
	size_t size, used;
	uint64_t n_found;
	uint32_t sets[SETS][WAYS]; /* where entries are, in ALIGN; 0: none */
};

static size_t aligned(size_t n)
{
	return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

int unpacked_new(TALLOC_CTX *ctx, size_t bytes, struct unpacked **ret, struct vmt_err *err)
{
	struct unpacked *u = talloc_zero(ctx, struct unpacked);

	if (!u)
		return err_nomem(err);
	u->size = bytes < BYTES_MAX ? bytes : BYTES_MAX;
	u->used = ALIGN;
	u->bytes = talloc_array(u, uint8_t, u->size + ALIGN);
	if (!u->bytes) {
		talloc_free(u);
		return err_nomem(err);
	}
	*ret = u;
	return 0;
}

/*
 * Some of the bytes are enough: packed ones look random, and a stream of zlib ends with the page's
 * checksum.
 */
static uint32_t hash_of(const struct codec_buffers *b)
{
	const uint8_t *in = b->in;
	uint64_t word, h = b->in_len;

	for (unsigned i = 1; i <= 4; i++) {
		memcpy(&word, in + (b->in_len - sizeof(word)) * i / 4, sizeof(word));
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	return (uint32_t)(h >> 32);
}

static const struct entry *entry_at(const struct unpacked *u, uint32_t at)
{
	return (const void *)(u->bytes + (size_t)at * ALIGN);
}

static const uint8_t *packed_of(const struct entry *e)
{
	return (const uint8_t *)(e + 1);
}

static const uint8_t *page_of(const struct entry *e)
{
	return packed_of(e) + aligned(e->in_len);
}

static bool is_it(
	const struct entry *e, uint32_t hash, enum codec_id id, const struct codec_buffers *b)
{
	return e->hash == hash && e->id == id && e->in_len == b->in_len &&
	       e->out_len == b->out_len && memcmp(packed_of(e), b->in, b->in_len) == 0;
}

/* What was found last comes first in its set. */
static void put_first(uint32_t *set, unsigned i, uint32_t at)
{
	memmove(set + 1, set, i * sizeof(*set));
	set[0] = at;
}

static bool find(struct unpacked *u, uint32_t hash, enum codec_id id, const struct codec_buffers *b)
{
	uint32_t *set = u->sets[hash % SETS];

	for (unsigned i = 0; i < WAYS && set[i]; i++) {
		const struct entry *e = entry_at(u, set[i]);

		if (!is_it(e, hash, id, b))
			continue;
		memcpy(b->out, page_of(e), b->out_len);
		put_first(set, i, set[i]);
		u->n_found++;
		return true;
	}
	return false;
}

static void keep(struct unpacked *u, uint32_t hash, enum codec_id id, const struct codec_buffers *b)
{
	const struct entry head = {hash, (uint32_t)b->in_len, (uint32_t)b->out_len, id};
	size_t page_at = sizeof(head) + aligned(b->in_len), len = page_at + aligned(b->out_len);
	uint8_t *to;

	if (b->in_len > u->size || b->out_len > u->size || len + ALIGN > u->size)
		return;
	if (len > u->size - u->used) {
		memset(u->sets, 0, sizeof(u->sets));
		u->used = ALIGN;
	}
	to = u->bytes + u->used;
	memcpy(to, &head, sizeof(head));
	memcpy(to + sizeof(head), b->in, b->in_len);
	memcpy(to + page_at, b->out, b->out_len);
	put_first(u->sets[hash % SETS], WAYS - 1, (uint32_t)(u->used / ALIGN));
	u->used += len;
}

int unpacked_read(struct unpacked *u, struct codecs *codecs, enum codec_id id,
	struct codec_buffers b, struct vmt_err *err)
{
	uint32_t hash;
	int rc;

	if (!u || b.in_len < IN_MIN)
		return codec_unpack(codecs, id, b, err);
	hash = hash_of(&b);
	if (find(u, hash, id, &b))
		return 0;
	rc = codec_unpack(codecs, id, b, err);
	if (!rc)
		keep(u, hash, id, &b);
	return rc;
}

uint64_t unpacked_found(const struct unpacked *u)
{
	return u->n_found;
}
