// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Loads many crashes at once. They are copied into a table of the session. Those that may be the
 * same crash as another one of them, or as a row, are taken out again: they are added one by one,
 * in their order. The rest, which is nearly all of an archive, becomes rows by one statement.
 */
#include "archive/history.h"

#include <stdlib.h>

#include "archive/history_row.h"

/*
 * Whether two crashes may be the same: weaker than what history_add.c asks, since a row may take
 * values from one crash before it is compared with another. Of two at once, only those of the same
 * uptime, second or contents meet.
 */
#define BY_DIGEST                                                                                  \
	" AND (i.time IS NULL OR c.time IS NULL) AND (i.uptime IS NULL OR c.uptime IS NULL)"

static const char take_back[] =
	"WITH related (seq) AS ("
	"SELECT i.seq FROM incoming i JOIN crash c USING (coarse, algorithm, uptime)"
	" UNION SELECT i.seq FROM incoming i JOIN crash c USING (coarse, algorithm)"
	" WHERE c.time BETWEEN i.time - 2000000000 AND i.time + 2000000000"
	" UNION SELECT i.seq FROM incoming i JOIN crash c USING (coarse, algorithm, digest)"
	" WHERE true" BY_DIGEST
	" UNION SELECT i.seq FROM incoming i JOIN incoming c USING (coarse, algorithm, uptime)"
	" WHERE i.seq <> c.seq"
	" UNION SELECT i.seq FROM incoming i JOIN incoming c USING (coarse, algorithm, digest)"
	" WHERE i.seq <> c.seq" BY_DIGEST
	" UNION SELECT seq FROM (SELECT seq, time - lag(time) OVER near AS before,"
	" lead(time) OVER near - time AS after FROM incoming WHERE time IS NOT NULL"
	" AND coarse IS NOT NULL WINDOW near AS (PARTITION BY coarse, algorithm ORDER BY time)) n"
	" WHERE before <= 2000000000 OR after <= 2000000000)"
	" DELETE FROM incoming i USING related r WHERE i.seq = r.seq RETURNING i.seq";

struct rows {
	const struct vmt_report *const *reports;
	size_t at, n;
};

static int next(void *arg, TALLOC_CTX *ctx, char **line, struct vmt_err *err)
{
	struct rows *rows = arg;
	char number[24];

	*line = NULL;
	while (rows->at < rows->n && vmt_report_outcome(rows->reports[rows->at]) != VMT_CRASH)
		rows->at++;
	if (rows->at == rows->n)
		return 0;
	snprintf(number, sizeof(number), "%zu", rows->at);
	*line = history_row_line(ctx, number, rows->reports[rows->at++]);
	return *line ? 0 : err_nomem(err);
}

static int copy_in(struct history_db *db, const char *names,
	const struct vmt_report *const *reports, size_t n, struct vmt_err *err)
{
	const char *const what = "cannot add to the history";
	struct rows rows = {reports, 0, n};
	const struct history_copy source = {next, &rows};
	char *sql = talloc_asprintf(NULL, "COPY incoming (seq, %s) FROM STDIN", names);
	int rc = sql ? db->ops->run(db,
			       "CREATE TEMPORARY TABLE IF NOT EXISTS incoming (LIKE crash, seq "
			       "BIGINT); ALTER TABLE incoming ALTER id DROP NOT NULL, ALTER added "
			       "DROP NOT NULL; TRUNCATE incoming",
			       what, err)
		     : err_nomem(err);

	if (!rc)
		rc = db->ops->copy(db, sql, &source, err);
	if (!rc)
		rc = db->ops->run(db, "ANALYZE incoming", what, err);
	talloc_free(sql);
	return rc;
}

/* All that are crashes count as loaded, but for those that are taken out. */
static int find_loaded(TALLOC_CTX *ctx, struct history_db *db,
	const struct vmt_report *const *reports, size_t n, bool *loaded, struct vmt_err *err)
{
	struct history_stmt *stmt;
	int rc = db->ops->prepare(ctx, db, take_back, &stmt, err);

	for (size_t i = 0; i < n && !rc; i++)
		loaded[i] = vmt_report_outcome(reports[i]) == VMT_CRASH;
	while (!rc && (rc = db->ops->step(stmt, "cannot add to the history", err)) == 1) {
		size_t i = (size_t)db->ops->number(stmt, 0);

		if (i < n)
			loaded[i] = false;
		rc = 0;
	}
	return rc;
}

int history_bulk_add(struct vmt_history *h, const struct vmt_report *const *reports, size_t n,
	bool *loaded, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *names = ctx ? history_row_sql(ctx, HISTORY_ROW_NAMES) : NULL;
	char *sql = names ? talloc_asprintf(ctx,
				    "INSERT INTO crash (%s) SELECT %s FROM incoming ORDER BY seq",
				    names, names)
			  : NULL;
	int rc = sql ? copy_in(h->db, names, reports, n, err) : err_nomem(err);

	if (!rc)
		rc = find_loaded(ctx, h->db, reports, n, loaded, err);
	if (!rc)
		rc = h->db->ops->run(h->db, sql, "cannot add to the history", err);
	talloc_free(ctx);
	return rc;
}
