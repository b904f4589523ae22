// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Opens a history and lists its crashes.
 *
 * The rollback journal is used, not a write-ahead log: state folders may be on network file
 * systems, where that does not work. Several processes may write at once; each waits for the
 * others.
 */
#include "archive/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/history_row.h"
#include "base/array.h"

#define BUSY_MS 10000 /* how long to wait for other writers */

/* Step i makes schema i + 1 of schema i. Steps that were released never change. */
static const char *const steps[HISTORY_SCHEMA] = {
	"CREATE TABLE crash ("
	" id INTEGER PRIMARY KEY,"
	" added INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER)),"
	" host TEXT, hardware TEXT, bios TEXT, release TEXT, build TEXT, arch TEXT,"
	" distribution TEXT, kind TEXT, kind_text TEXT, headline TEXT, function TEXT, module TEXT,"
	" module_version TEXT, origin TEXT, path TEXT, subsystem TEXT, access TEXT,"
	" address_class TEXT, confidence TEXT, algorithm TEXT, coarse TEXT, fine TEXT,"
	" signature TEXT, file TEXT, format TEXT, level TEXT, time INTEGER, local_time INTEGER,"
	" time_text TEXT, time_source TEXT, uptime INTEGER, digest TEXT);"
	"CREATE INDEX crash_coarse ON crash (coarse, time);"
	"CREATE INDEX crash_uptime ON crash (uptime, coarse);"
	"CREATE INDEX crash_time ON crash (time);"
	"CREATE INDEX crash_digest ON crash (digest);",
	"CREATE TABLE done ("
	" deed TEXT NOT NULL, subject TEXT NOT NULL,"
	" time INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER)),"
	" PRIMARY KEY (deed, subject)) WITHOUT ROWID;",
};

/* ---- errors and statements --------------------------------------------------------------- */

int history_failed(const struct vmt_history *h, const char *what, struct vmt_err *err)
{
	int code = h->sq.sqlite3_extended_errcode(h->db), os = h->sq.sqlite3_system_errno(h->db);
	const char *message = h->sq.sqlite3_errmsg(h->db);

	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return err_nomem(err);
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return err_set(
			err, VMT_ERR_CORRUPT, "%s: the history is damaged: %s", what, message);
	case SQLITE_BUSY:
		return err_set(
			err, VMT_ERR_IO, "%s: other processes write to it all the time", what);
	case SQLITE_ERROR:
		/* A table or a column is missing. */
		return err_set(err, VMT_ERR_CORRUPT, "%s: it is no history: %s", what, message);
	default:
		return os ? err_set_errno(err, os, "%s: %s", what, message)
			  : err_set(err, VMT_ERR_IO, "%s: %s", what, message);
	}
}

struct statement {
	const struct vmt_history *history;
	sqlite3_stmt *stmt;
};

static int finalize(struct statement *s)
{
	s->history->sq.sqlite3_finalize(s->stmt);
	return 0;
}

int history_prepare(TALLOC_CTX *ctx, const struct vmt_history *h, const char *sql,
	sqlite3_stmt **ret, struct vmt_err *err)
{
	struct statement *s = sql ? talloc_zero(ctx, struct statement) : NULL;

	if (!s)
		return err_nomem(err);
	s->history = h;
	if (h->sq.sqlite3_prepare_v2(h->db, sql, -1, &s->stmt, NULL) != SQLITE_OK) {
		int rc = history_failed(h, "cannot use the history", err);

		talloc_free(s);
		return rc;
	}
	talloc_set_destructor(s, finalize);
	*ret = s->stmt;
	return 0;
}

int history_run(const struct vmt_history *h, const char *sql, const char *what, struct vmt_err *err)
{
	return h->sq.sqlite3_exec(h->db, sql, NULL, NULL, NULL) == SQLITE_OK
		       ? 0
		       : history_failed(h, what, err);
}

int history_end(const struct vmt_history *h, int rc, const char *what, struct vmt_err *err)
{
	if (!rc)
		rc = history_run(h, "COMMIT", what, err);
	if (rc)
		history_run(h, "ROLLBACK", what, NULL);
	return rc;
}

static int read_number(
	const struct vmt_history *h, const char *sql, int64_t *ret, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	sqlite3_stmt *stmt = NULL;
	int rc = ctx ? history_prepare(ctx, h, sql, &stmt, err) : err_nomem(err);

	if (!rc && h->sq.sqlite3_step(stmt) != SQLITE_ROW)
		rc = history_failed(h, "cannot read the history", err);
	if (!rc)
		*ret = h->sq.sqlite3_column_int64(stmt, 0);
	talloc_free(ctx);
	return rc;
}

/* ---- opening ----------------------------------------------------------------------------- */

/* Makes the folders that a path needs, only for their owner. */
static int make_folders(const char *path, struct vmt_err *err)
{
	char *copy = talloc_strdup(NULL, path);
	int rc = copy ? 0 : err_nomem(err);

	for (char *p = copy; !rc && *p && (p = strchr(p + 1, '/'));) {
		*p = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			rc = err_set_errno(err, errno, "cannot make the folder %s", copy);
		*p = '/';
	}
	talloc_free(copy);
	return rc;
}

/* SQLite would make the file for everybody to read; a kernel log may hold secrets. */
static int make_file(const char *path, struct vmt_err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	struct stat st;
	int rc = 0;

	if (fd < 0)
		return err_set_errno(err, errno, "cannot open the history %s", path);
	if (fstat(fd, &st))
		rc = err_set_errno(err, errno, "cannot open the history %s", path);
	else if (!S_ISREG(st.st_mode))
		rc = err_set(err, VMT_ERR_USAGE, "the history %s is not a regular file", path);
	close(fd);
	return rc;
}

/* Ours has tables and indexes. Views and triggers of a hostile file are queries, and may never end.
 */
static int check_objects(const struct vmt_history *h, bool *empty, struct vmt_err *err)
{
	int64_t n = 0, others = 0;
	int rc = read_number(h, "SELECT count(*) FROM sqlite_master", &n, err);

	if (!rc)
		rc = read_number(h,
			"SELECT count(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')",
			&others, err);
	*empty = n == 0;
	if (!rc && others)
		rc = err_set(
			err, VMT_ERR_FORMAT, "%s has views or triggers: it is no history", h->path);
	return rc;
}

/* What is in the file must be ours, and not newer than this program. */
static int check_owner(const struct vmt_history *h, int64_t *schema, struct vmt_err *err)
{
	int64_t application = 0;
	bool empty = false;
	int rc = read_number(h, "PRAGMA application_id", &application, err);

	if (!rc)
		rc = read_number(h, "PRAGMA user_version", schema, err);
	if (!rc)
		rc = check_objects(h, &empty, err);
	if (rc)
		return rc;
	if (!(empty && !application && !*schema) && application != HISTORY_APPLICATION)
		return err_set(err, VMT_ERR_FORMAT, "%s is a database of another program", h->path);
	if (*schema < 0 || *schema > HISTORY_SCHEMA)
		return err_set(err, VMT_ERR_UNSUPPORTED,
			"the history %s was made by a newer vmtriage (schema %lld, this one knows "
			"%d)",
			h->path, (long long)*schema, HISTORY_SCHEMA);
	return 0;
}

/* One transaction: several processes may meet an old file, and each must see a complete schema. */
static int migrate(const struct vmt_history *h, struct vmt_err *err)
{
	const char *const what = "cannot set up the history";
	char mark[96];
	int64_t schema;
	int rc = history_run(h, "BEGIN IMMEDIATE", what, err);

	if (rc)
		return rc;
	rc = check_owner(h, &schema, err);
	for (; !rc && schema < HISTORY_SCHEMA; schema++)
		rc = history_run(h, steps[schema], what, err);
	snprintf(mark, sizeof(mark), "PRAGMA application_id = %d; PRAGMA user_version = %d;",
		HISTORY_APPLICATION, HISTORY_SCHEMA);
	if (!rc)
		rc = history_run(h, mark, what, err);
	return history_end(h, rc, what, err);
}

/* At one moment: another process may be making the schema. */
static int look(const struct vmt_history *h, int64_t *schema, struct vmt_err *err)
{
	int rc = history_run(h, "BEGIN", "cannot open", err);

	if (rc)
		return rc;
	rc = check_owner(h, schema, err);
	history_run(h, "ROLLBACK", "cannot open", NULL);
	return rc;
}

static int open_database(struct vmt_history *h, bool create, struct vmt_err *err)
{
	int flags = create ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	int64_t schema = 0;
	int rc;

	if (h->sq.sqlite3_open_v2(h->path, &h->db, flags, NULL) != SQLITE_OK) {
		rc = h->db ? history_failed(h, "cannot open", err) : err_nomem(err);
		return err_prepend(err, rc, "%s", h->path);
	}
	h->sq.sqlite3_busy_timeout(h->db, BUSY_MS);
	/* A hostile file may define functions and views to be run. */
	rc = history_run(h, "PRAGMA trusted_schema = OFF", "cannot open", err);
	if (!rc)
		rc = look(h, &schema, err);
	if (!rc && create && schema < HISTORY_SCHEMA)
		rc = migrate(h, err);
	else if (!rc && !create && schema < HISTORY_SCHEMA_READ)
		rc = err_set(err, VMT_ERR_UNSUPPORTED,
			schema ? "%s is of an older version, and can only be read" : "%s is empty",
			h->path);
	return rc;
}

/* A missing library is told from a file that cannot be used. */
static int load(struct vmt_history *h, struct vmt_err *err)
{
	if (sqlite_api_load(&h->sq, NULL))
		return err_set(err, VMT_ERR_NOTFOUND,
			"SQLite is needed for the history: install libsqlite3-0");
	return 0;
}

static int close_database(struct vmt_history *h)
{
	if (h->db)
		h->sq.sqlite3_close_v2(h->db);
	return 0;
}

int vmt_history_open(
	const char *path, unsigned flags, struct vmt_history **ret, struct vmt_err *err)
{
	bool create = !(flags & VMT_HISTORY_READ);
	struct vmt_history *h = talloc_zero(NULL, struct vmt_history);
	int rc;

	if (!h)
		return err_nomem(err);
	h->path = talloc_strdup(h, path);
	rc = h->path ? load(h, err) : err_nomem(err);
	if (!rc && create)
		rc = make_folders(path, err);
	if (!rc && create)
		rc = make_file(path, err);
	if (!rc) {
		talloc_set_destructor(h, close_database);
		rc = open_database(h, create, err);
	}
	if (rc) {
		talloc_free(h);
		return rc;
	}
	*ret = h;
	return 0;
}

void vmt_history_close(struct vmt_history *history)
{
	talloc_free(history);
}

/* ---- listing ----------------------------------------------------------------------------- */

static void fill_entry(struct vmt_list_entry *e, struct vmt_report *r)
{
	const struct vmt_crash *c = &r->crash;

	*e = (struct vmt_list_entry){.path = r->input.path ? r->input.path : "(no file)",
		.report = r,
		.time = c->time.known ? c->time : c->local,
		.time_source = c->time_source,
		.utc = c->time.known,
		.host = r->machine.hostname};
}

static int read_rows(
	TALLOC_CTX *ctx, struct vmt_history *h, struct vmt_list *list, struct vmt_err *err)
{
	char *names = history_row_sql(ctx, HISTORY_ROW_NAMES);
	char *sql = names ? talloc_asprintf(ctx,
				    "SELECT %s FROM crash"
				    " ORDER BY coalesce(time, local_time) DESC, file, id",
				    names)
			  : NULL;
	sqlite3_stmt *stmt;
	int step, rc = history_prepare(ctx, h, sql, &stmt, err);

	if (rc)
		return rc;
	while ((step = h->sq.sqlite3_step(stmt)) == SQLITE_ROW) {
		struct vmt_list_entry *room = ARRAY_ROOM(list, list->entries, list->n);
		struct vmt_report *r;

		if (!room)
			return err_nomem(err);
		list->entries = room;
		r = history_row_read(list, &h->sq, stmt, err);
		if (!r)
			return VMT_ERR_NOMEM;
		fill_entry(&list->entries[list->n++], r);
	}
	return step == SQLITE_DONE ? 0 : history_failed(h, "cannot read the history", err);
}

int vmt_history_list(struct vmt_history *history, struct vmt_list **ret, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_list *list = talloc_zero(NULL, struct vmt_list);
	int rc = ctx && list ? read_rows(ctx, history, list, err) : err_nomem(err);

	talloc_free(ctx);
	if (rc) {
		talloc_free(list);
		return rc;
	}
	*ret = list;
	return 0;
}
