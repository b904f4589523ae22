/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The crashes that were seen before, in a file of SQLite. The public functions are in vmtriage.h.
 */
#ifndef VMT_ARCHIVE_HISTORY_H
#define VMT_ARCHIVE_HISTORY_H

#include "archive/sqlite_api.h"
#include "base/alloc.h"

/* "VMTR" as SQLite's application_id: the file is ours. */
#define HISTORY_APPLICATION 0x564d5452
/* The newest schema, which is SQLite's user_version. */
#define HISTORY_SCHEMA 2
/* The oldest one whose crashes can be read as they are. */
#define HISTORY_SCHEMA_READ 1

struct vmt_history {
	struct sqlite_api sq;
	sqlite3 *db;
	const char *path;
	struct history_adding *adding; /* statements; NULL: nothing was added yet */
};

/* A failure of SQLite, with what was done: "cannot add to the history". Returns its code. */
int history_failed(const struct vmt_history *h, const char *what, struct vmt_err *err);

/* Runs SQL without a result; what it does, for messages. */
int history_run(
	const struct vmt_history *h, const char *sql, const char *what, struct vmt_err *err);

/* Ends a transaction: commits it if rc is 0, else takes it back. Returns rc, or the new failure. */
int history_end(const struct vmt_history *h, int rc, const char *what, struct vmt_err *err);

/*
 * The row of the same crash; 0: there is none. *better: the report knows more than the row; may be
 * NULL.
 */
int history_find_same(TALLOC_CTX *ctx, struct vmt_history *h, const struct vmt_report *report,
	int64_t *id, bool *better, struct vmt_err *err);

/* A statement that ends with ctx. */
int history_prepare(TALLOC_CTX *ctx, const struct vmt_history *h, const char *sql,
	sqlite3_stmt **ret, struct vmt_err *err);

#endif
