/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was counted where the crashes are, so that a list need not have them all. */
#ifndef VMT_ARCHIVE_LIST_COUNTS_H
#define VMT_ARCHIVE_LIST_COUNTS_H

#include "archive/breakdown.h"
#include "archive/list_group.h"
#include "archive/only.h"

/* Rows of tables in a page: that of a million crashes has to stay below 2 MB. */
#define LIST_PAGE_GROUPS 150
#define LIST_PAGE_ENTRIES 2000

/* From the first to the last crash whose time is known. */
struct span {
	int64_t first, last; /* nanoseconds since 1970, UTC */
	size_t n;	     /* crashes in it */
};

struct list_day {
	int64_t day; /* since 1970 */
	size_t n;    /* crashes in the span */
};

/* Of all crashes, of which the list has the newest ones only. */
struct list_summary {
	size_t n;
	struct list_groups groups;
	struct onlies onlies;
	/* For a page; else empty. */
	struct span span;
	struct list_day *days;
	size_t n_days;
};

/* What vmt_list.counts is. */
struct list_counts {
	struct breakdown *by; /* by some properties */
	size_t n_by;
	struct list_summary *all; /* NULL: none */
};

/* NULL: the entries tell. */
static inline const struct list_summary *list_summary_of(const struct vmt_list *list)
{
	const struct list_counts *c = list->counts;

	return c ? c->all : NULL;
}

/* The groups and what is only in them, which are the summary's or talloc children of ctx. */
int list_counts_groups(TALLOC_CTX *ctx, const struct vmt_list *list, struct list_groups *groups,
	struct onlies *onlies, struct vmt_err *err);

#endif
