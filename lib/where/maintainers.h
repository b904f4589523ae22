/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who maintains a file of the kernel's source: the sections of the tree's MAINTAINERS file, whose
 * head describes the format. As scripts/get_maintainer.pl does it, the section with the deepest
 * pattern comes first. Patterns on the contents of files (K:) are not read.
 */
#ifndef VMT_WHERE_MAINTAINERS_H
#define VMT_WHERE_MAINTAINERS_H

#include "base/alloc.h"
#include "base/err.h"

struct maintainers {
	const struct vmt_maintainer *items;
	size_t n;
};

/*
 * text is the file, len bytes; path is relative to the tree. The section for all files is in
 * the result only if no other one has a mailing list. ret->items is a talloc child of ctx with all
 * its strings. Returns 0 or VMT_ERR_NOMEM.
 */
int maintainers_find(TALLOC_CTX *ctx, const char *text, size_t len, const char *path,
	struct maintainers *ret, struct vmt_err *err);

/* Whether a path fits a pattern of "F:" or "X:", len bytes. */
bool maintainers_glob(const char *pattern, size_t len, const char *path);

/*
 * Whether a part of the path fits a pattern of "N:". Groups and alternatives, which no such pattern
 * has, fit nothing.
 */
bool maintainers_regex(const char *pattern, size_t len, const char *path);

#endif
