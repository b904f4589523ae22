// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Three tables. "counted": of a property's value and a signature, the number of crashes, and when
 * the first and the last of them were. "counted_host": of a value and a host, the number. "total":
 * of a value, what these add up to; and the number of crashes of each day. What is not known is the
 * value ""; what is known has "=" before it.
 *
 * A row changes only if a crash with the same signature is added to it, so its signature stays. The
 * first and the last time of what it is no longer counted under are then looked up again.
 */
#include "archive/history_tally.h"

#include <assert.h>
#include <string.h>

#include "archive/history_clock.h"
#include "archive/history_query.h"
#include "archive/list_counts.h"
#include "base/array.h"

static_assert(HISTORY_HOST == 5 && HISTORY_CLOCK_DAY == 10, "the SQL below has these numbers");

/* As list_group_name() and list_group_version(). */
#define IN_MODULE "module IS NOT NULL AND module <> 'vmlinux'"
#define NAME                                                                                       \
	"(" HISTORY_SHOWN_KIND ") || coalesce(' ' || function, '') || CASE WHEN " IN_MODULE        \
	" THEN ' [' || module || ']' ELSE '' END"
#define DRIVER "CASE WHEN " IN_MODULE " THEN module || ' ' || module_version END"
#define SIGNATURE "coalesce(coarse, " NAME ")"
#define DAY "time / 86400000000000"
#define TWO_DIGITS(n) "CASE WHEN " n " < 10 THEN '0' ELSE '' END || CAST(" n " AS TEXT)"

static const struct {
	const char *by, *value;
} properties[] = {
	[HISTORY_KIND] = {"kind", HISTORY_SHOWN_KIND},
	[HISTORY_MODULE] = {"module", "module"},
	[HISTORY_NAME] = {"signature", NAME},
	[HISTORY_KERNEL] = {"kernel", "release"},
	[HISTORY_DRIVER] = {"driver-version", DRIVER},
	[HISTORY_HOST] = {"host", "host"}, /* each has one host, itself */
	[HISTORY_HARDWARE] = {"hardware", "hardware"},
	[HISTORY_BIOS] = {"bios", "bios"},
	[HISTORY_CLOCK_HOUR] = {"hour", TWO_DIGITS(HISTORY_HOUR)},
	[HISTORY_CLOCK_WEEKDAY] = {"weekday", "CAST(" HISTORY_WEEKDAY " AS TEXT)"},
};

#define N ARRAY_SIZE(properties)

char *history_tally_value(TALLOC_CTX *ctx, enum history_property i)
{
	return talloc_asprintf(ctx, "coalesce('=' || (%s), '')", properties[i].value);
}

/* ---- new rows ---------------------------------------------------------------------------- */

#define SOONER(first, than)                                                                        \
	"CASE WHEN " than " IS NULL OR " first " < " than " THEN " first " ELSE " than " END"
#define LATER(last, than)                                                                          \
	"CASE WHEN " than " IS NULL OR " last " > " than " THEN " last " ELSE " than " END"

/* Tables that last as long as the connection. They are empty between transactions. */
static int make_fresh(TALLOC_CTX *ctx, struct history_db *db, struct vmt_err *err)
{
	const struct history_dialect *d = db->ops->dialect;
	char *sql = talloc_asprintf(ctx,
		"CREATE TEMPORARY TABLE IF NOT EXISTS fresh (property %s, value %s, signature %s,"
		" n %s, first %s, last %s);"
		"CREATE TEMPORARY TABLE IF NOT EXISTS fresh_host (property %s, value %s, host %s,"
		" n %s)",
		d->number, d->text, d->text, d->number, d->number, d->number, d->number, d->text,
		d->text, d->number);

	return sql ? db->ops->run(db, sql, "cannot add to the history", err) : err_nomem(err);
}

static int clear_fresh(TALLOC_CTX *ctx, struct history_db *db, struct vmt_err *err)
{
	const char *clear = db->ops->dialect->clear;
	char *sql = talloc_asprintf(ctx, "%s fresh; %s fresh_host", clear, clear);

	return sql ? db->ops->run(db, sql, "cannot add to the history", err) : err_nomem(err);
}

/* Of one property: its number, and its value in SQL. */
#define NEW_ROWS                                                                                   \
	" FROM (SELECT %2$s AS value, " SIGNATURE " AS signature, host, time FROM crash"           \
	" WHERE id > @id AND kind IS NOT NULL) new"
static const char fresh_values[] =
	"INSERT INTO fresh SELECT %1$zu, value, signature, count(*), min(time), max(time)" NEW_ROWS
	" GROUP BY signature, value";
static const char fresh_hosts[] =
	"INSERT INTO fresh_host SELECT %1$zu, value, host, count(*)" NEW_ROWS
	" WHERE host IS NOT NULL GROUP BY value, host";

/* Of all properties. What is new in the other tables is counted before it is there. */
static const char *const additions[] = {
	"INSERT INTO total (property, value, n, named, hosts, signatures, first, last)"
	" SELECT f.property, f.value, sum(f.n), 0, 0, count(*) - count(t.n), min(f.first),"
	" max(f.last) FROM fresh f LEFT JOIN counted t ON t.property = f.property"
	" AND t.value = f.value AND t.signature = f.signature"
	" WHERE true GROUP BY f.property, f.value"
	" ON CONFLICT (property, value) DO UPDATE SET n = total.n + excluded.n,"
	" signatures = total.signatures + excluded.signatures,"
	" first = " SOONER("excluded.first", "total.first") ", last = " LATER(
		"excluded.last", "total.last"),
	"INSERT INTO total (property, value, n, named, hosts, signatures)"
	" SELECT f.property, f.value, 0, sum(f.n), count(*) - count(t.n), 0 FROM fresh_host f"
	" LEFT JOIN counted_host t ON t.property = f.property AND t.value = f.value"
	" AND t.host = f.host WHERE true GROUP BY f.property, f.value"
	" ON CONFLICT (property, value) DO UPDATE SET hosts = total.hosts + excluded.hosts,"
	" named = total.named + excluded.named",
	"INSERT INTO total (property, value, n, named, hosts, signatures)"
	" SELECT 10, CAST(" DAY " AS TEXT), count(*), 0, 0, 0 FROM crash"
	" WHERE id > @id AND time >= 0 GROUP BY 2"
	" ON CONFLICT (property, value) DO UPDATE SET n = total.n + excluded.n",
	"INSERT INTO counted (property, value, signature, n, first, last)"
	" SELECT property, value, signature, n, first, last FROM fresh WHERE true"
	" ON CONFLICT (property, value, signature) DO UPDATE SET n = counted.n + excluded.n,"
	" first = " SOONER("excluded.first", "counted.first") ", last = " LATER(
		"excluded.last", "counted.last"),
	"INSERT INTO counted_host (property, value, host, n)"
	" SELECT property, value, host, n FROM fresh_host WHERE true"
	" ON CONFLICT (property, value, host) DO UPDATE SET n = counted_host.n + excluded.n",
};

static int run(struct history_stmt *stmt, struct vmt_err *err)
{
	int rc = stmt->db->ops->step(stmt, "cannot add to the history", err);

	stmt->db->ops->reset(stmt);
	return rc < 0 ? rc : 0;
}

/* sql is NULL if there was no memory for it. */
static int add_rows(
	TALLOC_CTX *ctx, struct history_db *db, const char *sql, int64_t after, struct vmt_err *err)
{
	struct history_stmt *stmt;
	int rc = db->ops->prepare(ctx, db, sql, &stmt, err);

	if (rc)
		return rc;
	return db->ops->bind_number(stmt, "id", &after) ? err_nomem(err) : run(stmt, err);
}

/* Each property by itself, because its rows are sorted. */
static int fill_fresh(TALLOC_CTX *ctx, struct history_db *db, int64_t after, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < N && !rc; i++) {
		char *value = history_tally_value(ctx, (enum history_property)i);

		rc = value ? add_rows(ctx, db, talloc_asprintf(ctx, fresh_values, i, value), after,
				     err)
			   : err_nomem(err);
		if (!rc && i != HISTORY_HOST)
			rc = add_rows(
				ctx, db, talloc_asprintf(ctx, fresh_hosts, i, value), after, err);
	}
	return rc;
}

static int add_many(struct history_db *db, int64_t after, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	int rc = ctx ? make_fresh(ctx, db, err) : err_nomem(err);

	if (!rc)
		rc = fill_fresh(ctx, db, after, err);
	for (size_t i = 0; i < ARRAY_SIZE(additions) && !rc; i++)
		rc = add_rows(ctx, db, additions[i], after, err);
	if (!rc)
		rc = clear_fresh(ctx, db, err);
	talloc_free(ctx);
	return rc;
}

int history_tally_newest(struct history_db *db, int64_t *id, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct history_stmt *stmt;
	int rc = ctx ? db->ops->prepare(ctx, db, "SELECT max(id) FROM crash", &stmt, err)
		     : err_nomem(err);

	if (!rc)
		rc = db->ops->step(stmt, "cannot read the history", err);
	*id = rc == 1 ? db->ops->number(stmt, 0) : 0;
	talloc_free(ctx);
	return rc < 0 ? rc : 0;
}

/* ---- rows that change -------------------------------------------------------------------- */

struct tallied {
	const char *signature; /* NULL: there is no such row */
	const char *host;      /* NULL: not known */
	const char *values[N];
	struct vmt_time time;
};

static char *row_sql(TALLOC_CTX *ctx)
{
	char *all = talloc_strdup(ctx, "SELECT " SIGNATURE ", host, time");

	for (size_t i = 0; all && i < N; i++) {
		char *value = history_tally_value(ctx, (enum history_property)i);

		all = value ? talloc_asprintf_append_buffer(all, ", %s", value) : NULL;
	}
	return all ? talloc_strdup_append_buffer(all, " FROM crash WHERE id = @id") : NULL;
}

static int read_row(struct tallied *t, const struct history_stmt *stmt, struct vmt_err *err)
{
	const struct history_ops *ops = stmt->db->ops;
	bool whole = true;

	t->signature = talloc_strdup(t, ops->text(stmt, 0));
	t->host = talloc_strdup(t, ops->text(stmt, 1));
	t->time = (struct vmt_time){!ops->is_null(stmt, 2), ops->number(stmt, 2)};
	for (size_t i = 0; i < N; i++) {
		t->values[i] = talloc_strdup(t, ops->text(stmt, (int)i + 3));
		whole &= t->values[i] != NULL;
	}
	return whole ? 0 : err_nomem(err);
}

int history_tally_before(TALLOC_CTX *ctx, struct history_db *db, int64_t id,
	struct tallied **before, struct vmt_err *err)
{
	struct tallied *t = talloc_zero(ctx, struct tallied);
	struct history_stmt *stmt;
	int rc = t ? db->ops->prepare(t, db, row_sql(t), &stmt, err) : err_nomem(err);

	if (rc)
		return rc;
	rc = db->ops->bind_number(stmt, "id", &id)
		     ? err_nomem(err)
		     : db->ops->step(stmt, "cannot read the history", err);
	if (rc == 1)
		rc = read_row(t, stmt, err);
	*before = t;
	talloc_free(stmt);
	return rc;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

struct change {
	struct history_db *db;
	const struct tallied *row;
	size_t property;
};

static int change_by(const struct change *c, struct history_stmt *stmt, struct vmt_err *err)
{
	const struct history_ops *ops = c->db->ops;
	const int64_t property = (int64_t)c->property;

	return ops->bind_number(stmt, "property", &property) ||
			       ops->bind_text(stmt, "value", c->row->values[c->property]) ||
			       ops->bind_text(stmt, "signature", c->row->signature) ||
			       ops->bind_text(stmt, "host", c->row->host) ||
			       ops->bind_number(
				       stmt, "time", c->row->time.known ? &c->row->time.ns : NULL)
		       ? err_nomem(err)
		       : run(stmt, err);
}

static int change(const struct change *c, const char *sql, struct vmt_err *err)
{
	struct history_stmt *stmt;
	int rc = c->db->ops->prepare(NULL, c->db, sql, &stmt, err);

	if (rc)
		return rc;
	rc = change_by(c, stmt, err);
	talloc_free(stmt);
	return rc;
}

#define VALUE "property = @property AND value = :value"
#define THIS "property = @property AND value = :value AND signature = :signature"
#define THIS_HOST "property = @property AND value = :value AND host = :host"

/* What has no crash is no row. */
static int take_out(const struct change *c, struct vmt_err *err)
{
	static const char *const steps[] = {
		"UPDATE total SET n = n - 1, named = named - CASE WHEN :host IS NULL OR"
		" @property = 5 THEN 0 ELSE 1 END, signatures = signatures - (SELECT count(*) FROM "
		"counted t"
		" WHERE t.n = 1 AND " THIS "), hosts = hosts - (SELECT count(*) FROM counted_host t"
		" WHERE t.n = 1 AND " THIS_HOST ") WHERE " VALUE,
		"DELETE FROM total WHERE n < 1 AND " VALUE,
		"UPDATE counted SET n = n - 1 WHERE " THIS,
		"DELETE FROM counted WHERE n < 1 AND " THIS,
		"UPDATE counted_host SET n = n - 1 WHERE " THIS_HOST,
		"DELETE FROM counted_host WHERE n < 1 AND " THIS_HOST,
	};
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(steps) && !rc; i++)
		rc = change(c, steps[i], err);
	return rc;
}

/* What one crash more changes. */
static const char *const increments[] = {
	"INSERT INTO total (property, value, n, named, hosts, signatures, first, last)"
	" VALUES (@property, :value, 1, CASE WHEN :host IS NULL OR @property = 5 THEN 0"
	" ELSE 1 END, CASE WHEN :host IS NULL OR @property = 5 OR EXISTS"
	" (SELECT 1 FROM counted_host WHERE " THIS_HOST ") THEN 0 ELSE 1 END,"
	" CASE WHEN EXISTS (SELECT 1 FROM counted WHERE " THIS ") THEN 0 ELSE 1 END,"
	" @time, @time)"
	" ON CONFLICT (property, value) DO UPDATE SET n = total.n + 1,"
	" named = total.named + excluded.named, hosts = total.hosts + excluded.hosts,"
	" signatures = total.signatures + excluded.signatures,"
	" first = " SOONER("excluded.first", "total.first") ", last = " LATER(
		"excluded.last", "total.last"),
	"INSERT INTO counted (property, value, signature, n, first, last)"
	" VALUES (@property, :value, :signature, 1, @time, @time)"
	" ON CONFLICT (property, value, signature) DO UPDATE SET n = counted.n + 1,"
	" first = " SOONER("excluded.first", "counted.first") ", last = " LATER(
		"excluded.last", "counted.last"),
	"INSERT INTO counted_host (property, value, host, n)"
	" SELECT @property, :value, :host, 1 WHERE :host IS NOT NULL AND @property <> 5"
	" ON CONFLICT (property, value, host) DO UPDATE SET n = counted_host.n + 1",
};

static int put_in(const struct change *c, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(increments) && !rc; i++)
		rc = change(c, increments[i], err);
	return rc;
}

/* Of what it was counted under: it may have been the first or the last one. */
static int look_again(const struct change *c, struct vmt_err *err)
{
	char *value = history_tally_value(NULL, (enum history_property)c->property);
	char *sql =
		value ? talloc_asprintf(value,
				"UPDATE counted SET first = (SELECT min(time) FROM crash WHERE"
				" coarse = :signature AND %s = :value), last = (SELECT max(time)"
				" FROM crash WHERE coarse = :signature AND %s = :value) WHERE " THIS
				" AND (first >= @time OR last <= @time)",
				value, value)
		      : NULL;
	int rc = sql ? change(c, sql, err) : err_nomem(err);

	if (!rc)
		rc = change(c,
			"UPDATE total SET first = (SELECT min(t.first) FROM counted t WHERE " VALUE
			"), last = (SELECT max(t.last) FROM counted t WHERE " VALUE ") WHERE " VALUE
			" AND (first >= @time OR last <= @time)",
			err);
	talloc_free(value);
	return rc;
}

static int count_day(struct history_db *db, struct vmt_time time, int64_t n, struct vmt_err *err)
{
	struct history_stmt *stmt;
	int rc = time.known && time.ns >= 0
			 ? db->ops->prepare(NULL, db,
				   "INSERT INTO total (property, value, n, named, hosts,"
				   " signatures) VALUES (10, CAST(@time / 86400000000000 AS"
				   " TEXT), @n, 0, 0, 0)"
				   " ON CONFLICT (property, value) DO UPDATE SET"
				   " n = total.n + excluded.n",
				   &stmt, err)
			 : 1;

	if (rc)
		return rc < 0 ? rc : 0;
	rc = db->ops->bind_number(stmt, "time", &time.ns) || db->ops->bind_number(stmt, "n", &n)
		     ? err_nomem(err)
		     : run(stmt, err);
	talloc_free(stmt);
	return rc;
}

int history_tally_after(
	struct history_db *db, int64_t id, const struct tallied *before, struct vmt_err *err)
{
	struct tallied *after;
	TALLOC_CTX *ctx = talloc_new(NULL);
	int rc = ctx ? history_tally_before(ctx, db, id, &after, err) : err_nomem(err);
	bool timely =
		!rc && before->time.known == after->time.known && before->time.ns == after->time.ns;

	for (size_t i = 0; i < N && !rc; i++) {
		const struct change was = {db, before, i}, is = {db, after, i};

		if (timely && same(before->host, after->host) &&
			same(before->values[i], after->values[i]))
			continue;
		rc = take_out(&was, err);
		if (!rc)
			rc = put_in(&is, err);
		if (!rc && before->time.known)
			rc = look_again(&was, err);
	}
	if (!rc && !timely)
		rc = count_day(db, before->time, -1, err);
	if (!rc && !timely)
		rc = count_day(db, after->time, 1, err);
	talloc_free(ctx);
	return rc;
}

/* ---- a few new rows ---------------------------------------------------------------------- */

/* More are better counted together. */
#define FEW 4

static int prepare_increments(TALLOC_CTX *ctx, struct history_db *db,
	struct history_stmt *stmts[ARRAY_SIZE(increments)], struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(increments) && !rc; i++)
		rc = db->ops->prepare(ctx, db, increments[i], &stmts[i], err);
	return rc;
}

static int add_row(TALLOC_CTX *ctx, struct history_db *db, int64_t id,
	struct history_stmt *const stmts[ARRAY_SIZE(increments)], struct vmt_err *err)
{
	struct tallied *row;
	int rc = history_tally_before(ctx, db, id, &row, err);

	if (rc || !row->signature)
		return rc;
	for (size_t i = 0; i < N && !rc; i++)
		for (size_t k = 0; k < ARRAY_SIZE(increments) && !rc; k++)
			rc = change_by(&(struct change){db, row, i}, stmts[k], err);
	return rc ? rc : count_day(db, row->time, 1, err);
}

static int add_few(struct history_db *db, int64_t after, int64_t newest, struct vmt_err *err)
{
	struct history_stmt *stmts[ARRAY_SIZE(increments)];
	TALLOC_CTX *ctx = talloc_new(NULL);
	int rc = ctx ? prepare_increments(ctx, db, stmts, err) : err_nomem(err);

	for (int64_t id = after + 1; id <= newest && !rc; id++)
		rc = add_row(ctx, db, id, stmts, err);
	talloc_free(ctx);
	return rc;
}

int history_tally_add(struct history_db *db, int64_t after, struct vmt_err *err)
{
	int64_t newest;
	int rc = history_tally_newest(db, &newest, err);

	if (rc || newest <= after)
		return rc;
	return newest - after <= FEW ? add_few(db, after, newest, err) : add_many(db, after, err);
}

/* ---- counts ------------------------------------------------------------------------------ */

static const char counts[] =
	"SELECT value, n, hosts, signatures, first, last FROM total WHERE property = @property";

/* What the tables say, as breakdown.c says it. NULL: not known, or no memory. */
static const char *value_of(TALLOC_CTX *ctx, size_t property, const char *value)
{
	if (*value != '=')
		return NULL;
	if (property == HISTORY_CLOCK_WEEKDAY)
		return breakdown_day((unsigned)(value[1] - '0'));
	return property == HISTORY_CLOCK_HOUR ? talloc_asprintf(ctx, "%s:00", value + 1)
					      : talloc_strdup(ctx, value + 1);
}

static struct vmt_time time_at(const struct history_stmt *stmt, int at)
{
	bool known = !stmt->db->ops->is_null(stmt, at);

	return (struct vmt_time){known, known ? stmt->db->ops->number(stmt, at) : 0};
}

static int read_count(TALLOC_CTX *ctx, size_t property, const struct history_stmt *stmt,
	struct breakdown_row *row, struct vmt_err *err)
{
	const struct history_ops *ops = stmt->db->ops;
	const char *value = ops->text(stmt, 0);

	if (!value)
		return err_nomem(err);
	*row = (struct breakdown_row){.value = value_of(ctx, property, value),
		.crashes = (size_t)ops->number(stmt, 1),
		.hosts = property == HISTORY_HOST ? *value == '=' : (size_t)ops->number(stmt, 2),
		.signatures = (size_t)ops->number(stmt, 3),
		.first = time_at(stmt, 4),
		.last = time_at(stmt, 5)};
	return *value == '=' && !row->value ? err_nomem(err) : 0;
}

static int read_counts(TALLOC_CTX *ctx, struct history_stmt *stmt, enum history_property property,
	struct breakdown *ret, struct vmt_err *err)
{
	int rc;

	*ret = (struct breakdown){0};
	while ((rc = stmt->db->ops->step(stmt, "cannot read the history", err)) == 1) {
		struct breakdown_row *room = ARRAY_ROOM(ctx, ret->rows, ret->n);

		if (!room)
			return err_nomem(err);
		ret->rows = room;
		rc = read_count(ctx, property, stmt, &room[ret->n++], err);
		if (rc)
			return rc;
	}
	return rc ? rc : breakdown_finish(ctx, properties[property].by, ret, err);
}

int history_tally_breakdown(TALLOC_CTX *ctx, struct history_db *db, enum history_property property,
	struct breakdown *ret, struct vmt_err *err)
{
	const int64_t number = (int64_t)property;
	struct history_stmt *stmt;
	int rc = db->ops->prepare(ctx, db, counts, &stmt, err);

	if (rc)
		return rc;
	rc = db->ops->bind_number(stmt, "property", &number)
		     ? err_nomem(err)
		     : read_counts(ctx, stmt, property, ret, err);
	talloc_free(stmt);
	return rc;
}

/* What the list is to have of a breakdown. */
static int put_counts(struct vmt_list *list, struct breakdown *b, struct vmt_err *err)
{
	struct list_counts *counted = talloc_zero(list, struct list_counts);

	if (!counted)
		return err_nomem(err);
	*counted = (struct list_counts){.by = b, .n_by = 1};
	for (size_t i = 0; i < b->n; i++)
		list->n_counted += b->rows[i].crashes;
	list->counts = counted;
	return 0;
}

static int find_property(const char *by, enum history_property *ret, struct vmt_err *err)
{
	for (size_t i = 0; i < N; i++) {
		if (!strcmp(properties[i].by, by)) {
			*ret = (enum history_property)i;
			return 0;
		}
	}
	return err_set(err, VMT_ERR_USAGE, "crashes cannot be counted by %s", by);
}

int history_tally_count(
	struct history_db *db, const char *by, struct vmt_list *list, struct vmt_err *err)
{
	struct breakdown *b = talloc_zero(list, struct breakdown);
	enum history_property property = HISTORY_KIND;
	int rc = b ? find_property(by, &property, err) : err_nomem(err);

	if (!rc)
		rc = history_tally_breakdown(list, db, property, b, err);
	return rc ? rc : put_counts(list, b, err);
}

/* ---- counts of some crashes -------------------------------------------------------------- */

/*
 * Each crash is counted under its value and signature, and under its value and host; of these there
 * are far fewer.
 */
static const char some[] =
	"SELECT coalesce('=' || value, ''), CAST(sum(n) FILTER (WHERE is_host) AS BIGINT),"
	" count(host) FILTER (WHERE is_host), count(*) FILTER (WHERE NOT is_host),"
	" min(first), max(last) FROM (SELECT value, host, grouping(signature) = 1 AS is_host,"
	" count(*) AS n, min(time) AS first, max(time) AS last FROM (SELECT %s AS value, host,"
	" " SIGNATURE " AS signature, time FROM crash WHERE %s) crash"
	" GROUP BY GROUPING SETS ((value, host), (value, signature))) counted GROUP BY value";

int history_tally_some(TALLOC_CTX *ctx, struct history_db *db,
	const struct vmt_history_query *query, struct vmt_list *list, struct vmt_err *err)
{
	struct breakdown *b = talloc_zero(list, struct breakdown);
	enum history_property property = HISTORY_KIND;
	char *where = history_query_sql(ctx, db->ops->dialect, query, HISTORY_WHOLE), *sql;
	struct history_stmt *stmt;
	int rc = b ? find_property(query->by, &property, err) : err_nomem(err);

	if (rc)
		return rc;
	sql = where ? talloc_asprintf(ctx, some, properties[property].value, where) : NULL;
	rc = db->ops->prepare(ctx, db, sql, &stmt, err);
	if (!rc)
		rc = history_query_bind(ctx, stmt, query, err);
	if (!rc)
		rc = read_counts(list, stmt, property, b, err);
	return rc ? rc : put_counts(list, b, err);
}
