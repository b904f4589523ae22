// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A header with damaged members. The table of descriptors is what they all lead to: each descriptor
 * points past the table, to at most a block, and mostly to where the data of the one before ends.
 */
#include <string.h>

#include "base/array.h"
#include "base/cur.h"
#include "dump/kdump_internal.h"

#define LOOKED_AT 16 /* descriptors */
#define FEW_BLOCKS 8 /* of the sub header and notes, where nothing says how many */

/* How many descriptors more make sense than do not. */
static int score(struct source *src, const struct kdump_header *h)
{
	uint8_t data[LOOKED_AT * KDUMP_DESC_SIZE];
	int64_t len = source_read(src, h->descs, data, sizeof(data), NULL);
	uint64_t first = UINT64_MAX, end = 0;
	int n = 0;

	for (size_t at = 0; at + KDUMP_DESC_SIZE <= (size_t)(len > 0 ? len : 0);
		at += KDUMP_DESC_SIZE) {
		uint64_t off = cur_load(data + at, 8, h->big_endian);
		uint64_t size = cur_load(data + at + 8, 4, h->big_endian);
		uint64_t flags = cur_load(data + at + 12, 4, h->big_endian);

		if (h->descs + at >= first)
			break;
		if (off < h->descs + KDUMP_DESC_SIZE || size == 0 || size > h->block_size ||
			flags & ~(uint64_t)KDUMP_CODECS || off > INT64_MAX) {
			n--;
			continue;
		}
		n += off == end ? 2 : 1;
		end = off + size;
		first = off < first ? off : first;
	}
	return n;
}

struct best {
	struct kdump_header h;
	int score;
};

static uint64_t bitmap_blocks(uint64_t max_mapnr, uint64_t block)
{
	return 2 * ((max_mapnr / 8 + (max_mapnr % 8 != 0) + block - 1) / block);
}

/* Takes the header if it leads to a better table than others. */
static void try_header(struct source *src, struct kdump_header h, struct best *best)
{
	int n;

	if (h.bitmap_blocks == 0 || h.max_mapnr == 0)
		return;
	kdump_header_lay_out(&h);
	n = score(src, &h);
	if (n <= best->score)
		return;
	best->h = h;
	best->score = n;
}

/* The bitmaps' size by itself, or by the number of pages in one of the two headers. */
static void try_bitmaps(struct source *src, const struct kdump_header *h, struct best *best)
{
	const uint64_t pages[] = {h->max_mapnr, h->max_mapnr_32};
	struct kdump_header try = *h;

	try_header(src, try, best);
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		uint64_t blocks = bitmap_blocks(pages[i], h->block_size);

		if (blocks > UINT32_MAX)
			continue;
		try.max_mapnr = pages[i];
		try.bitmap_blocks = (uint32_t)blocks;
		try_header(src, try, best);
	}
}

static void try_block_size(
	struct source *src, const struct kdump_header *h, uint32_t block, struct best *best)
{
	uint8_t sub[KDUMP_SUB_SIZE] = {0};
	struct kdump_header try = *h;

	if (source_read(src, block, sub, sizeof(sub), NULL) < (int64_t)sizeof(sub))
		return;
	try.block_size = block;
	/* Only in the current version do notes follow a sub header of this size. */
	if (h->is_64 && cur_load(sub + 48, 8, h->big_endian) == block + KDUMP_SUB_SIZE)
		try.version = 6;
	kdump_header_parse_sub(&try, sub, sizeof(sub));
	try_bitmaps(src, &try, best);
	if (try.notes_size < UINT32_MAX) {
		try.sub_blocks = (uint32_t)((KDUMP_SUB_SIZE + try.notes_size + block - 1) / block);
		try_bitmaps(src, &try, best);
	}
	for (try.sub_blocks = 1; try.sub_blocks <= FEW_BLOCKS; try.sub_blocks++)
		try_bitmaps(src, &try, best);
}

/* Two numbers of pages: the bitmaps have room for one of them, and it is not too much. */
static void choose_pages(struct kdump_header *h)
{
	uint64_t blocks = bitmap_blocks(h->max_mapnr_32, h->block_size);

	if (h->max_mapnr_32 == 0 || h->max_mapnr == h->max_mapnr_32 ||
		h->max_mapnr_32 == UINT32_MAX || blocks != h->bitmap_blocks ||
		bitmap_blocks(h->max_mapnr, h->block_size) == blocks)
		return;
	h->max_mapnr = h->max_mapnr_32;
	kdump_header_lay_out(h);
}

void kdump_header_mend(struct source *src, struct kdump_header *h)
{
	static const uint32_t sizes[] = {4096, 16384, 65536};
	struct best best = {*h, score(src, h)};

	if (h->old || h->split)
		return;
	if (best.score > 0) {
		choose_pages(h);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		try_block_size(src, h, sizes[i], &best);
	if (best.score >= LOOKED_AT)
		*h = best.h;
}
