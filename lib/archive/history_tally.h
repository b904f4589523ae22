/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many crashes of a history have each value of a property, kept up to date with each addition:
 * then nobody has to read all crashes to count them.
 */
#ifndef VMT_ARCHIVE_HISTORY_TALLY_H
#define VMT_ARCHIVE_HISTORY_TALLY_H

#include "archive/breakdown.h"
#include "archive/history_db.h"

/* Their numbers are in histories: a new one needs a step in history_schema.c. */
enum history_property {
	HISTORY_KIND,
	HISTORY_MODULE,
	HISTORY_NAME,
	HISTORY_KERNEL,
	HISTORY_DRIVER,
	HISTORY_HOST,
	HISTORY_HARDWARE,
	HISTORY_BIOS,
	HISTORY_CLOCK_HOUR,
	HISTORY_CLOCK_WEEKDAY,
	HISTORY_CLOCK_DAY, /* since 1970; only how many crashes a day has */
};

/* A crash's value as it is in the tables, in SQL; NULL: no memory. */
char *history_tally_value(TALLOC_CTX *ctx, enum history_property property);

/* All in a transaction that writes. Counts the rows whose ids are higher. */
int history_tally_add(struct history_db *db, int64_t after, struct vmt_err *err);

/* The highest id of a row; 0: there is none. */
int history_tally_newest(struct history_db *db, int64_t *id, struct vmt_err *err);

/* A row that is counted, as it was before it changes. *before is a child of ctx. */
struct tallied;
int history_tally_before(TALLOC_CTX *ctx, struct history_db *db, int64_t id,
	struct tallied **before, struct vmt_err *err);
/* It may have changed: counts it as it is now. */
int history_tally_after(
	struct history_db *db, int64_t id, const struct tallied *before, struct vmt_err *err);

/* The counts of all crashes, as talloc children of list. VMT_ERR_USAGE: of no such property. */
int history_tally_count(
	struct history_db *db, const char *by, struct vmt_list *list, struct vmt_err *err);

/*
 * The same of those that a query with by asks for, which SQL must say exactly, by looking at each:
 * in a database whose dialect adds up. What is bound becomes a child of ctx.
 */
int history_tally_some(TALLOC_CTX *ctx, struct history_db *db,
	const struct vmt_history_query *query, struct vmt_list *list, struct vmt_err *err);

/* The counts of all crashes by one property. */
int history_tally_breakdown(TALLOC_CTX *ctx, struct history_db *db, enum history_property property,
	struct breakdown *ret, struct vmt_err *err);

#endif
