// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A history in a file of SQLite.
 *
 * The rollback journal is used, not a write-ahead log: state folders may be on network file
 * systems, where that does not work. Several processes may write at once; each waits for the
 * others.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/history_sqlite.h"

#define BUSY_MS 10000 /* how long to wait for other writers */

static struct history_sqlite *of(const struct history_db *db)
{
	return (struct history_sqlite *)(uintptr_t)db;
}

struct statement {
	struct history_stmt base;
	sqlite3_stmt *stmt;
	const char **names; /* of the parameters, with their marks */
	int n, next;	    /* next: after the one that was bound last */
};

static const struct statement *stmt_of(const struct history_stmt *s)
{
	return (const struct statement *)s;
}

static const struct sqlite_api *api(const struct history_stmt *s)
{
	return &of(s->db)->sq;
}

static int failed(const struct history_sqlite *h, const char *what, struct vmt_err *err)
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

/* ---- statements -------------------------------------------------------------------------- */

static int finalize(struct statement *s)
{
	api(&s->base)->sqlite3_finalize(s->stmt);
	return 0;
}

/* SQLite's own names end when it prepares the statement again, of which it says nothing. */
static int read_names(struct statement *s)
{
	s->n = api(&s->base)->sqlite3_bind_parameter_count(s->stmt);
	s->names = talloc_zero_array(s, const char *, (size_t)s->n + 1);
	if (!s->names)
		return VMT_ERR_NOMEM;
	for (int i = 0; i < s->n; i++) {
		const char *name = api(&s->base)->sqlite3_bind_parameter_name(s->stmt, i + 1);

		s->names[i] = talloc_strdup(s->names, name);
		if (!s->names[i])
			return VMT_ERR_NOMEM;
	}
	return 0;
}

static int prepare(TALLOC_CTX *ctx, struct history_db *db, const char *sql,
	struct history_stmt **ret, struct vmt_err *err)
{
	struct history_sqlite *h = of(db);
	struct statement *s = sql ? talloc_zero(ctx, struct statement) : NULL;

	if (!s)
		return err_nomem(err);
	s->base.db = db;
	if (h->sq.sqlite3_prepare_v2(h->db, sql, -1, &s->stmt, NULL) != SQLITE_OK) {
		int rc = failed(h, "cannot use the history", err);

		talloc_free(s);
		return rc;
	}
	talloc_set_destructor(s, finalize);
	if (read_names(s)) {
		talloc_free(s);
		return err_nomem(err);
	}
	*ret = &s->base;
	return 0;
}

/*
 * 0: it has no such parameter. SQLite's own search makes up a tenth of an addition; most are bound
 * in the order in which they are.
 */
static int find(const struct history_stmt *stmt, char mark, const char *name)
{
	struct statement *s = (struct statement *)(uintptr_t)stmt;

	for (int i = 0; i < s->n; i++) {
		int at = s->next + i < s->n ? s->next + i : s->next + i - s->n;

		if (*s->names[at] == mark && !strcmp(s->names[at] + 1, name)) {
			s->next = at + 1 < s->n ? at + 1 : 0;
			return at + 1;
		}
	}
	return 0;
}

static int bind_text(struct history_stmt *s, const char *name, const char *text)
{
	int at = find(s, ':', name), rc = SQLITE_OK;

	if (at)
		rc = text ? api(s)->sqlite3_bind_text(stmt_of(s)->stmt, at, text, -1, SQLITE_STATIC)
			  : api(s)->sqlite3_bind_null(stmt_of(s)->stmt, at);
	return rc == SQLITE_OK ? 0 : VMT_ERR_NOMEM;
}

static int bind_number(struct history_stmt *s, const char *name, const int64_t *number)
{
	int at = find(s, '@', name), rc = SQLITE_OK;

	if (at)
		rc = number ? api(s)->sqlite3_bind_int64(stmt_of(s)->stmt, at, *number)
			    : api(s)->sqlite3_bind_null(stmt_of(s)->stmt, at);
	return rc == SQLITE_OK ? 0 : VMT_ERR_NOMEM;
}

static void stream(struct history_stmt *s)
{
	(void)s; /* it always does */
}

static int step(struct history_stmt *s, const char *what, struct vmt_err *err)
{
	switch (api(s)->sqlite3_step(stmt_of(s)->stmt)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return failed(of(s->db), what, err);
	}
}

static void reset(struct history_stmt *s)
{
	api(s)->sqlite3_reset(stmt_of(s)->stmt);
}

static bool is_null(const struct history_stmt *s, int column)
{
	return api(s)->sqlite3_column_type(stmt_of(s)->stmt, column) == SQLITE_NULL;
}

static int64_t number(const struct history_stmt *s, int column)
{
	return api(s)->sqlite3_column_int64(stmt_of(s)->stmt, column);
}

static const char *text(const struct history_stmt *s, int column)
{
	return (const char *)api(s)->sqlite3_column_text(stmt_of(s)->stmt, column);
}

/* ---- the database ------------------------------------------------------------------------ */

static int run(struct history_db *db, const char *sql, const char *what, struct vmt_err *err)
{
	const struct history_sqlite *h = of(db);

	return h->sq.sqlite3_exec(h->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0
									     : failed(h, what, err);
}

static int begin(struct history_db *db, bool writes, const char *what, struct vmt_err *err)
{
	return run(db, writes ? "BEGIN IMMEDIATE" : "BEGIN", what, err);
}

static int read_number(struct history_db *db, const char *sql, int64_t *ret, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct history_stmt *stmt = NULL;
	int rc = ctx ? prepare(ctx, db, sql, &stmt, err) : err_nomem(err);

	if (!rc)
		rc = step(stmt, "cannot read the history", err);
	if (rc == 1)
		*ret = number(stmt, 0);
	talloc_free(ctx);
	return rc < 0 ? rc : 0;
}

static int read_schema(struct history_db *db, int64_t *schema, struct vmt_err *err)
{
	return read_number(db, "PRAGMA user_version", schema, err);
}

/* Ours has tables and indexes. Views and triggers of a hostile file are queries, and may never end.
 */
static int look(struct history_db *db, struct history_found *ret, struct vmt_err *err)
{
	int64_t application = 0, n = 0, others = 0;
	int rc = read_number(db, "PRAGMA application_id", &application, err);

	if (!rc)
		rc = read_schema(db, &ret->schema, err);
	if (!rc)
		rc = read_number(db, "SELECT count(*) FROM sqlite_master", &n, err);
	if (!rc)
		rc = read_number(db,
			"SELECT count(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')",
			&others, err);
	ret->others = others > 0;
	ret->empty = !n && !application && !ret->schema;
	ret->ours = application == HISTORY_APPLICATION;
	return rc;
}

static int mark(struct history_db *db, int schema, struct vmt_err *err)
{
	char sql[96];

	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d;",
		HISTORY_APPLICATION, schema);
	return run(db, sql, "cannot set up the history", err);
}

static const struct history_dialect dialect = {
	.id = "INTEGER PRIMARY KEY",
	.number = "INTEGER",
	.text = "TEXT",
	.now = "CAST(strftime('%s', 'now') AS INTEGER)",
	.end = " WITHOUT ROWID",
	.last = "",
	.first = "",
	.clear = "DELETE FROM",
	.matches = "GLOB",
};

static const struct history_ops ops = {.dialect = &dialect,
	.look = look,
	.schema = read_schema,
	.mark = mark,
	.begin = begin,
	.run = run,
	.prepare = prepare,
	.bind_text = bind_text,
	.bind_pattern = bind_text,
	.bind_number = bind_number,
	.stream = stream,
	.step = step,
	.reset = reset,
	.is_null = is_null,
	.number = number,
	.text = text};

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

/*
 * SQLite would make the file for everybody to read; a kernel log may hold secrets. Of a folder it
 * says that the disk fails.
 */
static int check_file(const char *path, bool create, struct vmt_err *err)
{
	int how = create ? O_RDWR | O_CREAT : O_RDONLY;
	int fd = open(path, how | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	struct stat st;
	int rc = 0;

	if (fd < 0 || fstat(fd, &st))
		rc = err_set_errno(err, errno, "%s: cannot open the history", path);
	else if (!S_ISREG(st.st_mode))
		rc = err_set(err, VMT_ERR_USAGE, "%s: not a regular file, so no history", path);
	if (fd >= 0)
		close(fd);
	return rc;
}

static int open_file(struct history_sqlite *h, bool create, struct vmt_err *err)
{
	int flags = create ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, rc;

	if (h->sq.sqlite3_open_v2(h->base.name, &h->db, flags, NULL) != SQLITE_OK) {
		rc = h->db ? failed(h, "cannot open", err) : err_nomem(err);
		return err_prepend(err, rc, "%s", h->base.name);
	}
	h->sq.sqlite3_busy_timeout(h->db, BUSY_MS);
	/* A hostile file may define functions and views to be run. */
	rc = run(&h->base, "PRAGMA trusted_schema = OFF", "cannot open", err);
	/* With SQLite's own 2 MB, each insertion into a large fleet's indexes writes pages. */
	if (!rc && create)
		run(&h->base, "PRAGMA cache_size = -262144", "cannot open", NULL);
	return rc;
}

static int close_file(struct history_sqlite *h)
{
	if (h->db)
		h->sq.sqlite3_close_v2(h->db);
	return 0;
}

/* Tells a missing library from a file that cannot be used. */
static int load(struct history_sqlite *h, struct vmt_err *err)
{
	if (sqlite_api_load(&h->sq, NULL))
		return err_set(err, VMT_ERR_NOTFOUND,
			"SQLite is needed for the history: install libsqlite3-0");
	return 0;
}

int history_sqlite_open(TALLOC_CTX *ctx, const char *path, bool create, struct history_db **ret,
	struct vmt_err *err)
{
	struct history_sqlite *h = talloc_zero(ctx, struct history_sqlite);
	int rc;

	if (!h)
		return err_nomem(err);
	h->base.ops = &ops;
	h->base.name = talloc_strdup(h, path);
	rc = h->base.name ? load(h, err) : err_nomem(err);
	if (!rc && create)
		rc = make_folders(path, err);
	if (!rc)
		rc = check_file(path, create, err);
	if (!rc) {
		talloc_set_destructor(h, close_file);
		rc = open_file(h, create, err);
	}
	if (rc)
		talloc_free(h);
	else
		*ret = &h->base;
	return rc;
}
