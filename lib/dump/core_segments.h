/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges of physical memory and where a file holds them: sorted, disjoint, as few as possible. */
#ifndef VMT_DUMP_CORE_SEGMENTS_H
#define VMT_DUMP_CORE_SEGMENTS_H

#include <talloc.h>

#include "base/big.h"
#include "base/err.h"

struct core_segment {
	uint64_t paddr, size; /* size > 0, and their sum does not overflow */
	uint64_t off;
};

struct core_segments {
	struct core_segment *items;
	size_t n;
	struct big *bytes; /* that items are in; child of the context given to add */
};

int core_segments_add(
	TALLOC_CTX *ctx, struct core_segments *segs, struct core_segment seg, struct vmt_err *err);

/*
 * After the last one was added: sorts them and cuts overlaps. Where two hold the same memory the
 * contents are equal, and any will do.
 */
void core_segments_settle(struct core_segments *segs);

/* The first that ends past paddr; n where there is none. */
size_t core_segments_find(const struct core_segments *segs, uint64_t paddr);

#endif
