/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a history, for each kind of database. */
#ifndef VMT_ARCHIVE_HISTORY_SCHEMA_H
#define VMT_ARCHIVE_HISTORY_SCHEMA_H

#include "archive/history_db.h"

/* The newest schema. */
#define HISTORY_SCHEMA 7
/* The oldest one whose crashes can be read as they are. */
#define HISTORY_SCHEMA_READ 1
/* The oldest one that keeps counts. */
#define HISTORY_SCHEMA_TALLY 7

/*
 * In the database as it is opened: it must be ours, and not newer than this program. create: it is
 * brought up to date.
 */
int history_schema_check(struct history_db *db, bool create, int64_t *schema, struct vmt_err *err);

/* In a database that was checked: VMT_ERR_UNSUPPORTED if a newer program has changed it since. */
int history_schema_still(struct history_db *db, struct vmt_err *err);

#endif
