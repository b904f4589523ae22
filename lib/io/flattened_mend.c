// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Looks for block headers by what they look like: small numbers, and where the block ends there is
 * another one. Blocks mostly go on where an earlier one ended, in the original file too.
 */
#include "io/flattened_mend.h"

#include <string.h>

#include "base/cur.h"

#define WINDOW (64u << 10)
#define REACH (64u << 20)	/* writers' blocks have at most a few MiB */
#define CHAIN 4			/* headers in a row are certain */
#define MAX_OFFSET (1ull << 48) /* of what is looked for: 256 TiB */

enum flat_word flat_parse(const uint8_t *p, uint64_t pos, uint64_t upto, struct flat_block *ret)
{
	*ret = (struct flat_block){cur_load_big(p, 8), pos, cur_load_big(p + 8, 8)};
	if (ret->off == UINT64_MAX && ret->size == UINT64_MAX)
		return FLAT_END;
	if (ret->off > INT64_MAX || ret->size > INT64_MAX || ret->off + ret->size > INT64_MAX ||
		(ret->off == 0 && ret->size == 0) || pos > upto || ret->size > upto - pos)
		return FLAT_BAD;
	return FLAT_BLOCK;
}

/* Whether one of n blocks ends where this one begins. */
static bool goes_on(const struct flat_block *blocks, unsigned n, uint64_t off)
{
	for (unsigned i = 0; i < n; i++)
		if (blocks[i].off + blocks[i].size == off)
			return true;
	return false;
}

/*
 * Whether headers follow each other from here to the end of the stream, or at least CHAIN, and one
 * block goes on where another ends. An end mark is one only where the stream ends: bitmaps of a
 * dump are full of what looks like it.
 */
static bool is_chain(struct source *in, uint64_t at)
{
	uint8_t p[FLAT_BLOCK_HEADER];
	struct flat_block b[CHAIN];
	bool joined = false;

	for (unsigned n = 0; n < CHAIN; n++) {
		enum flat_word word;

		if (source_read_exact(in, at, p, sizeof(p), NULL) < 0)
			return joined;
		word = flat_parse(p, at + sizeof(p), in->size, &b[n]);
		if (word == FLAT_END)
			return n > 0 && at + sizeof(p) == in->size;
		if (b[n].size == 0 || b[n].off >= MAX_OFFSET)
			return false;
		joined |= goes_on(b, n, b[n].off);
		if (word == FLAT_BAD) /* cut off there */
			return joined;
		at += sizeof(p) + b[n].size;
	}
	return joined;
}

/* Whether a header may be here: most places are ruled out by its size alone. */
static bool may_begin(const uint8_t *p, uint64_t left)
{
	uint64_t size = cur_load_big(p + 8, 8);

	return size - 1 < left && cur_load_big(p, 8) < MAX_OFFSET;
}

static bool is_expected(const struct flat_look *look, const uint8_t *p, uint64_t at)
{
	uint64_t shift = cur_load_big(p, 8) - at;
	struct flat_block b;

	return (shift == look->shifts[0] || shift == look->shifts[1]) &&
	       flat_parse(p, at + FLAT_BLOCK_HEADER, look->in->size, &b) == FLAT_BLOCK;
}

bool flat_has_end(struct source *in)
{
	uint8_t p[FLAT_BLOCK_HEADER];
	struct flat_block b;

	return in->size >= sizeof(p) &&
	       source_read_exact(in, in->size - sizeof(p), p, sizeof(p), NULL) == 0 &&
	       flat_parse(p, in->size, in->size, &b) == FLAT_END;
}

int flat_find_header(
	TALLOC_CTX *ctx, struct flat_look *look, uint64_t from, uint64_t *at, struct vmt_err *err)
{
	struct source *in = look->in;
	uint8_t *buf = talloc_array(ctx, uint8_t, WINDOW);
	uint64_t pos = from;
	int found = buf ? 0 : err_nomem(err);

	while (!found && pos < in->size && pos - from < REACH) {
		int64_t n = source_read(in, pos, buf, WINDOW, err);
		int64_t i = 0;

		if (n < FLAT_BLOCK_HEADER) {
			found = n < 0 ? (int)n : 0;
			break;
		}
		for (; !found && i + FLAT_BLOCK_HEADER <= n; i++) {
			if (!may_begin(buf + i, in->size - pos))
				continue;
			if (look->candidates == 0)
				goto done;
			look->candidates--;
			*at = pos + (uint64_t)i;
			found = is_expected(look, buf + i, *at) || is_chain(in, *at);
		}
		pos += (uint64_t)i;
	}
done:
	talloc_free(buf);
	if (!found && flat_has_end(in)) {
		*at = in->size - FLAT_BLOCK_HEADER;
		found = *at >= from;
	}
	return found;
}

bool flat_leads_to(struct source *in, uint64_t at, uint64_t off)
{
	uint8_t p[FLAT_BLOCK_HEADER];
	struct flat_block b;

	for (unsigned n = 0; n < CHAIN; n++) {
		if (source_read_exact(in, at, p, sizeof(p), NULL) < 0 ||
			flat_parse(p, at + sizeof(p), in->size, &b) != FLAT_BLOCK)
			return false;
		if (b.off == off)
			return true;
		at = b.pos + b.size;
	}
	return false;
}

/* A hole between blocks of the original file. */
struct hole {
	uint64_t from, to;
};

/* How well a lost block fits into a hole; 0: not at all. */
static unsigned fit(const struct flat_lost *lost, const struct hole *hole)
{
	uint64_t size = hole->to - hole->from;
	bool goes_on = hole->from == lost->before, leads = hole->to == lost->after;

	if (size < lost->block.size)
		return 0;
	if (size == lost->block.size)
		return 4u + goes_on + leads;
	return goes_on ? 2 : leads ? 1 : 0;
}

bool flat_place(const struct flat_block *blocks, size_t n, struct flat_lost *lost)
{
	struct hole hole = {0};
	unsigned best = 0;

	for (size_t i = 0; i <= n; i++) {
		unsigned how;

		hole.to = i < n ? blocks[i].off : INT64_MAX;
		how = hole.to > hole.from ? fit(lost, &hole) : 0;
		if (how > best) {
			best = how;
			lost->block.off = how == 1 ? hole.to - lost->block.size : hole.from;
		}
		if (i < n && blocks[i].off + blocks[i].size > hole.from)
			hole.from = blocks[i].off + blocks[i].size;
	}
	return best > 0;
}
