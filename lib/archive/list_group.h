/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The crashes of a list, grouped by signature. */
#ifndef VMT_ARCHIVE_LIST_GROUP_H
#define VMT_ARCHIVE_LIST_GROUP_H

#include "base/alloc.h"
#include "base/err.h"

/* A value, and how many crashes of the group share it; text NULL: not known. */
struct list_count {
	const char *text;
	size_t n;
};

struct list_group {
	const struct vmt_list_entry **entries; /* newest first; NULL: they are not known */
	size_t n;
	const struct vmt_list_entry *newest, *oldest;
	/* Of a summary, which has no entries: at which hundredths of the span there are crashes. */
	const bool *marks;
	struct list_count *hosts, *kernels, *versions; /* most frequent first */
	size_t n_hosts, n_kernels, n_versions;	       /* versions: of the culprit module */
	size_t more_hosts, more_kernels; /* of a summary: known ones that are less frequent */
};

/* So many values of a group are shown by name where there are more. */
#define LIST_GROUP_VALUES 10

struct list_groups {
	struct list_group *groups; /* largest first, then newest */
	size_t n;
};

/*
 * Groups the crashes of a list; the contents of *ret are talloc children of ctx. Entries that could
 * not be read or have no crash are in no group.
 */
int list_group_make(
	TALLOC_CTX *ctx, const struct vmt_list *list, struct list_groups *ret, struct vmt_err *err);

/* Sorts n values as those of a group are, equal ones added up; *n is 0 if none is known. */
void list_group_counts(struct list_count *counts, size_t *n);

/*
 * The version of the culprit's module: what its author calls it, else what identifies its source.
 * NULL: not known, or it is the kernel's own.
 */
const char *list_group_version(const struct vmt_report *r);

/* "null-deref vhba_complete [vhba]"; NULL: no memory. The report has a verdict. */
char *list_group_name(TALLOC_CTX *ctx, const struct vmt_report *r);

#endif
