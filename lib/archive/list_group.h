/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Crashes of a list by their signature so far. */
#ifndef VMT_ARCHIVE_LIST_GROUP_H
#define VMT_ARCHIVE_LIST_GROUP_H

#include <talloc.h>

#include "base/err.h"

/* A fact and how many of the group share it; text NULL: not known. */
struct list_count {
	const char *text;
	size_t n;
};

struct list_group {
	const struct vmt_list_entry **entries; /* newest first */
	size_t n;
	struct list_count *hosts, *kernels, *versions; /* most frequent first */
	size_t n_hosts, n_kernels, n_versions;	       /* versions: of the culprit module */
};

struct list_groups {
	struct list_group *groups; /* largest first, then the newest */
	size_t n;
};

/*
 * The crashes of list in groups; *ret hangs on ctx. What could not be read and what holds no crash
 * is in none.
 */
int list_group_make(
	TALLOC_CTX *ctx, const struct vmt_list *list, struct list_groups *ret, struct vmt_err *err);

/* "null-deref vhba_complete [vhba]"; NULL: no memory. The report has a verdict. */
char *list_group_name(TALLOC_CTX *ctx, const struct vmt_report *r);

#endif
