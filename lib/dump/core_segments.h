/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges of physical memory and their offsets in a file: sorted, disjoint, as few as possible. */
#ifndef VMT_DUMP_CORE_SEGMENTS_H
#define VMT_DUMP_CORE_SEGMENTS_H

#include "base/alloc.h"
#include "base/big.h"
#include "base/err.h"

struct core_segment {
	uint64_t paddr, size; /* size > 0, and paddr + size does not overflow */
	uint64_t off;
};

struct core_segments {
	struct core_segment *items;
	size_t n;
	struct big *bytes; /* holds items; a talloc child of the context given to add */
};

/* Appends a segment, or extends the last one by it. The array is a talloc child of ctx. */
int core_segments_add(
	TALLOC_CTX *ctx, struct core_segments *segs, struct core_segment seg, struct vmt_err *err);

/*
 * Call after the last one was added: sorts the segments and removes overlaps. Segments that overlap
 * have the same contents, so any may be kept.
 */
void core_segments_settle(struct core_segments *segs);

/* The index of the first segment that ends past paddr. n: there is none. */
size_t core_segments_find(const struct core_segments *segs, uint64_t paddr);

#endif
