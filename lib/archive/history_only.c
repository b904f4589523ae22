// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What only.c finds by reading all crashes, by the tallies. The crashes of a group are read only if
 * some of them lack the value: the tallies do not say on which hosts the others are.
 */
#include "archive/history_groups.h"

#include <stdlib.h>
#include <string.h>

#include "archive/history_tally.h"
#include "archive/text_pool.h"
#include "base/array.h"
#include "base/vmlinux.h"

/* named: what counts for it is hosts that are known; else also each crash of another. */
static const struct what {
	const char *name;
	enum history_property property;
	bool named;
} whats[] = {{"kernel", HISTORY_KERNEL, false}, {"driver", HISTORY_DRIVER, false},
	{"hardware", HISTORY_HARDWARE, true}, {"BIOS", HISTORY_BIOS, true}};

struct total {
	const char *value;
	size_t units;
};

/* Of each group, by a property. */
struct purity {
	const char **pure; /* what all its crashes have, as in the tally; "": none; NULL: several */
	bool *lacks;	   /* some of its crashes have none, others have */
};

struct finding {
	struct history_db *db;
	const struct what *what;
	struct text_pool *pool;
	struct total *totals; /* sorted by value */
	size_t n_totals;
	const struct purity *purity; /* by enum history_property */
	const struct history_group *groups;
	size_t n;
};

static const char reading[] = "cannot read the history";

/* ---- of all crashes ----------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	return strcmp(((const struct total *)a)->value, ((const struct total *)b)->value);
}

static int read_totals(TALLOC_CTX *ctx, struct finding *f, struct vmt_err *err)
{
	const struct history_ops *ops = f->db->ops;
	char *sql = talloc_asprintf(ctx,
		"SELECT value, n, hosts, named FROM total WHERE property = %d", f->what->property);
	struct history_stmt *stmt;
	int rc = ops->prepare(ctx, f->db, sql, &stmt, err);

	while (!rc && (rc = ops->step(stmt, reading, err)) == 1) {
		const char *value = ops->text(stmt, 0);
		struct total *room;

		rc = 0;
		if (value && *value != '=')
			continue;
		room = ARRAY_ROOM(ctx, f->totals, f->n_totals);
		value = value ? text_pool_get(f->pool, value) : NULL;
		if (!room || !value)
			return err_nomem(err);
		f->totals = room;
		room[f->n_totals++] = (struct total){value,
			(size_t)(ops->number(stmt, 2) +
				 (f->what->named ? 0
						 : ops->number(stmt, 1) - ops->number(stmt, 3)))};
	}
	if (f->n_totals)
		qsort(f->totals, f->n_totals, sizeof(*f->totals), by_value);
	return rc;
}

static size_t with_value(const struct finding *f, const char *value)
{
	const struct total wanted = {.value = value}, *t = NULL;

	if (f->n_totals)
		t = bsearch(&wanted, f->totals, f->n_totals, sizeof(wanted), by_value);
	return t ? t->units : 0;
}

/* Of a driver, those with any version of the module. */
static size_t with_any(const struct finding *f, const char *value)
{
	size_t len = f->what->property == HISTORY_DRIVER ? strcspn(value, " ") + 1 : 0, n = 0;

	for (size_t i = 0; i < f->n_totals; i++)
		if (!strncmp(f->totals[i].value, value, len))
			n += f->totals[i].units;
	return n;
}

/* ---- of a group --------------------------------------------------------------------------- */

static int by_signature(const void *a, const void *b)
{
	return strcmp(((const struct history_group *)a)->signature,
		((const struct history_group *)b)->signature);
}

static size_t find(const struct finding *f, const char *signature)
{
	const struct history_group wanted = {.signature = signature}, *g = NULL;

	if (f->n && signature)
		g = bsearch(&wanted, f->groups, f->n, sizeof(wanted), by_signature);
	return g ? (size_t)(g - f->groups) : f->n;
}

#define PROPERTIES (HISTORY_BIOS + 1)

static int take_pure(const struct finding *f, const struct history_stmt *stmt,
	struct purity purity[PROPERTIES], struct vmt_err *err)
{
	const struct history_ops *ops = stmt->db->ops;
	size_t i = find(f, ops->text(stmt, 0));
	const char *value = ops->text(stmt, 1);
	struct purity *p = &purity[(size_t)ops->number(stmt, 4) % PROPERTIES];

	if (!value)
		return err_nomem(err);
	if (i == f->n || !p->pure)
		return 0;
	p->lacks[i] = ops->number(stmt, 2) != ops->number(stmt, 3);
	if (!p->lacks[i] && !(p->pure[i] = text_pool_get(f->pool, value)))
		return err_nomem(err);
	return 0;
}

/* Which groups have one value, and which have crashes without one: of all properties at once. */
static int read_pure(TALLOC_CTX *ctx, const struct finding *f, struct purity purity[PROPERTIES],
	struct vmt_err *err)
{
	static const enum history_property needed[] = {
		HISTORY_MODULE, HISTORY_KERNEL, HISTORY_DRIVER, HISTORY_HARDWARE, HISTORY_BIOS};
	const struct history_ops *ops = f->db->ops;
	char *sql = talloc_asprintf(ctx,
		"SELECT t.signature, t.value, t.n, g.n, t.property FROM (SELECT signature,"
		" CAST(sum(n) AS BIGINT) AS n FROM counted WHERE property = %d GROUP BY signature)"
		" g JOIN counted t ON t.signature = g.signature"
		" WHERE t.property IN (%d, %d, %d, %d, %d)"
		" AND (t.value = '' OR t.n = g.n)",
		HISTORY_KIND, needed[0], needed[1], needed[2], needed[3], needed[4]);
	struct history_stmt *stmt;
	int rc = ops->prepare(ctx, f->db, sql, &stmt, err);

	for (size_t i = 0; i < ARRAY_SIZE(needed) && !rc; i++) {
		struct purity *p = &purity[needed[i]];

		p->pure = talloc_zero_array(ctx, const char *, f->n + 1);
		p->lacks = talloc_zero_array(ctx, bool, f->n + 1);
		if (!p->pure || !p->lacks)
			rc = err_nomem(err);
	}
	while (!rc && (rc = ops->step(stmt, reading, err)) == 1)
		rc = take_pure(f, stmt, purity, err);
	return rc;
}

static bool has_several(const struct list_count *c, size_t n)
{
	size_t known = 0;

	for (size_t i = 0; i < n; i++)
		known += c[i].text != NULL;
	return known > 1;
}

/* Whether the tallies leave it open which value its crashes have. */
static bool must_be_read(const struct finding *f, size_t i)
{
	const struct history_group *g = &f->groups[i];

	if (f->what->property == HISTORY_KERNEL &&
		has_several(g->group->kernels, g->group->n_kernels))
		return false;
	if (f->what->property == HISTORY_DRIVER && !f->purity[HISTORY_MODULE].pure[i])
		return true; /* the versions are of several modules */
	if (f->what->property == HISTORY_DRIVER &&
		has_several(g->group->versions, g->group->n_versions))
		return false;
	return f->purity[f->what->property].lacks[i] || (f->what->named && g->unnamed);
}

/* The value that all crashes have, of which it is known; NULL: none, or several. */
static int read_group(TALLOC_CTX *ctx, const struct finding *f, size_t i, const char **value,
	size_t *units, struct vmt_err *err)
{
	const struct history_ops *ops = f->db->ops;
	const char *module = f->groups[i].group->newest->report->verdict.module;
	char *of = history_tally_value(ctx, f->what->property);
	char *sql = of ? talloc_asprintf(ctx,
				 "SELECT DISTINCT %s, host, CASE WHEN host IS NULL THEN id END"
				 " FROM crash WHERE coarse = :signature%s%s",
				 of, f->what->named ? " AND host IS NOT NULL" : "",
				 f->what->property == HISTORY_DRIVER ? " AND module = :module" : "")
		       : NULL;
	struct history_stmt *stmt;
	int rc = ops->prepare(ctx, f->db, sql, &stmt, err);

	*units = 0;
	if (rc)
		return rc;
	if (ops->bind_text(stmt, "signature", f->groups[i].signature) ||
		ops->bind_text(stmt, "module", module))
		return err_nomem(err);
	while ((rc = ops->step(stmt, reading, err)) == 1) {
		const char *text = ops->text(stmt, 0);

		if (!text)
			return err_nomem(err);
		if (*text != '=')
			continue;
		if (*value && strcmp(*value, text) != 0) {
			*value = NULL;
			break;
		}
		*units += 1;
		if (!*value && !(*value = text_pool_get(f->pool, text)))
			return err_nomem(err);
	}
	talloc_free(stmt);
	return rc < 0 ? rc : 0;
}

static size_t hosts_of(const struct list_group *g)
{
	size_t n = g->more_hosts;

	for (size_t i = 0; i < g->n_hosts; i++)
		n += g->hosts[i].text != NULL;
	return n;
}

static int test_group(TALLOC_CTX *ctx, const struct finding *f, size_t i, struct only_tests *tests,
	struct vmt_err *err)
{
	const struct history_group *g = &f->groups[i];
	const char *value = f->purity[f->what->property].pure[i];
	size_t units = hosts_of(g->group) + (f->what->named ? 0 : g->unnamed), with, of;
	int rc = 0;

	if (g->group->n < ONLY_UNITS_LEAST)
		return 0;
	if (!value && must_be_read(f, i))
		rc = read_group(ctx, f, i, &value, &units, err);
	if (rc || !value || *value != '=' || units < ONLY_UNITS_LEAST)
		return rc;
	with = with_value(f, value);
	of = with_any(f, value);
	if (with < units || of < with) /* another process added it just now */
		return 0;
	return only_add(ctx, tests,
		&(struct only_test){{f->what->name, value + 1, units, with - units, of - units,
					    only_chance(units, with, of)},
			i},
		err);
}

int history_only(TALLOC_CTX *ctx, struct history_db *db, const struct history_group *groups,
	size_t n, struct onlies *ret, struct vmt_err *err)
{
	TALLOC_CTX *own = talloc_new(ctx);
	struct only_tests tests = {0};
	struct purity purity[PROPERTIES] = {0};
	struct finding f = {.db = db, .groups = groups, .n = n, .purity = purity};
	int rc = own ? text_pool_new(own, &f.pool, err) : err_nomem(err);

	if (!rc)
		rc = read_pure(own, &f, purity, err);
	for (size_t w = 0; w < ARRAY_SIZE(whats) && !rc; w++) {
		f.what = &whats[w];
		f.totals = NULL;
		f.n_totals = 0;
		rc = read_totals(own, &f, err);
		for (size_t i = 0; i < n && !rc; i++)
			rc = test_group(own, &f, i, &tests, err);
	}
	if (!rc)
		rc = only_keep(ctx, &tests, n, ret, err);
	talloc_free(own);
	return rc;
}
