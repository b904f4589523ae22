/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The page bitmaps of a kdump: a page is bit pfn % 8 of byte pfn / 8. A bitmap has 32 MiB per TiB
 * of memory, so only the parts that are needed are read, and counts of set bits are kept.
 */
#ifndef VMT_DUMP_BITMAP_H
#define VMT_DUMP_BITMAP_H

#include "io/blocks.h"

struct bitmap;

/* A bitmap of `bits` bits at offset off. */
struct bitmap_place {
	struct source *src;
	uint64_t off, bits;
};

/* ret is a talloc child of ctx. The source and blocks must outlive it. */
int bitmap_open(TALLOC_CTX *ctx, const struct bitmap_place *place, struct blocks *blocks,
	struct bitmap **ret, struct vmt_err *err);

/* 1: set, 0: clear or past the end. Or a negative code. */
int bitmap_test(struct bitmap *bm, uint64_t bit, struct vmt_err *err);

/*
 * The number of set bits below bit. The first call reads the bitmap up to there, except holes of
 * the file. Later calls read at most one more block.
 */
int bitmap_rank(struct bitmap *bm, uint64_t bit, uint64_t *rank, struct vmt_err *err);

/*
 * The first run of set bits in [from, end): *n bits from *start. Returns 1 if there is one, 0 if
 * not, or a negative code.
 */
int bitmap_next_run(struct bitmap *bm, uint64_t from, uint64_t end, uint64_t *start, uint64_t *n,
	struct vmt_err *err);

#endif
