/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_ARCHIVE_HISTORY_SQLITE_H
#define VMT_ARCHIVE_HISTORY_SQLITE_H

#include "archive/history_db.h"
#include "archive/sqlite_api.h"

/* "VMTR" as SQLite's application_id: the file is ours. The schema is its user_version. */
#define HISTORY_APPLICATION 0x564d5452

struct history_sqlite {
	struct history_db base;
	struct sqlite_api sq;
	sqlite3 *db;
};

#endif
