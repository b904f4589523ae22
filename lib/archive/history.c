// SPDX-License-Identifier: GPL-3.0-or-later
/* Opens a history and lists its crashes. */
#include "archive/history.h"

#include <string.h>

#include "archive/history_groups.h"
#include "archive/history_query.h"
#include "archive/history_row.h"
#include "archive/history_schema.h"
#include "archive/history_tally.h"
#include "base/array.h"
#include "base/sized.h"
#include "io/url.h"

int history_end(struct history_db *db, int rc, const char *what, struct vmt_err *err)
{
	if (!rc)
		rc = db->ops->run(db, "COMMIT", what, err);
	if (rc)
		db->ops->run(db, "ROLLBACK", what, NULL);
	return rc;
}

/* Whether this names a server, and no file. */
static bool is_uri(const char *where)
{
	return !strncmp(where, "postgresql://", 13) || !strncmp(where, "postgres://", 11);
}

/* Not a file of that name: it would be shown with its password. */
static int refuse_scheme(const char *path, struct vmt_err *err)
{
	char shown[200];

	url_show(path, shown, sizeof(shown));
	return err_set(err, VMT_ERR_USAGE,
		"%s: a history is a file, or postgresql://USER@HOST/DATABASE", shown);
}

int vmt_history_open(
	const char *path, unsigned flags, struct vmt_history **ret, struct vmt_err *err)
{
	bool create = !(flags & VMT_HISTORY_READ);
	struct vmt_history *h = talloc_zero(NULL, struct vmt_history);
	int rc;

	if (!is_uri(path) && url_scheme_of(path) != URL_NONE)
		rc = refuse_scheme(path, err);
	else if (!h)
		rc = err_nomem(err);
	else
		rc = is_uri(path) ? history_postgresql_open(h, path, create, &h->db, err)
				  : history_sqlite_open(h, path, create, &h->db, err);
	if (!rc)
		rc = history_schema_check(h->db, create, &h->schema, err);
	if (rc)
		talloc_free(h);
	else
		*ret = h;
	return rc;
}

void vmt_history_close(struct vmt_history *history)
{
	if (history)
		TALLOC_FREE(history->adding); /* statements before their database */
	talloc_free(history);
}

/* ---- listing ----------------------------------------------------------------------------- */

void history_entry(struct vmt_list_entry *e, struct vmt_report *r)
{
	const struct vmt_crash *c = &r->crash;

	*e = (struct vmt_list_entry){.path = r->input.path ? r->input.path : "(no file)",
		.report = r,
		.time = c->time.known ? c->time : c->local,
		.time_source = c->time_source,
		.utc = c->time.known,
		.host = r->machine.hostname};
}

static int add_entry(struct vmt_list *list, struct vmt_report *r, struct vmt_err *err)
{
	struct vmt_list_entry *room = ARRAY_ROOM(list, list->entries, list->n);

	if (!room)
		return err_nomem(err);
	list->entries = room;
	history_entry(&list->entries[list->n++], r);
	return 0;
}

static char *make_sql(TALLOC_CTX *ctx, const struct vmt_history *h,
	const struct vmt_history_query *q, enum history_part part)
{
	char *names = history_row_sql(ctx, HISTORY_ROW_NAMES);
	char *where = history_query_sql(ctx, h->db->ops->dialect, q, part);

	if (!names || !where)
		return NULL;
	return talloc_asprintf(ctx,
		"SELECT %s FROM crash WHERE %s ORDER BY coalesce(time, local_time) DESC NULLS LAST,"
		" file NULLS FIRST, id%s",
		names, where, history_query_is_exact(q) && q->newest ? " LIMIT @newest" : "");
}

struct reading {
	struct vmt_history *h;
	const struct vmt_history_query *q;
	bool exact;
	struct text_pool *pool;
	struct vmt_list *list;
};

static int take_row(const struct reading *r, const struct history_stmt *stmt, struct vmt_err *err)
{
	struct vmt_report *report = history_row_read(r->list, r->pool, stmt, err);

	if (!report)
		return VMT_ERR_NOMEM;
	if (r->exact || history_query_matches(r->q, report))
		return add_entry(r->list, report, err);
	talloc_free(report);
	return 0;
}

static int read_part(
	TALLOC_CTX *ctx, const struct reading *r, enum history_part part, struct vmt_err *err)
{
	const struct history_ops *ops = r->h->db->ops;
	struct history_stmt *stmt;
	int rc = ops->prepare(ctx, r->h->db, make_sql(ctx, r->h, r->q, part), &stmt, err);

	if (!rc)
		rc = history_query_bind(ctx, stmt, r->q, err);
	if (rc)
		return rc;
	ops->stream(stmt);
	while (!rc && !(r->q->newest && r->list->n >= r->q->newest) &&
		(rc = ops->step(stmt, "cannot read the history", err)) == 1)
		rc = take_row(r, stmt, err);
	ops->reset(stmt);
	return rc;
}

/* Crashes without a time are the last ones. */
static int read_rows(TALLOC_CTX *ctx, struct vmt_history *h, const struct vmt_history_query *q,
	struct vmt_list *list, struct vmt_err *err)
{
	struct reading r = {h, q, history_query_is_exact(q), NULL, list};
	int rc = text_pool_new(list, &r.pool, err);

	if (rc)
		return rc;
	if (!q->since.known && !q->until.known)
		return read_part(ctx, &r, HISTORY_WHOLE, err);
	rc = read_part(ctx, &r, HISTORY_DATED, err);
	return rc ? rc : read_part(ctx, &r, HISTORY_DATELESS, err);
}

/* By what was counted before; *done false: it does not tell. */
static int find_counts(struct vmt_history *h, struct vmt_history_query *q, struct vmt_list *list,
	bool *done, struct vmt_err *err)
{
	bool page = q->summary == VMT_SUMMARY_PAGE;
	int rc;

	*done = false;
	if (h->schema < HISTORY_SCHEMA_TALLY || !history_query_is_all(q))
		return 0;
	if (q->by) {
		*done = true;
		return history_tally_count(h->db, q->by, list, err);
	}
	if (!q->summary)
		return 0;
	rc = history_groups(h, page, list, done, err);
	if (!rc && *done && page) {
		q->newest = LIST_PAGE_ENTRIES;
		*done = false;
	}
	return rc;
}

int vmt_history_find(struct vmt_history *history, const struct vmt_history_query *query,
	struct vmt_list **ret, struct vmt_err *err)
{
	struct vmt_history_query q;
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_list *list = talloc_zero(NULL, struct vmt_list);
	bool done = false;
	int rc = ctx && list ? sized_read(&q, sizeof(q), query, err) : err_nomem(err);

	if (!rc)
		rc = history_schema_still(history->db, err);
	if (!rc)
		rc = find_counts(history, &q, list, &done, err);
	/* Of the newest ones, or of what SQL cannot tell, the entries are counted. */
	if (!rc && !done && q.by && !q.newest && history_query_is_exact(&q))
		rc = history_count(history->db, &q, list, err);
	else if (!rc && !done)
		rc = read_rows(ctx, history, &q, list, err);
	talloc_free(ctx);
	if (rc) {
		talloc_free(list);
		return rc;
	}
	*ret = list;
	return 0;
}

int vmt_history_list(struct vmt_history *history, struct vmt_list **ret, struct vmt_err *err)
{
	const struct vmt_history_query all = {.struct_size = sizeof(all)};

	return vmt_history_find(history, &all, ret, err);
}
