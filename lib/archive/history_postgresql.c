// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A history in a database of PostgreSQL, in a schema of its own ("vmtriage"), so that the database
 * may have other tables. What the server says is trusted: it is not an input.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "archive/history.h"
#include "archive/history_uri.h"

#ifdef HAVE_LIBPQ

#include "archive/pq_api.h"
#include "base/array.h"
#include "report/escape.h"

/* "VMTR": of the lock that writers take, and in the table that says what the tables are. */
#define APPLICATION 0x564d5452

struct postgresql {
	struct history_db base;
	struct pq_api pq;
	PGconn *conn;
	const char **secrets; /* that are in the address */
	size_t n_secrets;
	unsigned n_prepared;
	unsigned connections; /* how often it connected: statements end with a connection */
	bool create;
};

struct parameter {
	char name[24];
	char number[24];
	bool is_number;
};

struct statement {
	struct history_stmt base;
	char name[16];
	const char *sql;
	Oid *types;
	unsigned connection; /* that knows it */
	struct parameter *parameters;
	const char **values;
	size_t n;
	TALLOC_CTX *texts; /* that are not as they were given */
	PGresult *result;
	int row;
	bool streams, runs;
};

static struct postgresql *of(const struct history_db *db)
{
	return (struct postgresql *)(uintptr_t)db;
}

static struct statement *stmt_of(const struct history_stmt *s)
{
	return (struct statement *)(uintptr_t)s;
}

/* ---- errors ------------------------------------------------------------------------------ */

/* What went wrong, in the server's words; of no use without the connection. */
static int fail(
	struct postgresql *h, int code, const char *what, const char *message, struct vmt_err *err)
{
	TALLOC_CTX *tmp = talloc_new(NULL);
	const char *shown =
		tmp ? history_uri_message(tmp, message, h->secrets, h->n_secrets) : NULL;

	code = shown ? err_set(err, code, "%s: %s: %s", h->base.name, what,
			       *shown ? shown : "no answer")
		     : err_nomem(err);
	talloc_free(tmp);
	return code;
}

/* The classes of SQLSTATE are told apart by their first two characters. */
static int failed(
	struct postgresql *h, const PGresult *result, const char *what, struct vmt_err *err)
{
	const char *state = h->pq.PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = h->pq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	char *words;
	int rc;

	if (!state || !message)
		return fail(h, VMT_ERR_IO, what, h->pq.PQerrorMessage(h->conn), err);
	if (!strcmp(state, "55P03"))
		return err_set(err, VMT_ERR_IO, "%s: %s: other processes write to it all the time",
			h->base.name, what);
	if (strcmp(state, "42P01") != 0 && strcmp(state, "42703") != 0)
		return fail(h, VMT_ERR_IO, what, message, err);
	/* A table or a column is missing. */
	words = talloc_asprintf(NULL, "it is no history: %s", message);
	rc = words ? fail(h, VMT_ERR_CORRUPT, what, words, err) : err_nomem(err);
	talloc_free(words);
	return rc;
}

/* Whether it did what it should; frees the result. */
static int check(struct postgresql *h, PGresult *result, ExecStatusType want, const char *what,
	struct vmt_err *err)
{
	ExecStatusType is = h->pq.PQresultStatus(result);
	int rc = is == want ? 0 : failed(h, result, what, err);

	h->pq.PQclear(result);
	return rc;
}

/* ---- statements -------------------------------------------------------------------------- */

static void reset(struct history_stmt *stmt)
{
	struct statement *s = stmt_of(stmt);
	struct postgresql *h = of(stmt->db);

	h->pq.PQclear(s->result);
	/* What is on its way has to be read before anything else is asked. */
	for (PGresult *rest; s->runs && s->streams && (rest = h->pq.PQgetResult(h->conn));)
		h->pq.PQclear(rest);
	s->result = NULL;
	s->runs = false;
	TALLOC_FREE(s->texts);
}

static int finalize(struct statement *s)
{
	struct postgresql *h = of(s->base.db);
	char sql[32];

	reset(&s->base);
	if (s->connection != h->connections) /* it ended with its connection */
		return 0;
	snprintf(sql, sizeof(sql), "DEALLOCATE %s", s->name);
	h->pq.PQclear(h->pq.PQexec(h->conn, sql));
	return 0;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

/* The number of a parameter, from 1 on; a name may be used several times. 0: no memory. */
static size_t parameter(struct statement *s, const char *name, size_t len, bool is_number)
{
	struct parameter *more;

	for (size_t i = 0; i < s->n; i++)
		if (!strncmp(s->parameters[i].name, name, len) && !s->parameters[i].name[len])
			return i + 1;
	more = ARRAY_ROOM(s, s->parameters, s->n);
	if (!more || len >= sizeof(more->name))
		return 0;
	s->parameters = more;
	more[s->n] = (struct parameter){.is_number = is_number};
	memcpy(more[s->n].name, name, len);
	return ++s->n;
}

/* PostgreSQL counts its parameters: $1. Quoted texts of our SQL hold none of the marks. */
static char *count_parameters(struct statement *s, const char *sql)
{
	char *all = talloc_strdup(s, "");

	while (all && *sql) {
		size_t n = strcspn(sql, ":@"), len = 0, at;

		all = talloc_strndup_append_buffer(all, sql, n);
		sql += n;
		if (!all || !*sql)
			break;
		while (is_letter(sql[1 + len]))
			len++;
		at = parameter(s, sql + 1, len, *sql == '@');
		all = at ? talloc_asprintf_append_buffer(all, "$%zu", at) : NULL;
		sql += 1 + len;
	}
	return all;
}

#define OID_TEXT 25
#define OID_BIGINT 20

static int send_sql(struct postgresql *h, struct statement *s, struct vmt_err *err)
{
	snprintf(s->name, sizeof(s->name), "vmt%u", h->n_prepared++);
	s->connection = h->connections;
	return check(h, h->pq.PQprepare(h->conn, s->name, s->sql, (int)s->n, s->types),
		PGRES_COMMAND_OK, "cannot use the history", err);
}

static int read_sql(struct statement *s, const char *sql, struct vmt_err *err)
{
	s->sql = count_parameters(s, sql);
	s->types = talloc_zero_array(s, Oid, s->n + 1);
	s->values = talloc_zero_array(s, const char *, s->n + 1);
	if (!s->sql || !s->types || !s->values)
		return err_nomem(err);
	for (size_t i = 0; i < s->n; i++)
		s->types[i] = s->parameters[i].is_number ? OID_BIGINT : OID_TEXT;
	return 0;
}

static int prepare(TALLOC_CTX *ctx, struct history_db *db, const char *sql,
	struct history_stmt **ret, struct vmt_err *err)
{
	struct statement *s = sql ? talloc_zero(ctx, struct statement) : NULL;
	int rc = s ? read_sql(s, sql, err) : err_nomem(err);

	if (!rc) {
		s->base.db = db;
		rc = send_sql(of(db), s, err);
	}
	if (rc) {
		talloc_free(s);
		return rc;
	}
	talloc_set_destructor(s, finalize);
	*ret = &s->base;
	return 0;
}

static struct parameter *find(struct statement *s, const char *name, bool is_number)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->parameters[i].is_number == is_number && !strcmp(s->parameters[i].name, name))
			return &s->parameters[i];
	return NULL;
}

/* The server takes valid UTF-8 only. */
static int bind_text(struct history_stmt *stmt, const char *name, const char *text)
{
	struct statement *s = stmt_of(stmt);
	struct parameter *p = find(s, name, false);
	char *utf8;

	if (!p)
		return 0;
	s->values[p - s->parameters] = NULL;
	if (!text)
		return 0;
	s->texts = s->texts ? s->texts : talloc_new(s);
	utf8 = s->texts ? escape_utf8(s->texts, text) : NULL;
	s->values[p - s->parameters] = utf8;
	return utf8 ? 0 : VMT_ERR_NOMEM;
}

/* "%" is its "*". */
static int bind_pattern(struct history_stmt *stmt, const char *name, const char *pattern)
{
	char *like = talloc_strdup(NULL, "");
	int rc = VMT_ERR_NOMEM;

	for (; like && *pattern; pattern++) {
		bool special = *pattern == '%' || *pattern == '_' || *pattern == '\\';

		like = talloc_asprintf_append_buffer(
			like, "%s%c", special ? "\\" : "", *pattern == '*' ? '%' : *pattern);
	}
	if (like)
		rc = bind_text(stmt, name, like);
	talloc_free(like);
	return rc;
}

static int bind_number(struct history_stmt *stmt, const char *name, const int64_t *number)
{
	struct statement *s = stmt_of(stmt);
	struct parameter *p = find(s, name, true);

	if (!p)
		return 0;
	if (number)
		snprintf(p->number, sizeof(p->number), "%" PRId64, *number);
	s->values[p - s->parameters] = number ? p->number : NULL;
	return 0;
}

static void stream(struct history_stmt *stmt)
{
	stmt_of(stmt)->streams = true;
}

static void send(struct postgresql *h, struct statement *s)
{
	if (!s->streams) {
		s->result =
			h->pq.PQexecPrepared(h->conn, s->name, (int)s->n, s->values, NULL, NULL, 0);
		return;
	}
	if (h->pq.PQsendQueryPrepared(h->conn, s->name, (int)s->n, s->values, NULL, NULL, 0) &&
		h->pq.PQsetSingleRowMode(h->conn))
		s->result = h->pq.PQgetResult(h->conn);
}

/* Of a result of one row, the next result is the next row. */
static void advance(struct postgresql *h, struct statement *s)
{
	s->row++;
	if (s->streams && h->pq.PQresultStatus(s->result) == PGRES_SINGLE_TUPLE) {
		h->pq.PQclear(s->result);
		s->result = h->pq.PQgetResult(h->conn);
		s->row = 0;
	}
}

static int step(struct history_stmt *stmt, const char *what, struct vmt_err *err)
{
	struct statement *s = stmt_of(stmt);
	struct postgresql *h = of(stmt->db);
	int rc = s->connection == h->connections ? 0 : send_sql(h, s, err);

	if (rc)
		return rc;
	if (s->runs) {
		advance(h, s);
	} else {
		s->runs = true;
		s->row = 0;
		send(h, s);
	}
	switch (h->pq.PQresultStatus(s->result)) {
	case PGRES_COMMAND_OK:
		return 0;
	case PGRES_SINGLE_TUPLE:
	case PGRES_TUPLES_OK:
		return s->row < h->pq.PQntuples(s->result);
	default:
		return failed(h, s->result, what, err);
	}
}

static bool is_null(const struct history_stmt *stmt, int column)
{
	const struct statement *s = stmt_of(stmt);

	return of(stmt->db)->pq.PQgetisnull(s->result, s->row, column);
}

static const char *text(const struct history_stmt *stmt, int column)
{
	const struct statement *s = stmt_of(stmt);

	return is_null(stmt, column) ? NULL
				     : of(stmt->db)->pq.PQgetvalue(s->result, s->row, column);
}

static int64_t number(const struct history_stmt *stmt, int column)
{
	const char *digits = text(stmt, column);

	return digits ? strtoll(digits, NULL, 10) : 0;
}

/* ---- the database ------------------------------------------------------------------------ */

static int run(struct history_db *db, const char *sql, const char *what, struct vmt_err *err)
{
	struct postgresql *h = of(db);

	return check(h, h->pq.PQexec(h->conn, sql), PGRES_COMMAND_OK, what, err);
}

static int set_up(struct postgresql *h, struct vmt_err *err);

/* A server that was restarted is as good as before, where nothing was begun. */
static bool reconnect(struct postgresql *h)
{
	if (h->pq.PQstatus(h->conn) == CONNECTION_OK)
		return false;
	h->pq.PQreset(h->conn);
	h->connections++;
	return h->pq.PQstatus(h->conn) == CONNECTION_OK && !set_up(h, NULL);
}

static int begin(struct history_db *db, bool writes, const char *what, struct vmt_err *err)
{
	struct postgresql *h = of(db);
	char sql[96];
	int rc = run(db, "BEGIN", what, err);

	if (rc && reconnect(h))
		rc = run(db, "BEGIN", what, err);
	if (rc || !writes)
		return rc;
	/* Readers go on. The lock ends with the transaction. */
	snprintf(sql, sizeof(sql), "SELECT pg_advisory_xact_lock(%d)", APPLICATION);
	rc = check(h, h->pq.PQexec(h->conn, sql), PGRES_TUPLES_OK, what, err);
	if (rc)
		run(db, "ROLLBACK", what, NULL);
	return rc;
}

static int read_number(struct postgresql *h, const char *sql, int64_t *ret, struct vmt_err *err)
{
	PGresult *result = h->pq.PQexec(h->conn, sql);

	if (h->pq.PQresultStatus(result) == PGRES_TUPLES_OK && h->pq.PQntuples(result))
		*ret = strtoll(h->pq.PQgetvalue(result, 0, 0), NULL, 10);
	return check(h, result, PGRES_TUPLES_OK, "cannot read the history", err);
}

static int read_schema(struct history_db *db, int64_t *schema, struct vmt_err *err)
{
	return read_number(of(db), "SELECT schema FROM vmtriage.history", schema, err);
}

static int look(struct history_db *db, struct history_found *ret, struct vmt_err *err)
{
	struct postgresql *h = of(db);
	int64_t tables = 0, marked = 0, application = 0;
	int rc = read_number(h,
		"SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = 'vmtriage'",
		&tables, err);

	if (!rc)
		rc = read_number(h,
			"SELECT count(*) FROM pg_catalog.pg_tables"
			" WHERE schemaname = 'vmtriage' AND tablename = 'history'",
			&marked, err);
	ret->empty = !tables;
	if (rc || !marked)
		return rc;
	rc = read_number(h, "SELECT application FROM vmtriage.history", &application, err);
	if (!rc)
		rc = read_schema(db, &ret->schema, err);
	ret->ours = application == APPLICATION;
	return rc;
}

static int mark(struct history_db *db, int schema, struct vmt_err *err)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
		"CREATE TABLE IF NOT EXISTS history (application BIGINT NOT NULL, schema BIGINT "
		"NOT "
		"NULL); DELETE FROM history; INSERT INTO history VALUES (%d, %d)",
		APPLICATION, schema);
	return run(db, sql, "cannot set up the history", err);
}

static int put(struct postgresql *h, const struct history_copy *rows, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *line = NULL;
	int rc = ctx ? 0 : err_nomem(err);

	while (!rc) {
		rc = rows->next(rows->arg, ctx, &line, err);
		if (rc || !line)
			break;
		if (h->pq.PQputCopyData(h->conn, line, (int)strlen(line)) != 1)
			rc = fail(h, VMT_ERR_IO, "cannot add to the history",
				h->pq.PQerrorMessage(h->conn), err);
		talloc_free_children(ctx);
	}
	talloc_free(ctx);
	return rc;
}

static int copy(struct history_db *db, const char *sql, const struct history_copy *rows,
	struct vmt_err *err)
{
	const char *const what = "cannot add to the history";
	struct postgresql *h = of(db);
	int rc = check(h, h->pq.PQexec(h->conn, sql), PGRES_COPY_IN, what, err), end;

	if (rc)
		return rc;
	rc = put(h, rows, err);
	if (h->pq.PQputCopyEnd(h->conn, rc ? "no more rows" : NULL) != 1 && !rc)
		rc = fail(h, VMT_ERR_IO, what, h->pq.PQerrorMessage(h->conn), err);
	for (PGresult *result; (result = h->pq.PQgetResult(h->conn));) {
		end = check(h, result, PGRES_COMMAND_OK, what, rc ? NULL : err);
		rc = rc ? rc : end;
	}
	return rc;
}

/* Texts sort by their bytes, as in SQLite, whatever the database's language is. */
static const struct history_dialect dialect = {
	.id = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
	.number = "BIGINT",
	.text = "TEXT COLLATE \"C\"",
	.now = "CAST(extract(epoch FROM now()) AS BIGINT)",
	.end = "",
	.last = " NULLS LAST",
	.first = " NULLS FIRST",
	.clear = "TRUNCATE",
	.matches = "LIKE",
	.adds_up = true,
};

static const struct history_ops ops = {.dialect = &dialect,
	.look = look,
	.schema = read_schema,
	.mark = mark,
	.begin = begin,
	.run = run,
	.prepare = prepare,
	.bind_text = bind_text,
	.bind_pattern = bind_pattern,
	.bind_number = bind_number,
	.stream = stream,
	.step = step,
	.reset = reset,
	.is_null = is_null,
	.number = number,
	.text = text,
	.copy = copy};

/* ---- opening ----------------------------------------------------------------------------- */

/* By default libpq prints what the server remarks. */
static void ignore(void *arg, const PGresult *result)
{
	(void)arg, (void)result;
}

static int add_secret(struct postgresql *h, const char *value, struct vmt_err *err)
{
	const char **room = ARRAY_ROOM(h, h->secrets, h->n_secrets);

	if (!room)
		return err_nomem(err);
	h->secrets = room;
	room[h->n_secrets] = talloc_strdup(h, value);
	return room[h->n_secrets++] ? 0 : err_nomem(err);
}

/*
 * What libpq says of a wrong address may hold the passwords that are in it. libpq marks the options
 * that a dialog should not show while they are typed.
 */
static int read_secrets(struct postgresql *h, const char *uri, struct vmt_err *err)
{
	PQconninfoOption *options = h->pq.PQconninfoParse(uri, NULL);
	int rc = 0;

	if (!options)
		return err_set(err, VMT_ERR_USAGE,
			"%s: is no valid address of a database: postgresql://USER@HOST/DATABASE",
			h->base.name);
	for (PQconninfoOption *o = options; o->keyword && !rc; o++)
		if (o->val && strchr(o->dispchar, '*'))
			rc = add_secret(h, o->val, err);
	h->pq.PQconninfoFree(options);
	return rc;
}

/* The address overrides what stands before it. A server that is silent must not stop us. */
static PGconn *make_connection(struct postgresql *h, const char *uri)
{
	const char *names[12] = {0}, *values[12] = {0};
	const struct {
		const char *name, *value, *variable;
	} defaults[] = {
		{"connect_timeout", "10", "PGCONNECT_TIMEOUT"},
		{"keepalives_idle", "30", NULL},
		{"keepalives_interval", "10", NULL},
		{"keepalives_count", "3", NULL},
		{"tcp_user_timeout", "60000", NULL},
		{"fallback_application_name", "vmtriage", NULL},
		{"dbname", uri, NULL},
		{"client_encoding", "UTF8", NULL},
	};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
		if (defaults[i].variable && getenv(defaults[i].variable))
			continue;
		names[n] = defaults[i].name;
		values[n++] = defaults[i].value;
	}
	return h->pq.PQconnectdbParams(names, values, 1);
}

static int set_up(struct postgresql *h, struct vmt_err *err)
{
	const char *encoding = h->pq.PQparameterStatus(h->conn, "server_encoding");
	int rc;

	if (encoding && strcmp(encoding, "UTF8") != 0)
		return err_set(err, VMT_ERR_UNSUPPORTED,
			"%s: texts of the database are in %s: a history needs UTF8", h->base.name,
			encoding);
	/* Functions and operators are the server's own. Counts of a large fleet fit in that memory.
	 */
	rc = run(&h->base,
		"SET search_path = vmtriage; SET lock_timeout = 10000; SET statement_timeout = "
		"600000; SET work_mem = '64MB'",
		"cannot open", err);
	if (!rc)
		rc = run(&h->base,
			h->create ? "SET default_transaction_read_only = off"
				  : "SET default_transaction_read_only = on",
			"cannot open", err);
	return rc;
}

/* The database may have it already, from somebody who may make it. */
static int make_schema(struct postgresql *h, struct vmt_err *err)
{
	int64_t n = 0;
	int rc = read_number(h,
		"SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = 'vmtriage'", &n, err);

	if (rc || n)
		return rc;
	rc = begin(&h->base, true, "cannot set up the history", err);
	if (rc)
		return rc;
	rc = run(
		&h->base, "CREATE SCHEMA IF NOT EXISTS vmtriage", "cannot set up the history", err);
	return history_end(&h->base, rc, "cannot set up the history", err);
}

static int connect_to(struct postgresql *h, const char *uri, bool create, struct vmt_err *err)
{
	int rc = read_secrets(h, uri, err);

	if (rc)
		return rc;
	h->conn = make_connection(h, uri);
	if (!h->conn)
		return err_nomem(err);
	if (h->pq.PQstatus(h->conn) != CONNECTION_OK)
		return fail(h, VMT_ERR_IO, "cannot open the history", h->pq.PQerrorMessage(h->conn),
			err);
	h->pq.PQsetNoticeReceiver(h->conn, ignore, NULL);
	h->create = create;
	rc = set_up(h, err);
	return rc || !create ? rc : make_schema(h, err);
}

static int close_connection(struct postgresql *h)
{
	if (h->conn)
		h->pq.PQfinish(h->conn);
	return 0;
}

int history_postgresql_open(
	TALLOC_CTX *ctx, const char *uri, bool create, struct history_db **ret, struct vmt_err *err)
{
	struct postgresql *h = talloc_zero(ctx, struct postgresql);
	int rc;

	if (!h)
		return err_nomem(err);
	h->base.ops = &ops;
	h->base.name = history_uri_name(h, uri);
	rc = h->base.name ? 0 : err_nomem(err);
	if (!rc && pq_api_load(&h->pq, NULL))
		rc = err_set(err, VMT_ERR_NOTFOUND,
			"%s: PostgreSQL's client library is needed: install libpq5", h->base.name);
	if (!rc) {
		talloc_set_destructor(h, close_connection);
		rc = connect_to(h, uri, create, err);
	}
	if (rc)
		talloc_free(h);
	else
		*ret = &h->base;
	return rc;
}

#else

int history_postgresql_open(
	TALLOC_CTX *ctx, const char *uri, bool create, struct history_db **ret, struct vmt_err *err)
{
	char *name = history_uri_name(ctx, uri);
	int rc = name ? err_set(err, VMT_ERR_UNSUPPORTED,
				"%s: this vmtriage was built without PostgreSQL", name)
		      : err_nomem(err);

	(void)create, (void)ret;
	talloc_free(name);
	return rc;
}

#endif
