/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds which of some hundred literals stand in a text, at some bytes a cycle: nearly all text of
 * a log holds none. Of each literal one window is kept, as long as the shortest literal. The text
 * is looked at only every few bytes, so far apart that no window fits in between: four bytes there
 * tell, by a table, whether a window may lie around them.
 */
#ifndef VMT_OOPS_SCAN_H
#define VMT_OOPS_SCAN_H

#include <talloc.h>

#include "base/err.h"

struct oops_scan;

/*
 * literals: n texts of four bytes or more, which stay the caller's. The longer the shortest, the
 * faster.
 */
int oops_scan_new(TALLOC_CTX *ctx, const char *const *literals, const size_t *lengths, size_t n,
	struct oops_scan **ret, struct vmt_err *err);

/*
 * The number of a literal that stands in text, and in *at where; SIZE_MAX when there are no more.
 * To go on, call again with the same *pos and *from (both 0 at first). Roughly in the order of the
 * text: one may come after another that begins a little later.
 */
size_t oops_scan_next(const struct oops_scan *s, const char *text, size_t len, size_t *pos,
	size_t *from, size_t *at);

#endif
