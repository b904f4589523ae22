/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The page bitmaps of a kdump: byte pfn / 8, bit pfn % 8. 32 MiB for each TiB of memory, so only
 * what is asked for is read, and counts of set bits are kept by block.
 */
#ifndef VMT_DUMP_BITMAP_H
#define VMT_DUMP_BITMAP_H

#include "io/blocks.h"

struct bitmap;

/* Where a bitmap is: bits of them at off. */
struct bitmap_place {
	struct source *src;
	uint64_t off, bits;
};

/* The source and the blocks must outlive it. */
int bitmap_open(TALLOC_CTX *ctx, const struct bitmap_place *place, struct blocks *blocks,
	struct bitmap **ret, struct vmt_err *err);

/* 1: set, 0: clear or past the end; or a negative code. */
int bitmap_test(struct bitmap *bm, uint64_t bit, struct vmt_err *err);

/*
 * The number of set bits below bit. The first call reads the bitmap up to there, past holes of the
 * file; later ones read at most one block more.
 */
int bitmap_rank(struct bitmap *bm, uint64_t bit, uint64_t *rank, struct vmt_err *err);

/*
 * The first run of set bits in [from, end): *start and *n. 1 where there is one, 0 where not, or a
 * negative code.
 */
int bitmap_next_run(struct bitmap *bm, uint64_t from, uint64_t end, uint64_t *start, uint64_t *n,
	struct vmt_err *err);

#endif
