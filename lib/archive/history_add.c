// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Adds crashes to a history. One crash is one row, however many of its files are read and however
 * often.
 */
#include "archive/history.h"

#include <string.h>

#include "archive/history_row.h"
#include "archive/history_schema.h"
#include "archive/history_tally.h"
#include "base/array.h"

/*
 * The row of the same crash. The time since boot is the same in all files of a crash, to the
 * microsecond; the date may be a service's, or be missing. A machine that boots and crashes all day
 * long has crashes with nearly the same times since boot, but hardly with the same.
 */
#define SAME                                                                                       \
	"SELECT id, level FROM crash WHERE coarse = :coarse AND algorithm = :algorithm"            \
	" AND (host IS NULL OR :host IS NULL OR host = :host)"                                     \
	" AND (release IS NULL OR :release IS NULL OR release = :release) AND ("

/* Of several, the first one. */
#define FIRST ") ORDER BY id"

static const char *const same[] = {
	SAME "uptime = @uptime AND (time IS NULL OR @time IS NULL"
	     " OR abs(time - @time) < 86400000000000)" FIRST,
	SAME "time BETWEEN @time - 2000000000 AND @time + 2000000000"
	     " AND (uptime IS NULL OR @uptime IS NULL)" FIRST,
	SAME "digest = :digest AND (time IS NULL OR @time IS NULL)"
	     " AND (uptime IS NULL OR @uptime IS NULL)" FIRST,
};

/* Prepared once, for all crashes. */
struct history_adding {
	struct history_stmt *same[ARRAY_SIZE(same)];
	struct history_stmt *insert, *fill, *replace;
	int64_t counted; /* rows up to this id are counted; later ones will be, all at once */
};

static char *insertion(TALLOC_CTX *ctx)
{
	char *names = history_row_sql(ctx, HISTORY_ROW_NAMES);
	char *values = history_row_sql(ctx, HISTORY_ROW_PARAMETERS);

	return names && values
		       ? talloc_asprintf(ctx, "INSERT INTO crash (%s) VALUES (%s)", names, values)
		       : NULL;
}

static char *change(TALLOC_CTX *ctx, enum history_row_sql form)
{
	char *columns = history_row_sql(ctx, form);

	return columns ? talloc_asprintf(ctx, "UPDATE crash SET %s WHERE id = @id", columns) : NULL;
}

static int prepare(struct vmt_history *h, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct history_adding *a = talloc_zero(h, struct history_adding);
	int rc = ctx && a ? 0 : err_nomem(err);

	for (size_t i = 0; !rc && i < ARRAY_SIZE(same); i++)
		rc = h->db->ops->prepare(a, h->db, same[i], &a->same[i], err);
	if (!rc)
		rc = h->db->ops->prepare(a, h->db, insertion(ctx), &a->insert, err);
	if (!rc)
		rc = h->db->ops->prepare(a, h->db, change(ctx, HISTORY_ROW_FILLS), &a->fill, err);
	if (!rc)
		rc = h->db->ops->prepare(
			a, h->db, change(ctx, HISTORY_ROW_REPLACES), &a->replace, err);
	talloc_free(ctx);
	if (rc)
		talloc_free(a);
	else
		h->adding = a;
	return rc;
}

int history_find_same(TALLOC_CTX *ctx, struct vmt_history *h, const struct vmt_report *report,
	int64_t *id, bool *better, struct vmt_err *err)
{
	int rc = h->adding ? 0 : prepare(h, err);

	*id = 0;
	for (size_t i = 0; !rc && !*id && i < ARRAY_SIZE(same); i++) {
		const struct history_ops *ops = h->db->ops;
		struct history_stmt *stmt = h->adding->same[i];
		const char *level;

		rc = history_row_bind(ctx, stmt, report, err);
		if (rc)
			break;
		rc = ops->step(stmt, "cannot read the history", err);
		if (rc == 1) {
			rc = 0;
			*id = ops->number(stmt, 0);
			level = ops->text(stmt, 1);
			if (better)
				*better = level && !strcmp(level, VMT_LEVEL_LOG) && report->level &&
					  strcmp(report->level, VMT_LEVEL_LOG) != 0;
		}
		ops->reset(stmt);
	}
	return rc;
}

static int change_row(TALLOC_CTX *ctx, struct vmt_history *h, struct history_stmt *stmt, int64_t id,
	struct vmt_err *err)
{
	struct tallied *before = NULL;
	bool counted = id && id <= h->adding->counted;
	int rc = counted ? history_tally_before(ctx, h->db, id, &before, err) : 0;

	if (!rc)
		rc = h->db->ops->step(stmt, "cannot add to the history", err);
	if (!rc && counted)
		rc = history_tally_after(h->db, id, before, err);
	return rc;
}

static int add_one(TALLOC_CTX *ctx, struct vmt_history *h, const struct vmt_report *report,
	struct vmt_err *err)
{
	struct history_stmt *stmt;
	bool better = false;
	int64_t id;
	int rc = history_find_same(ctx, h, report, &id, &better, err);

	if (rc)
		return rc;
	stmt = !id ? h->adding->insert : better ? h->adding->replace : h->adding->fill;
	rc = history_row_bind(ctx, stmt, report, err);
	if (!rc && h->db->ops->bind_number(stmt, "id", &id))
		rc = err_nomem(err);
	if (!rc)
		rc = change_row(ctx, h, stmt, id, err);
	h->db->ops->reset(stmt);
	return rc;
}

/* Whether so many are better loaded at once. */
#define BULK_LEAST 64

static int add_all(struct vmt_history *h, const struct vmt_report *const *reports, size_t n,
	struct vmt_err *err)
{
	bool *loaded = talloc_zero_array(NULL, bool, n + 1);
	int rc = loaded ? 0 : err_nomem(err);

	if (!rc && h->db->ops->copy && n >= BULK_LEAST)
		rc = history_bulk_add(h, reports, n, loaded, err);
	for (size_t i = 0; i < n && !rc; i++) {
		TALLOC_CTX *ctx = talloc_new(loaded);

		if (!ctx)
			rc = err_nomem(err);
		else if (!loaded[i] && vmt_report_outcome(reports[i]) == VMT_CRASH)
			rc = add_one(ctx, h, reports[i], err);
		talloc_free(ctx);
	}
	talloc_free(loaded);
	return rc;
}

int vmt_history_add(struct vmt_history *history, const struct vmt_report *const *reports, size_t n,
	struct vmt_err *err)
{
	const char *const what = "cannot add to the history";
	int rc = history->db->ops->begin(history->db, true, what, err);

	if (rc)
		return rc;
	rc = history_schema_still(history->db, err);
	if (!rc && !history->adding)
		rc = prepare(history, err);
	if (!rc)
		rc = history_tally_newest(history->db, &history->adding->counted, err);
	if (!rc)
		rc = add_all(history, reports, n, err);
	if (!rc)
		rc = history_tally_add(history->db, history->adding->counted, err);
	return history_end(history->db, rc, what, err);
}
