/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The crashes that were seen before, in a file of SQLite or in PostgreSQL. The public functions are
 * in vmtriage.h.
 */
#ifndef VMT_ARCHIVE_HISTORY_H
#define VMT_ARCHIVE_HISTORY_H

#include "archive/history_db.h"

struct vmt_history {
	struct history_db *db;
	int64_t schema;
	struct history_adding *adding; /* statements; NULL: nothing was added yet */
};

/* Ends a transaction: commits it if rc is 0, else takes it back. Returns rc, or the new failure. */
int history_end(struct history_db *db, int rc, const char *what, struct vmt_err *err);

/* A list's entry for a row. */
void history_entry(struct vmt_list_entry *entry, struct vmt_report *report);

/*
 * The row of the same crash; 0: there is none. *better: the report knows more than the row; may be
 * NULL.
 */
int history_find_same(TALLOC_CTX *ctx, struct vmt_history *h, const struct vmt_report *report,
	int64_t *id, bool *better, struct vmt_err *err);

/*
 * In a transaction that writes: loads those of the reports that are crashes and no other row, or
 * report, can be the same as. loaded: for each report, whether it was. The database has .copy.
 */
int history_bulk_add(struct vmt_history *h, const struct vmt_report *const *reports, size_t n,
	bool *loaded, struct vmt_err *err);

#endif
