// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Counts of set bits are kept before each chunk of 64 KiB (2 GiB of memory), and before every 512
 * bytes of a chunk. The rest is counted in one cached block. A chunk is counted once, when a page
 * in it or above it is first requested.
 */
#include "dump/bitmap.h"

#include <string.h>

#include "base/big.h"
#include "base/caps.h"

#define CHUNK_BYTES 65536
#define STEP_BYTES 512
#define STEPS (CHUNK_BYTES / STEP_BYTES)

struct bitmap_chunk {
	uint64_t before;       /* bits set below it */
	const uint32_t *steps; /* set bits of the chunk before each step; NULL: it is all zeros */
};

CAP_FITS(CAP_BITMAP / CHUNK_BYTES + 2, sizeof(struct bitmap_chunk));

struct bitmap {
	struct source *src;
	struct blocks *blocks;
	uint64_t off, bits;
	struct bitmap_chunk *chunks; /* `counted` are valid, and `before` of the next one */
	size_t counted, room;
	uint8_t *buf; /* CHUNK_BYTES long */
};

int bitmap_open(TALLOC_CTX *ctx, const struct bitmap_place *place, struct blocks *blocks,
	struct bitmap **ret, struct vmt_err *err)
{
	struct bitmap *bm = talloc_zero(ctx, struct bitmap);

	if (!bm)
		return err_nomem(err);
	bm->src = place->src;
	bm->blocks = blocks;
	bm->off = place->off;
	bm->bits = place->bits;
	*ret = bm;
	return 0;
}

int bitmap_test(struct bitmap *bm, uint64_t bit, struct vmt_err *err)
{
	uint8_t byte;
	int rc;

	if (bit >= bm->bits)
		return 0;
	rc = blocks_read(bm->blocks, bm->src, bm->off + bit / 8, &byte, 1, err);
	return rc < 0 ? rc : byte >> bit % 8 & 1;
}

/* ---- counting ---------------------------------------------------------------------------- */

static uint64_t load_word(const uint8_t *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w)); /* only for counting bits: the byte order does not matter */
	return w;
}

static uint32_t count_word(uint64_t w)
{
	w -= w >> 1 & 0x5555555555555555u;
	w = (w & 0x3333333333333333u) + (w >> 2 & 0x3333333333333333u);
	w = (w + (w >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (uint32_t)(w * 0x0101010101010101u >> 56);
}

static uint64_t carry_save(uint64_t *sum, uint64_t a, uint64_t b)
{
	uint64_t half = *sum ^ a, carry = (*sum & a) | (half & b);

	*sum = half ^ b;
	return carry;
}

/*
 * Counts the set bits in STEP_BYTES. Words are added bitwise (Harley-Seal), so that only one word
 * in eight needs the expensive count. This is as fast as memory, without an instruction that some
 * CPUs lack.
 */
static uint32_t count_step(const uint8_t *p)
{
	uint64_t ones = 0, twos = 0, fours = 0;
	uint32_t eights = 0;

	for (size_t i = 0; i < STEP_BYTES; i += 64) {
		const uint8_t *q = p + i;
		uint64_t a = carry_save(&ones, load_word(q), load_word(q + 8));
		uint64_t b = carry_save(&ones, load_word(q + 16), load_word(q + 24));
		uint64_t c = carry_save(&ones, load_word(q + 32), load_word(q + 40));
		uint64_t d = carry_save(&ones, load_word(q + 48), load_word(q + 56));
		uint64_t e = carry_save(&twos, a, b);
		uint64_t f = carry_save(&twos, c, d);
		eights += count_word(carry_save(&fours, e, f));
	}
	return 8 * eights + 4 * count_word(fours) + 2 * count_word(twos) + count_word(ones);
}

static int count_bytes(const uint8_t *p, size_t len)
{
	uint32_t n = 0;

	for (; len >= sizeof(uint64_t); p += sizeof(uint64_t), len -= sizeof(uint64_t))
		n += count_word(load_word(p));
	for (size_t i = 0; i < len; i++)
		n += count_word(p[i]);
	return (int)n;
}

/* Counts the bits of the chunk in buf. */
static int count_chunk(
	struct bitmap *bm, struct bitmap_chunk *chunk, uint64_t *total, struct vmt_err *err)
{
	uint32_t steps[STEPS], sum = 0;

	for (size_t i = 0; i < STEPS; i++) {
		steps[i] = sum;
		sum += count_step(bm->buf + i * STEP_BYTES);
	}
	*total = sum;
	if (sum == 0)
		return 0;
	chunk->steps = talloc_memdup(bm->chunks, steps, sizeof(steps));
	return chunk->steps ? 0 : err_nomem(err);
}

static int read_chunk(struct bitmap *bm, size_t i, struct vmt_err *err)
{
	uint64_t at = (uint64_t)i * CHUNK_BYTES;
	uint64_t left = (bm->bits + 7) / 8 - at;
	size_t len = left < CHUNK_BYTES ? (size_t)left : CHUNK_BYTES;

	memset(bm->buf + len, 0, CHUNK_BYTES - len);
	return source_read_exact(bm->src, bm->off + at, bm->buf, len, err);
}

static int make_room(struct bitmap *bm, size_t upto, struct vmt_err *err)
{
	size_t room = 2 * bm->room;
	struct bitmap_chunk *p;

	if (!bm->buf)
		bm->buf = talloc_array(bm, uint8_t, CHUNK_BYTES);
	if (!bm->buf)
		return err_nomem(err);
	if (upto + 2 <= bm->room)
		return 0;
	if (room < upto + 2)
		room = upto + 2;
	p = talloc_realloc(bm, bm->chunks, struct bitmap_chunk, room);
	if (!p)
		return err_nomem(err);
	memset(p + bm->room, 0, (room - bm->room) * sizeof(*p));
	bm->chunks = p;
	bm->room = room;
	return 0;
}

/* Counts all chunks up to and including this one. */
static int count_upto(struct bitmap *bm, size_t upto, struct vmt_err *err)
{
	uint64_t data = 0; /* bytes below this file offset are all zeros */
	int rc = make_room(bm, upto, err);

	for (size_t i = bm->counted; rc == 0 && i <= upto; i++) {
		uint64_t at = bm->off + (uint64_t)i * CHUNK_BYTES, total = 0;

		if (data < at + CHUNK_BYTES)
			data = source_next_data(bm->src, at);
		if (data < at + CHUNK_BYTES || at + CHUNK_BYTES > bm->src->size) {
			rc = read_chunk(bm, i, err);
			if (rc == 0)
				rc = count_chunk(bm, &bm->chunks[i], &total, err);
		}
		if (rc < 0)
			return rc;
		bm->chunks[i + 1].before = bm->chunks[i].before + total;
		bm->counted = i + 1;
	}
	return rc;
}

int bitmap_rank(struct bitmap *bm, uint64_t bit, uint64_t *rank, struct vmt_err *err)
{
	uint64_t byte = bit / 8;
	size_t i = (size_t)(byte / CHUNK_BYTES), step = byte % CHUNK_BYTES / STEP_BYTES;
	size_t len = byte % STEP_BYTES + 1;
	uint8_t buf[STEP_BYTES];
	int rc = 0;

	if (bit >= bm->bits)
		return err_set(err, VMT_ERR_CORRUPT, "the page is past the end of the bitmap");
	if (i >= bm->counted)
		rc = count_upto(bm, i, err);
	if (rc < 0)
		return rc;
	*rank = bm->chunks[i].before;
	if (!bm->chunks[i].steps)
		return 0;
	*rank += bm->chunks[i].steps[step];
	rc = blocks_read(bm->blocks, bm->src, bm->off + byte - (len - 1), buf, len, err);
	if (rc < 0)
		return rc;
	buf[len - 1] &= (uint8_t)((1u << bit % 8) - 1);
	*rank += (uint64_t)count_bytes(buf, len);
	return 0;
}

/* ---- walking ----------------------------------------------------------------------------- */

/*
 * Moves *at forward to the first bit with the wanted value. buf begins with the byte of *at.
 * Returns false if there is none.
 */
static bool scan_bytes(const uint8_t *buf, size_t len, uint64_t end, bool want, uint64_t *at)
{
	const uint8_t boring = want ? 0 : 0xff;

	for (size_t i = 0; i < len && *at < end; i++) {
		for (; buf[i] != boring && *at < end; ++*at) {
			if ((buf[i] >> *at % 8 & 1) == want)
				return true;
			if (*at % 8 == 7)
				break;
		}
		*at = (*at / 8 + 1) * 8;
	}
	return false;
}

/* The first bit in [from, end) that is set (want) or clear (!want). end if there is none. */
static int find_bit(struct bitmap *bm, uint64_t from, uint64_t end, bool want, uint64_t *ret,
	struct vmt_err *err)
{
	uint8_t buf[STEP_BYTES];

	for (*ret = from; *ret < end;) {
		uint64_t at = bm->off + *ret / 8, data;
		size_t len = STEP_BYTES - (size_t)(*ret / 8 % STEP_BYTES);
		uint64_t left = (end - *ret / 8 * 8 + 7) / 8;
		int rc;

		/* At a hole of the file, skip all of it at once. */
		if (want && *ret % (8 * BLOCKS_SIZE) == 0 &&
			(data = source_next_data(bm->src, at)) > at) {
			/* After the last data there are only zeros, or the file ends. */
			if (data - at >= (end - *ret + 7) / 8)
				break;
			*ret += (data - at) * 8;
			continue;
		}
		if (len > left)
			len = (size_t)left;
		rc = blocks_read(bm->blocks, bm->src, at, buf, len, err);
		if (rc < 0)
			return rc;
		if (scan_bytes(buf, len, end, want, ret))
			return 0;
	}
	*ret = end;
	return 0;
}

int bitmap_next_run(struct bitmap *bm, uint64_t from, uint64_t end, uint64_t *start, uint64_t *n,
	struct vmt_err *err)
{
	uint64_t past;
	int rc;

	if (end > bm->bits)
		end = bm->bits;
	if (from >= end)
		return 0;
	rc = find_bit(bm, from, end, true, start, err);
	if (rc < 0 || *start == end)
		return rc;
	rc = find_bit(bm, *start, end, false, &past, err);
	*n = past - *start;
	return rc < 0 ? rc : 1;
}
