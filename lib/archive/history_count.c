// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Counts crashes by a property without a report of each: what counts of them (the value, the host,
 * the signature) is alike in many. A server does that by itself, since it would take longer to send
 * them; SQLite would sort them, so that is done here.
 */
#include "archive/history_query.h"

#include <string.h>

#include "archive/list_counts.h"
#include "archive/history_clock.h"
#include "archive/history_row.h"
#include "archive/history_tally.h"
#include "archive/text_pool.h"
#include "base/array.h"
#include "base/name_index.h"

enum { HOST, COARSE, KIND, FUNCTION, MODULE, VALUE, TEXTS, CLOCK = TEXTS, CRASHES, FIRST, LAST };

/* Without a signature, these say which crash is the same. */
#define ELSE(column) "CASE WHEN coarse IS NULL THEN " column " END"

/* What the value of a property is made of: VALUE and the clock, or the columns of the verdict. */
static const struct property {
	const char *by;
	const char *kind, *function, *module, *value;
	const char *clock; /* NULL: none */
	int64_t unit;	   /* of the clock, in nanoseconds */
} properties[] = {
	{"kind", HISTORY_SHOWN_KIND, ELSE("function"), ELSE("module"), NULL, NULL, 0},
	{"module", ELSE(HISTORY_SHOWN_KIND), ELSE("function"), "module", NULL, NULL, 0},
	{"signature", HISTORY_SHOWN_KIND, "function", "module", NULL, NULL, 0},
	{"kernel", ELSE(HISTORY_SHOWN_KIND), ELSE("function"), ELSE("module"), "release", NULL, 0},
	{"driver-version", ELSE(HISTORY_SHOWN_KIND), ELSE("function"), "module", "module_version",
		NULL, 0},
	{"host", ELSE(HISTORY_SHOWN_KIND), ELSE("function"), ELSE("module"), NULL, NULL, 0},
	{"hardware", ELSE(HISTORY_SHOWN_KIND), ELSE("function"), ELSE("module"), "hardware", NULL,
		0},
	{"bios", ELSE(HISTORY_SHOWN_KIND), ELSE("function"), ELSE("module"), "bios", NULL, 0},
	{"hour", ELSE(HISTORY_SHOWN_KIND), ELSE("function"), ELSE("module"), NULL, HISTORY_HOUR,
		INT64_C(3600000000000)},
	{"weekday", ELSE(HISTORY_SHOWN_KIND), ELSE("function"), ELSE("module"), NULL,
		"((" HISTORY_DAY " % 7 + 7) % 7)", INT64_C(86400000000000)},
};

/* Crashes that are alike in all of this. */
struct alike {
	const char *texts[TEXTS];
	struct vmt_time clock, first, last;
	uint64_t n;
};

struct counting {
	struct text_pool *pool;
	struct name_index *index;
	struct alike *items;
	size_t n;
	uint64_t crashes;
};

static char *make_sql(TALLOC_CTX *ctx, const struct history_dialect *d, const struct property *p,
	const struct vmt_history_query *q)
{
	char *where = history_query_sql(ctx, d, q, HISTORY_WHOLE);

	if (!where)
		return NULL;
	return talloc_asprintf(ctx,
		"SELECT host, coarse, %s, %s, %s, %s, %s, 1, time, time FROM crash WHERE %s",
		p->kind, p->function, p->module, p->value ? p->value : "CAST(NULL AS TEXT)",
		p->clock ? p->clock : "CAST(NULL AS BIGINT)", where);
}

static struct vmt_time time_at(const struct history_stmt *stmt, int at, int64_t unit)
{
	bool known = !stmt->db->ops->is_null(stmt, at);

	return (struct vmt_time){known, known ? stmt->db->ops->number(stmt, at) * unit : 0};
}

static bool same(const struct alike *a, const struct alike *b)
{
	return !memcmp(a->texts, b->texts, sizeof(a->texts)) && a->clock.known == b->clock.known &&
	       a->clock.ns == b->clock.ns;
}

static void join(struct alike *to, const struct alike *a)
{
	to->n += a->n;
	if (a->first.known && (!to->first.known || a->first.ns < to->first.ns))
		to->first = a->first;
	if (a->last.known && (!to->last.known || a->last.ns > to->last.ns))
		to->last = a->last;
}

static int add(TALLOC_CTX *ctx, struct counting *c, const struct alike *a, struct vmt_err *err)
{
	uint64_t sum = name_index_more(name_index_start(c->index), a->texts, sizeof(a->texts));
	uint32_t hash = name_index_hash(name_index_more(sum, &a->clock.ns, sizeof(a->clock.ns)));
	uint32_t cursor = 0, i;
	struct alike *more;

	c->crashes += a->n;
	while (name_index_next(c->index, hash, &cursor, &i)) {
		if (same(&c->items[i], a)) {
			join(&c->items[i], a);
			return 0;
		}
	}
	more = ARRAY_ROOM(ctx, c->items, c->n);
	if (!more)
		return err_nomem(err);
	c->items = more;
	more[c->n] = *a;
	return name_index_add(c->index, hash, (uint32_t)c->n++, err);
}

static int read_row(TALLOC_CTX *ctx, struct counting *c, const struct history_stmt *stmt,
	int64_t unit, struct vmt_err *err)
{
	const struct history_ops *ops = stmt->db->ops;
	struct alike a = {.clock = time_at(stmt, CLOCK, unit),
		.n = (uint64_t)ops->number(stmt, CRASHES),
		.first = time_at(stmt, FIRST, 1),
		.last = time_at(stmt, LAST, 1)};

	for (int i = 0; i < TEXTS; i++) {
		const char *text = ops->text(stmt, i);

		a.texts[i] = text ? text_pool_get(c->pool, text) : NULL;
		if (text && !a.texts[i])
			return err_nomem(err);
	}
	return add(ctx, c, &a, err);
}

/* A report that has what the property is made of. */
static void make_report(
	const struct property *p, const struct alike *a, struct vmt_report *r, struct vmt_module *m)
{
	*r = (struct vmt_report){.machine = {.hostname = a->texts[HOST]},
		.crash = {.local = a->clock},
		.verdict = {.kind = a->texts[KIND] ? a->texts[KIND] : "",
			.function = a->texts[FUNCTION],
			.module = a->texts[MODULE]},
		.signature = {.coarse = a->texts[COARSE]}};
	if (!strcmp(p->by, "kernel"))
		r->kernel.release = a->texts[VALUE];
	if (!strcmp(p->by, "hardware"))
		r->machine.hardware = a->texts[VALUE];
	if (!strcmp(p->by, "bios"))
		r->machine.bios = a->texts[VALUE];
	*m = (struct vmt_module){.name = a->texts[MODULE], .version = a->texts[VALUE]};
	r->modules = m;
	r->n_modules = 1;
}

static int count_alike(struct vmt_list *list, const struct property *p, const struct counting *c,
	struct vmt_err *err)
{
	struct breakdown_crash *crashes = talloc_zero_array(list, struct breakdown_crash, c->n + 1);
	struct list_counts *counts = talloc_zero(list, struct list_counts);
	int rc = crashes && counts ? 0 : err_nomem(err);

	if (!rc) {
		counts->by = talloc_zero(list, struct breakdown);
		counts->n_by = 1;
		rc = counts->by ? 0 : err_nomem(err);
	}
	for (size_t i = 0; i < c->n && !rc; i++) {
		struct vmt_report r;
		struct vmt_module m;
		const struct vmt_list_entry e = {.report = &r};

		make_report(p, &c->items[i], &r, &m);
		rc = breakdown_crash_of(list, p->by, &e, &crashes[i], err);
		crashes[i].n = c->items[i].n;
		crashes[i].first = c->items[i].first;
		crashes[i].last = c->items[i].last;
	}
	if (!rc)
		rc = breakdown_count(list, p->by, crashes, c->n, counts->by, err);
	talloc_free(crashes);
	list->counts = counts;
	list->n_counted = c->crashes;
	return rc;
}

static int count_rows(TALLOC_CTX *ctx, struct history_db *db, const struct property *p,
	const struct vmt_history_query *q, struct vmt_list *list, struct vmt_err *err)
{
	struct counting c = {0};
	struct history_stmt *stmt;
	int rc = db->ops->prepare(ctx, db, make_sql(ctx, db->ops->dialect, p, q), &stmt, err);

	if (!rc)
		rc = history_query_bind(ctx, stmt, q, err);
	if (!rc)
		rc = text_pool_new(list, &c.pool, err);
	if (!rc)
		rc = name_index_new(ctx, 0, &c.index, err);
	if (rc)
		return rc;
	db->ops->stream(stmt);
	while ((rc = db->ops->step(stmt, "cannot read the history", err)) == 1) {
		rc = read_row(ctx, &c, stmt, p->unit, err);
		if (rc)
			return rc;
	}
	return rc ? rc : count_alike(list, p, &c, err);
}

int history_count(struct history_db *db, const struct vmt_history_query *query,
	struct vmt_list *list, struct vmt_err *err)
{
	const struct property *p = NULL;
	TALLOC_CTX *ctx = talloc_new(NULL);
	int rc;

	for (size_t i = 0; i < ARRAY_SIZE(properties) && !p; i++)
		if (strcmp(properties[i].by, query->by) == 0)
			p = &properties[i];
	if (!ctx)
		return err_nomem(err);
	if (db->ops->dialect->adds_up)
		rc = history_tally_some(ctx, db, query, list, err);
	else
		rc = p ? count_rows(ctx, db, p, query, list, err)
		       : err_set(err, VMT_ERR_USAGE, "crashes cannot be counted by %s", query->by);
	talloc_free(ctx);
	return rc;
}
