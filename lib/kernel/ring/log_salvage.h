/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel log of a dump in which nothing says where it is: found by reading every page. The last
 * resort, since its cost grows with the dump.
 */
#ifndef VMT_KERNEL_RING_LOG_SALVAGE_H
#define VMT_KERNEL_RING_LOG_SALVAGE_H

#include "dump/dump.h"
#include "kernel/ring/log_blocks.h"

struct log_how_far {
	void (*tell)(void *arg, uint64_t done, uint64_t all);
	void *arg;
};

/*
 * Finds the texts of the log in all pages of a dump. Their records have neither time nor level.
 * VMT_ERR_NODATA: no page has any. *ret is a talloc child of ctx; pass it to log_blocks_push().
 * how_far (NULL: not wanted) is called now and then with the pages that were looked at, and how
 * many will be. Of a dump with more than CAP_SALVAGE_BYTES, only those are: ret->capped.
 */
int log_salvage(TALLOC_CTX *ctx, struct dump *dump, const struct log_how_far *how_far,
	struct log_blocks **ret, struct vmt_err *err);

/* How the numbers of the dump's records are stored. */
struct log_words log_salvage_words(const struct dump *dump);

#endif
