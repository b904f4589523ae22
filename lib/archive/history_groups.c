// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A group is of one signature, if all crashes have one. Then its numbers are in the tallies, and an
 * index leads to its newest and its oldest crash.
 */
#include "archive/history_groups.h"

#include <stdlib.h>
#include <string.h>

#include "archive/history_clock.h"
#include "archive/history_row.h"
#include "archive/history_tally.h"
#include "base/array.h"

struct grouping {
	struct vmt_history *h;
	struct vmt_list *list; /* owns what is found */
	struct list_summary *all;
	struct text_pool *pool;
	const char **signatures; /* of the groups, sorted */
	size_t *unnamed;
};

static const char reading[] = "cannot read the history";

/* ---- whether it can be done --------------------------------------------------------------- */

/* Such a crash belongs to other groups, or its place on the time line is not its time. */
static const char *const unusual[] = {
	"SELECT 1 FROM crash WHERE coarse IS NULL LIMIT 1",
	"SELECT 1 FROM crash WHERE time IS NULL AND local_time IS NOT NULL AND time_source IS NULL"
	" LIMIT 1",
};

static int is_usual(TALLOC_CTX *ctx, struct history_db *db, bool *ret, struct vmt_err *err)
{
	*ret = true;
	for (size_t i = 0; i < ARRAY_SIZE(unusual) && *ret; i++) {
		struct history_stmt *stmt;
		int rc = db->ops->prepare(ctx, db, unusual[i], &stmt, err);

		if (!rc)
			rc = db->ops->step(stmt, reading, err);
		if (rc < 0)
			return rc;
		*ret = rc == 0;
		db->ops->reset(stmt);
	}
	return 0;
}

/* ---- rows of a result --------------------------------------------------------------------- */

typedef int (*row_fn)(struct grouping *g, const struct history_stmt *stmt, struct vmt_err *err);

static int each_row(
	TALLOC_CTX *ctx, struct grouping *g, const char *sql, row_fn take, struct vmt_err *err)
{
	struct history_db *db = g->h->db;
	struct history_stmt *stmt;
	int rc = db->ops->prepare(ctx, db, sql, &stmt, err);

	if (rc)
		return rc;
	while ((rc = db->ops->step(stmt, reading, err)) == 1) {
		rc = take(g, stmt, err);
		if (rc)
			break;
	}
	talloc_free(stmt);
	return rc;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* NULL: another process added it just now. */
static struct list_group *find(const struct grouping *g, const char *signature)
{
	size_t n = g->all->groups.n;
	const char **at = signature && n ? bsearch(&signature, g->signatures, n,
						   sizeof(*g->signatures), compare)
					 : NULL;

	return at ? &g->all->groups.groups[at - g->signatures] : NULL;
}

static int take_group(struct grouping *g, const struct history_stmt *stmt, struct vmt_err *err)
{
	struct list_groups *gs = &g->all->groups;
	const char *signature = text_pool_get(g->pool, stmt->db->ops->text(stmt, 0));
	size_t n = gs->n;
	struct list_group *groups = ARRAY_ROOM(g->list, gs->groups, n);
	const char **signatures = ARRAY_ROOM(g->list, g->signatures, n);

	if (groups)
		gs->groups = groups;
	if (signatures)
		g->signatures = signatures;
	if (!groups || !signatures || !signature)
		return err_nomem(err);
	groups[n] = (struct list_group){.n = (size_t)stmt->db->ops->number(stmt, 1)};
	signatures[n] = signature;
	g->all->n += groups[n].n;
	gs->n++;
	return 0;
}

/* ---- the newest and the oldest ------------------------------------------------------------ */

static struct vmt_list_entry *read_entry(
	struct grouping *g, const struct history_stmt *stmt, struct vmt_err *err)
{
	struct vmt_list_entry *e = talloc_zero(g->list, struct vmt_list_entry);
	struct vmt_report *r = e ? history_row_read(g->list, g->pool, stmt, err) : NULL;

	if (!r) {
		err_nomem(err);
		return NULL;
	}
	history_entry(e, r);
	return e;
}

static int take_newest(struct grouping *g, const struct history_stmt *stmt, struct vmt_err *err)
{
	struct vmt_list_entry *e = read_entry(g, stmt, err);
	struct list_group *group = e ? find(g, e->report->signature.coarse) : NULL;

	if (group)
		group->newest = e;
	return e ? 0 : VMT_ERR_NOMEM;
}

static int take_oldest(struct grouping *g, const struct history_stmt *stmt, struct vmt_err *err)
{
	struct vmt_list_entry *e = read_entry(g, stmt, err);
	struct list_group *group = e ? find(g, e->report->signature.coarse) : NULL;

	if (group)
		group->oldest = e;
	return e ? 0 : VMT_ERR_NOMEM;
}

#define WHEN "coalesce(c.time, c.local_time)"

static int read_ends(TALLOC_CTX *ctx, struct grouping *g, struct vmt_err *err)
{
	static const struct {
		const char *order;
		row_fn take;
	} ends[] = {
		{WHEN " DESC NULLS LAST, c.file NULLS FIRST, c.id", take_newest},
		{WHEN " ASC NULLS FIRST, c.file DESC NULLS LAST, c.id DESC", take_oldest},
	};
	char *names = history_row_sql(ctx, HISTORY_ROW_NAMES);
	int rc = names ? 0 : err_nomem(err);

	for (size_t i = 0; i < ARRAY_SIZE(ends) && !rc; i++) {
		char *sql = talloc_asprintf(ctx,
			"SELECT %s FROM (SELECT DISTINCT signature AS of_group FROM counted WHERE"
			" property = %d) s JOIN crash ON crash.id = (SELECT c.id FROM crash c"
			" WHERE c.coarse = s.of_group ORDER BY %s LIMIT 1)",
			names, HISTORY_KIND, ends[i].order);

		rc = each_row(ctx, g, sql, ends[i].take, err);
	}
	for (size_t i = 0; i < g->all->groups.n && !rc; i++)
		if (!g->all->groups.groups[i].newest || !g->all->groups.groups[i].oldest)
			rc = err_set(err, VMT_ERR_CORRUPT,
				"%s: the history is damaged: it counts crashes that it has not",
				g->h->db->name);
	return rc;
}

/* ---- values ------------------------------------------------------------------------------- */

static int put_value(TALLOC_CTX *ctx, struct list_count **counts, size_t *n, const char *text,
	size_t crashes, struct vmt_err *err)
{
	struct list_count *room = ARRAY_ROOM(ctx, *counts, *n);

	if (!room)
		return err_nomem(err);
	*counts = room;
	room[(*n)++] = (struct list_count){text, crashes};
	return 0;
}

/* What is not known is before what is, as list_group_counts() sorts them. */
static bool is_before(const struct list_count *a, const char *text, size_t crashes)
{
	if (a->n != crashes)
		return a->n > crashes;
	return text && (!a->text || strcmp(a->text, text) < 0);
}

/* So many values are kept, and what is not known. */
#define KEPT (LIST_GROUP_VALUES + 1)

struct kept {
	struct list_count **counts;
	size_t *n, *more;
};

/* Keeps the most frequent values in their order; each comes once. */
static int keep_value(struct grouping *g, const struct kept *k, const char *text, size_t crashes,
	struct vmt_err *err)
{
	struct list_count *c = *k->counts;
	size_t at = *k->n, last = 0;

	if (!text && *k->n > KEPT)
		return err_set(err, VMT_ERR_CORRUPT,
			"%s: the history is damaged: it counts crashes twice", g->h->db->name);
	if (!c)
		c = *k->counts = talloc_zero_array(g->list, struct list_count, KEPT + 1);
	if (!c)
		return err_nomem(err);
	while (at && !is_before(&c[at - 1], text, crashes))
		at--;
	if (text && *k->n >= KEPT) {
		*k->more += 1;
		/* The last one that is known makes room. */
		for (last = *k->n; last && !c[last - 1].text;)
			last--;
		if (!last || at >= last)
			return 0;
		memmove(&c[last - 1], &c[last], (*k->n - last) * sizeof(*c));
		*k->n -= 1;
	}
	if (text && !(text = text_pool_get(g->pool, text)))
		return err_nomem(err);
	memmove(&c[at + 1], &c[at], (*k->n - at) * sizeof(*c));
	c[at] = (struct list_count){text, crashes};
	*k->n += 1;
	return 0;
}

/* "vhba 7.3.1" is of the version 7.3.1. */
static const char *version_in(const char *driver)
{
	const char *space = strchr(driver, ' ');

	return space ? space + 1 : driver;
}

static int take_value(struct grouping *g, const struct history_stmt *stmt, struct vmt_err *err)
{
	const struct history_ops *ops = stmt->db->ops;
	struct list_group *group = find(g, ops->text(stmt, 1));
	int64_t property = ops->number(stmt, 0);
	const char *value = ops->text(stmt, 2), *text;
	size_t n = (size_t)ops->number(stmt, 3);

	if (!value)
		return err_nomem(err);
	if (!group)
		return 0;
	text = *value == '=' ? value + 1 : NULL;
	if (property == HISTORY_DRIVER) {
		const char *version = text ? text_pool_get(g->pool, version_in(text)) : NULL;

		if (text && !version)
			return err_nomem(err);
		return put_value(g->list, &group->versions, &group->n_versions, version, n, err);
	}
	if (property == HISTORY_KERNEL)
		return keep_value(g,
			&(struct kept){&group->kernels, &group->n_kernels, &group->more_kernels},
			text, n, err);
	if (!text)
		g->unnamed[group - g->all->groups.groups] += n;
	return keep_value(g, &(struct kept){&group->hosts, &group->n_hosts, &group->more_hosts},
		text, n, err);
}

static int read_values(TALLOC_CTX *ctx, struct grouping *g, struct vmt_err *err)
{
	char *sql = talloc_asprintf(ctx,
		"SELECT property, signature, value, n FROM counted WHERE property IN (%d, %d, %d)",
		HISTORY_KERNEL, HISTORY_DRIVER, HISTORY_HOST);
	int rc;

	g->unnamed = talloc_zero_array(ctx, size_t, g->all->groups.n + 1);
	if (!g->unnamed)
		return err_nomem(err);
	rc = each_row(ctx, g, sql, take_value, err);
	for (size_t i = 0; i < g->all->groups.n && !rc; i++) {
		struct list_group *group = &g->all->groups.groups[i];

		list_group_counts(group->hosts, &group->n_hosts);
		list_group_counts(group->kernels, &group->n_kernels);
		list_group_counts(group->versions, &group->n_versions);
	}
	return rc;
}

/* ---- the groups --------------------------------------------------------------------------- */

struct place {
	struct list_group group;
	struct only *items;
	size_t n;
};

/* As list_group_make() sorts them. */
static int largest_first(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	const struct vmt_list_entry *m = x->group.newest, *n = y->group.newest;

	if (x->group.n != y->group.n)
		return x->group.n < y->group.n ? 1 : -1;
	if (m->time.known != n->time.known)
		return m->time.known ? -1 : 1;
	if (m->time.ns != n->time.ns)
		return m->time.ns < n->time.ns ? 1 : -1;
	return strcmp(m->path, n->path);
}

/* Puts the groups, and what is only in them, into their order. */
static int sort(TALLOC_CTX *ctx, struct grouping *g, struct vmt_err *err)
{
	struct list_groups *gs = &g->all->groups;
	struct onlies *o = &g->all->onlies;
	struct place *places = talloc_zero_array(ctx, struct place, gs->n + 1);
	struct only *items = talloc_zero_array(g->list, struct only, o->first[gs->n] + 1);
	size_t at = 0;

	if (!places || !items)
		return err_nomem(err);
	for (size_t i = 0; i < gs->n; i++)
		places[i] = (struct place){
			gs->groups[i], o->items + o->first[i], o->first[i + 1] - o->first[i]};
	qsort(places, gs->n, sizeof(*places), largest_first);
	for (size_t i = 0; i < gs->n; i++) {
		gs->groups[i] = places[i].group;
		o->first[i] = at;
		for (size_t k = 0; k < places[i].n; k++)
			items[at++] = places[i].items[k];
	}
	o->items = items;
	return 0;
}

static int find_only(TALLOC_CTX *ctx, struct grouping *g, struct vmt_err *err)
{
	size_t n = g->all->groups.n;
	struct history_group *groups = talloc_zero_array(ctx, struct history_group, n + 1);

	if (!groups)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		groups[i] = (struct history_group){
			g->signatures[i], &g->all->groups.groups[i], g->unnamed[i]};
	return history_only(g->list, g->h->db, groups, n, &g->all->onlies, err);
}

static int read_groups(TALLOC_CTX *ctx, struct grouping *g, struct vmt_err *err)
{
	char *sql = talloc_asprintf(ctx,
		"SELECT signature, sum(n) FROM counted WHERE property = %d GROUP BY signature"
		" ORDER BY signature",
		HISTORY_KIND);
	int rc = each_row(ctx, g, sql, take_group, err);

	if (!rc)
		rc = read_ends(ctx, g, err);
	if (!rc)
		rc = read_values(ctx, g, err);
	if (!rc)
		rc = find_only(ctx, g, err);
	return rc ? rc : sort(ctx, g, err);
}

/* ---- what a page shows -------------------------------------------------------------------- */

static int take_span(struct grouping *g, const struct history_stmt *stmt, struct vmt_err *err)
{
	const struct history_ops *ops = stmt->db->ops;

	int64_t first = ops->number(stmt, 0), last = ops->number(stmt, 1);

	(void)err;
	/* No time is known, or one is no number. */
	first = first > 0 ? first : 0;
	g->all->span = (struct span){.first = first, .last = last > first ? last : first};
	return 0;
}

static int take_day(struct grouping *g, const struct history_stmt *stmt, struct vmt_err *err)
{
	struct list_summary *all = g->all;
	struct list_day *room = ARRAY_ROOM(g->list, all->days, all->n_days);

	if (!room)
		return err_nomem(err);
	all->days = room;
	room[all->n_days] = (struct list_day){
		stmt->db->ops->number(stmt, 0), (size_t)stmt->db->ops->number(stmt, 1)};
	all->span.n += room[all->n_days++].n;
	return 0;
}

/*
 * From one crash to the first one after its hundredth: an index leads there. All after the last
 * hundredth are in it. A time that is no number may lead back.
 */
static const char marks_sql[] =
	"WITH RECURSIVE marks (at) AS (SELECT min(time) FROM crash WHERE coarse = :signature"
	" AND time >= 0 UNION ALL SELECT (SELECT min(c.time) FROM crash c WHERE"
	" c.coarse = :signature AND c.time >= @first + ((marks.at - @first) / @hundredth + 1)"
	" * @hundredth) FROM marks WHERE (marks.at - @first) / @hundredth < 99)"
	" SELECT (at - @first) / @hundredth FROM marks WHERE at IS NOT NULL LIMIT 100";

static int read_mark(struct list_group *group, struct history_stmt *stmt, bool *marks,
	const struct span *span, struct vmt_err *err)
{
	const struct history_ops *ops = stmt->db->ops;
	int64_t range = (span->last - span->first) / 1000, hundredth = range ? range * 10 : 1;
	int rc;

	group->marks = marks;
	if (ops->bind_number(stmt, "hundredth", &hundredth) ||
		ops->bind_number(stmt, "first", &span->first) ||
		ops->bind_text(stmt, "signature", group->newest->report->signature.coarse))
		return err_nomem(err);
	while ((rc = ops->step(stmt, reading, err)) == 1) {
		int64_t at = range ? ops->number(stmt, 0) : 50;

		marks[at < 0 ? 0 : at > 99 ? 99 : at] = true;
	}
	ops->reset(stmt);
	return rc;
}

static int read_marks(TALLOC_CTX *ctx, struct grouping *g, struct vmt_err *err)
{
	struct history_stmt *stmt;
	int rc = g->h->db->ops->prepare(ctx, g->h->db, marks_sql, &stmt, err);

	for (size_t i = 0; i < g->all->groups.n && i < LIST_PAGE_GROUPS && !rc; i++) {
		bool *marks = talloc_zero_array(g->list, bool, 100);

		rc = marks ? read_mark(&g->all->groups.groups[i], stmt, marks, &g->all->span, err)
			   : err_nomem(err);
	}
	return rc;
}

static int read_breakdowns(struct grouping *g, struct list_counts *counts, struct vmt_err *err)
{
	static const enum history_property shown[] = {HISTORY_KIND, HISTORY_KERNEL, HISTORY_DRIVER,
		HISTORY_HOST, HISTORY_CLOCK_HOUR, HISTORY_CLOCK_WEEKDAY};
	int rc = 0;

	counts->by = talloc_zero_array(g->list, struct breakdown, ARRAY_SIZE(shown));
	if (!counts->by)
		return err_nomem(err);
	for (size_t i = 0; i < ARRAY_SIZE(shown) && !rc; i++, counts->n_by++)
		rc = history_tally_breakdown(g->list, g->h->db, shown[i], &counts->by[i], err);
	return rc;
}

static int read_page(
	TALLOC_CTX *ctx, struct grouping *g, struct list_counts *counts, struct vmt_err *err)
{
	int rc = read_breakdowns(g, counts, err);

	if (!rc)
		rc = each_row(ctx, g,
			"SELECT (SELECT min(time) FROM crash WHERE time >= 0), max(time) FROM "
			"crash",
			take_span, err);
	if (!rc)
		rc = each_row(ctx, g,
			"SELECT CAST(value AS BIGINT), n FROM total WHERE property = 10 AND n > 0",
			take_day, err);
	return rc ? rc : read_marks(ctx, g, err);
}

int history_groups(
	struct vmt_history *h, bool page, struct vmt_list *list, bool *ret, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct list_counts *counts = talloc_zero(list, struct list_counts);
	struct grouping g = {.h = h, .list = list};
	int rc = ctx && counts ? is_usual(ctx, h->db, ret, err) : err_nomem(err);

	if (rc || !*ret) {
		talloc_free(ctx);
		return rc;
	}
	g.all = counts->all = talloc_zero(list, struct list_summary);
	rc = g.all ? text_pool_new(list, &g.pool, err) : err_nomem(err);
	if (!rc)
		rc = read_groups(ctx, &g, err);
	if (!rc && page)
		rc = read_page(ctx, &g, counts, err);
	list->counts = counts;
	list->n_counted = g.all ? g.all->n : 0;
	talloc_free(ctx);
	return rc;
}
