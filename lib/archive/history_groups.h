/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The groups of all crashes of a history, by its tallies. */
#ifndef VMT_ARCHIVE_HISTORY_GROUPS_H
#define VMT_ARCHIVE_HISTORY_GROUPS_H

#include "archive/history.h"
#include "archive/list_counts.h"

/* Of a group, while its findings are counted. */
struct history_group {
	const char *signature;
	const struct list_group *group;
	size_t unnamed; /* crashes of hosts that are not known */
};

/*
 * Sets list->counts. page: also what only a page shows. *ret false: the tallies do not tell the
 * groups (crashes without a signature are grouped by more), and all crashes have to be read.
 */
int history_groups(
	struct vmt_history *h, bool page, struct vmt_list *list, bool *ret, struct vmt_err *err);

/* What is only in the groups, which are sorted by their signatures; see only.h. */
int history_only(TALLOC_CTX *ctx, struct history_db *db, const struct history_group *groups,
	size_t n, struct onlies *ret, struct vmt_err *err);

#endif
