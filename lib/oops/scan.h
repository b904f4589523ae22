/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds which header rows a line may match, without trying them: nearly all lines of a log match
 * none. Wu and Manber's algorithm over the literals that the rows begin with: three bytes at the
 * end of a window of the shortest literal's length tell how far the window can move.
 */
#ifndef VMT_OOPS_SCAN_H
#define VMT_OOPS_SCAN_H

#include <talloc.h>

#include "base/err.h"

struct oops_scan;

/* literals: n texts, which stay the caller's. The longer the shortest, the faster. */
int oops_scan_new(TALLOC_CTX *ctx, const char *const *literals, const size_t *lengths, size_t n,
	struct oops_scan **ret, struct vmt_err *err);

/*
 * The number of a literal that stands in text, and in *at where; SIZE_MAX when there are no more.
 * To go on, call again with the same *pos and *from (both 0 at first). In no particular order.
 */
size_t oops_scan_next(const struct oops_scan *s, const char *text, size_t len, size_t *pos,
	size_t *from, size_t *at);

#endif
