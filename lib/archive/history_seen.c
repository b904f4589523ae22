// SPDX-License-Identifier: GPL-3.0-or-later
/* How often the crash of a report was seen before: when, on which hosts, kernels and drivers. */
#include "archive/history.h"

#include "archive/history_row.h"
#include "archive/history_schema.h"
#include "base/array.h"

#define SAME_BUG "coarse = :coarse AND algorithm = :algorithm"

/* One of the values that the crashes have, and when. */
static const char *const kernels =
	"SELECT release, count(*), min(time), max(time) FROM crash WHERE " SAME_BUG
	" AND release IS NOT NULL GROUP BY 1 ORDER BY max(time) DESC NULLS LAST, 1";
static const char *const versions =
	"SELECT module_version, count(*), min(time), max(time) FROM crash WHERE " SAME_BUG
	" AND module_version IS NOT NULL GROUP BY 1 ORDER BY max(time) DESC NULLS LAST, 1";
/* Kernels that crashed since it was last seen, and never so. */
static const char *const others =
	"SELECT release, count(*), min(time), max(time) FROM crash"
	" WHERE release IS NOT NULL AND time > (SELECT max(time) FROM crash WHERE " SAME_BUG ")"
	" AND release NOT IN (SELECT release FROM crash WHERE release IS NOT NULL AND " SAME_BUG ")"
	" GROUP BY 1 ORDER BY max(time) DESC NULLS LAST, 1";
static const char *const total =
	"SELECT NULL, count(*), min(time), max(time), count(DISTINCT host) FROM crash"
	" WHERE " SAME_BUG;

static struct vmt_time time_of(const struct history_stmt *stmt, int at)
{
	bool known = !stmt->db->ops->is_null(stmt, at);

	return (struct vmt_time){known, known ? stmt->db->ops->number(stmt, at) : 0};
}

static int query(TALLOC_CTX *ctx, struct history_db *db, const char *sql,
	const struct vmt_report *r, struct history_stmt **ret, struct vmt_err *err)
{
	int rc = db->ops->prepare(ctx, db, sql, ret, err);

	return rc ? rc : history_row_bind(ctx, *ret, r, err);
}

static int read_values(TALLOC_CTX *ctx, struct history_stmt *stmt, struct vmt_seen_value **ret,
	size_t *n, struct vmt_err *err)
{
	const struct history_ops *ops = stmt->db->ops;
	struct vmt_seen_value *values = NULL;
	int rc;

	*n = 0;
	while ((rc = ops->step(stmt, "cannot read the history", err)) == 1) {
		struct vmt_seen_value *room = ARRAY_ROOM(ctx, values, *n);
		const char *name;

		if (!room)
			return err_nomem(err);
		values = room;
		name = talloc_strdup(ctx, ops->text(stmt, 0));
		if (!name)
			return err_nomem(err);
		values[(*n)++] = (struct vmt_seen_value){
			name, (uint64_t)ops->number(stmt, 1), time_of(stmt, 2), time_of(stmt, 3)};
	}
	*ret = values;
	return rc;
}

static int read_total(struct history_stmt *stmt, struct vmt_seen *seen, struct vmt_err *err)
{
	const struct history_ops *ops = stmt->db->ops;
	int rc = ops->step(stmt, "cannot read the history", err);

	if (rc < 1)
		return rc;
	seen->count = (uint64_t)ops->number(stmt, 1);
	seen->first = time_of(stmt, 2);
	seen->last = time_of(stmt, 3);
	seen->hosts = (uint64_t)ops->number(stmt, 4);
	return 0;
}

static int read_seen(TALLOC_CTX *ctx, struct history_db *db, const struct vmt_report *r,
	struct vmt_seen *seen, struct vmt_err *err)
{
	const struct {
		const char *sql;
		const struct vmt_seen_value **values;
		size_t *n;
	} lists[] = {
		{kernels, &seen->kernels, &seen->n_kernels},
		{versions, &seen->versions, &seen->n_versions},
		{others, &seen->others, &seen->n_others},
	};
	struct history_stmt *stmt;
	int rc = query(ctx, db, total, r, &stmt, err);

	if (!rc)
		rc = read_total(stmt, seen, err);
	for (size_t i = 0; !rc && i < ARRAY_SIZE(lists); i++) {
		struct vmt_seen_value *values;

		rc = query(ctx, db, lists[i].sql, r, &stmt, err);
		if (!rc)
			rc = read_values(seen, stmt, &values, lists[i].n, err);
		if (!rc)
			*lists[i].values = values;
	}
	return rc;
}

int vmt_history_look_up(struct vmt_history *history, struct vmt_report *report, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_seen *seen = talloc_zero(report, struct vmt_seen);
	int rc = ctx && seen ? history_schema_still(history->db, err) : err_nomem(err);

	if (!rc)
		rc = read_seen(ctx, history->db, report, seen, err);
	talloc_free(ctx);
	if (rc || !seen->count) {
		talloc_free(seen);
		return rc;
	}
	report->seen = seen;
	return 0;
}
