/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A crash as a row of the history's table "crash", and the report that a row stands for. */
#ifndef VMT_ARCHIVE_HISTORY_ROW_H
#define VMT_ARCHIVE_HISTORY_ROW_H

#include "archive/history_db.h"
#include "archive/text_pool.h"

/* What SQL needs of all columns after id, joined by ", ". Parameters have the columns' names. */
enum history_row_sql {
	HISTORY_ROW_NAMES,	/* host */
	HISTORY_ROW_PARAMETERS, /* :host */
	HISTORY_ROW_FILLS,	/* host = coalesce(host, :host): what was not known is filled in */
	HISTORY_ROW_REPLACES,	/* host = coalesce(:host, host): what is known now is better */
};

/* NULL: no memory. */
char *history_row_sql(TALLOC_CTX *ctx, enum history_row_sql form);

/*
 * Binds the crash of a report to those of the parameters that the statement has. What is bound
 * belongs to the report or becomes a talloc child of ctx, and must live until the statement is
 * reset.
 */
int history_row_bind(TALLOC_CTX *ctx, struct history_stmt *stmt, const struct vmt_report *report,
	struct vmt_err *err);

/* The values of a crash, as a line that COPY reads: after these texts, those of the columns. */
char *history_row_line(TALLOC_CTX *ctx, const char *first, const struct vmt_report *report);

/*
 * The report of a row of HISTORY_ROW_NAMES: all that a row does not hold is not known. It is a
 * talloc child of ctx; its texts belong to ctx or to the pool.
 */
struct vmt_report *history_row_read(TALLOC_CTX *ctx, struct text_pool *pool,
	const struct history_stmt *stmt, struct vmt_err *err);

/*
 * Equal for crashes that left the same frames and registers. It stands in for the time of a crash
 * that nothing dates.
 */
char *history_row_digest(TALLOC_CTX *ctx, const struct vmt_report *report);

#endif
