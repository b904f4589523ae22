/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked of a history, as SQL. */
#ifndef VMT_ARCHIVE_HISTORY_QUERY_H
#define VMT_ARCHIVE_HISTORY_QUERY_H

#include "archive/history_db.h"
#include "report/words.h"

/* As summary_kind(). SQLite's LIKE would match whatever the case. */
#define HISTORY_FREED "replace(headline, '" WORDS_FREED "', '') <> headline"
#define HISTORY_SHOWN_KIND "CASE WHEN " HISTORY_FREED " THEN '" WORDS_FREED_KIND "' ELSE kind END"

/* Which crashes of a range of time. An index leads to each part, but not to both at once. */
enum history_part {
	HISTORY_WHOLE,
	HISTORY_DATED, /* whose time is known */
	HISTORY_DATELESS,
};

/* The conditions of a query, after WHERE; NULL: no memory. */
char *history_query_sql(TALLOC_CTX *ctx, const struct history_dialect *d,
	const struct vmt_history_query *query, enum history_part part);

/*
 * Whether SQL says all of it. Otherwise it may find more: history_query_matches() tells the wanted
 * ones. A database's "?" and "[...]" are not a shell's.
 */
bool history_query_is_exact(const struct vmt_history_query *query);
bool history_query_matches(const struct vmt_history_query *query, const struct vmt_report *report);

/* Whether all crashes are wanted. */
bool history_query_is_all(const struct vmt_history_query *query);

/* Binds their parameters. What is bound becomes a child of ctx. */
int history_query_bind(TALLOC_CTX *ctx, struct history_stmt *stmt,
	const struct vmt_history_query *query, struct vmt_err *err);

/* The counts of a query with by, as talloc children of list. */
int history_count(struct history_db *db, const struct vmt_history_query *query,
	struct vmt_list *list, struct vmt_err *err);

#endif
