// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/wtmpdb.h"

#include <string.h>

#include "archive/sqlite_api.h"

enum type { BOOT = 1, USER = 3 };
enum column { TYPE, LOGIN, LOGOUT, NAME };

/* Of a hostile file: a view, or what a trigger makes of it, is a query that may never end. */
static const char is_plain[] = "SELECT count(*) = 1 FROM sqlite_master WHERE type = 'table' AND "
			       "name = 'wtmp' AND sql NOT LIKE '%VIRTUAL%' AND sql NOT LIKE "
			       "'%GENERATED%' AND NOT EXISTS (SELECT * FROM sqlite_master WHERE "
			       "type NOT IN ('table', 'index'))";
static const char rows[] = "SELECT Type, Login, Logout, User FROM wtmp";

static int64_t seconds(const struct sqlite_api *sq, sqlite3_stmt *stmt, enum column c)
{
	return sq->sqlite3_column_int64(stmt, c) / 1000000;
}

/* A boot ends with a shutdown, unless the machine died. */
static int take(const struct sqlite_api *sq, sqlite3_stmt *stmt, struct event_list *list,
	struct vmt_err *err)
{
	int64_t type = sq->sqlite3_column_int64(stmt, TYPE), login = seconds(sq, stmt, LOGIN);
	int64_t logout = seconds(sq, stmt, LOGOUT);
	const char *user = (const char *)sq->sqlite3_column_text(stmt, NAME);
	int rc = 0;

	if (login <= 0)
		return 0;
	event_list_saw(list, EVENT_LOGIN, login);
	if (type == BOOT)
		rc = event_list_mark(list, MARK_BOOT, login, err);
	if (!rc && type == BOOT && logout > login)
		rc = event_list_mark(list, MARK_SHUTDOWN, logout, err);
	if (!rc && type == USER && user && *user)
		rc = event_list_add(list, &(struct event_kind){.source = EVENT_LOGIN, .name = user},
			strlen(user), login, err);
	return rc;
}

static int run(
	const struct sqlite_api *sq, sqlite3 *db, struct event_list *list, struct vmt_err *err)
{
	sqlite3_stmt *stmt = NULL;
	bool plain = false;
	int rc = 0;

	if (sq->sqlite3_prepare_v2(db, is_plain, -1, &stmt, NULL) == SQLITE_OK &&
		sq->sqlite3_step(stmt) == SQLITE_ROW)
		plain = sq->sqlite3_column_int64(stmt, 0) == 1;
	sq->sqlite3_finalize(stmt);
	stmt = NULL;
	if (!plain || sq->sqlite3_prepare_v2(db, rows, -1, &stmt, NULL) != SQLITE_OK)
		return 0;
	while (!rc && sq->sqlite3_step(stmt) == SQLITE_ROW)
		rc = take(sq, stmt, list, err);
	sq->sqlite3_finalize(stmt);
	return rc;
}

int wtmpdb_read(struct event_list *list, const char *path, struct vmt_err *err)
{
	struct sqlite_api sq;
	sqlite3 *db = NULL;
	int rc = 0;

	if (sqlite_api_load(&sq, NULL))
		return 0;
	if (sq.sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) {
		sq.sqlite3_exec(db, "PRAGMA trusted_schema = OFF", NULL, NULL, NULL);
		rc = run(&sq, db, list, err);
	}
	sq.sqlite3_close_v2(db);
	return rc;
}
