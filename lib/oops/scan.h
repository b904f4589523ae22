/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds some hundred literals in a text at several bytes per cycle: nearly all text of a log
 * contains none. A window of five bytes is kept of each literal, the one that ordinary text has
 * least. The text is only examined at every second byte, so that no window fits in between. A table
 * says for the four bytes there whether a window may be around them.
 */
#ifndef VMT_OOPS_SCAN_H
#define VMT_OOPS_SCAN_H

#include "base/alloc.h"
#include "base/err.h"

struct oops_scan;

/*
 * literals: n texts of five bytes or more, owned by the caller.
 */
int oops_scan_new(TALLOC_CTX *ctx, const char *const *literals, const size_t *lengths, size_t n,
	struct oops_scan **ret, struct vmt_err *err);

/*
 * The index of a literal that is in text, with its offset in *at. SIZE_MAX if there are no more. To
 * continue, call again with the same pos and from (*pos and *from are 0 at first). The order is
 * roughly that of the text: a literal may come after one that begins a little later.
 */
size_t oops_scan_next(const struct oops_scan *s, const char *text, size_t len, size_t *pos,
	size_t *from, size_t *at);

#endif
