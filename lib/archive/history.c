// SPDX-License-Identifier: GPL-3.0-or-later
/* Opens a history and lists its crashes. */
#include "archive/history.h"

#include <string.h>

#include "archive/history_row.h"
#include "archive/history_schema.h"
#include "base/array.h"

int history_end(struct history_db *db, int rc, const char *what, struct vmt_err *err)
{
	if (!rc)
		rc = db->ops->run(db, "COMMIT", what, err);
	if (rc)
		db->ops->run(db, "ROLLBACK", what, NULL);
	return rc;
}

bool history_is_uri(const char *where)
{
	return !strncmp(where, "postgresql://", 13) || !strncmp(where, "postgres://", 11);
}

int vmt_history_open(
	const char *path, unsigned flags, struct vmt_history **ret, struct vmt_err *err)
{
	bool create = !(flags & VMT_HISTORY_READ);
	struct vmt_history *h = talloc_zero(NULL, struct vmt_history);
	int rc;

	if (!h)
		return err_nomem(err);
	rc = history_is_uri(path) ? history_postgresql_open(h, path, create, &h->db, err)
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
	const struct history_ops *ops = h->db->ops;
	char *names = history_row_sql(ctx, HISTORY_ROW_NAMES);
	char *sql = names ? talloc_asprintf(ctx,
				    "SELECT %s FROM crash ORDER BY coalesce(time, local_time) DESC"
				    " NULLS LAST, file NULLS FIRST, id",
				    names)
			  : NULL;
	struct history_stmt *stmt;
	int rc = ops->prepare(ctx, h->db, sql, &stmt, err);

	if (rc)
		return rc;
	ops->stream(stmt);
	while ((rc = ops->step(stmt, "cannot read the history", err)) == 1) {
		struct vmt_list_entry *room = ARRAY_ROOM(list, list->entries, list->n);
		struct vmt_report *r;

		if (!room)
			return err_nomem(err);
		list->entries = room;
		r = history_row_read(list, stmt, err);
		if (!r)
			return VMT_ERR_NOMEM;
		fill_entry(&list->entries[list->n++], r);
	}
	return rc;
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
