// SPDX-License-Identifier: GPL-3.0-or-later
/* What was already done for a crash: who was told of it once need not be told after each boot. */
#include "archive/history.h"

#include <string.h>

#include "base/array.h"

struct deed {
	const char *what, *subject;
};

static int bind_two(const struct vmt_history *h, sqlite3_stmt *stmt, const struct deed *deed,
	struct vmt_err *err)
{
	if (h->sq.sqlite3_bind_text(stmt, 1, deed->what, -1, SQLITE_STATIC) == SQLITE_OK &&
		h->sq.sqlite3_bind_text(stmt, 2, deed->subject, -1, SQLITE_STATIC) == SQLITE_OK)
		return 0;
	return history_failed(h, "cannot use the history", err);
}

static int look_up(TALLOC_CTX *ctx, const struct vmt_history *h, const struct deed *deed,
	bool *done, struct vmt_err *err)
{
	sqlite3_stmt *stmt;
	int step, rc = history_prepare(
			  ctx, h, "SELECT 1 FROM done WHERE deed = ? AND subject = ?", &stmt, err);

	if (!rc)
		rc = bind_two(h, stmt, deed, err);
	if (rc)
		return rc;
	step = h->sq.sqlite3_step(stmt);
	*done = step == SQLITE_ROW;
	return step == SQLITE_ROW || step == SQLITE_DONE
		       ? 0
		       : history_failed(h, "cannot read the history", err);
}

static int note(
	TALLOC_CTX *ctx, const struct vmt_history *h, const struct deed *deed, struct vmt_err *err)
{
	sqlite3_stmt *stmt;
	int rc = history_prepare(
		ctx, h, "INSERT OR IGNORE INTO done (deed, subject) VALUES (?, ?)", &stmt, err);

	if (!rc)
		rc = bind_two(h, stmt, deed, err);
	if (!rc && h->sq.sqlite3_step(stmt) != SQLITE_DONE)
		rc = history_failed(h, "cannot add to the history", err);
	return rc;
}

/* One transaction: of two processes that ask at once, one hears that it is not done. */
static int ask(TALLOC_CTX *ctx, const struct vmt_history *h, const struct deed *deed, bool notes,
	bool *done, struct vmt_err *err)
{
	const char *const what = "cannot add to the history";
	int rc;

	if (!notes)
		return look_up(ctx, h, deed, done, err);
	rc = history_run(h, "BEGIN IMMEDIATE", what, err);
	if (rc)
		return rc;
	rc = look_up(ctx, h, deed, done, err);
	if (!rc && !*done)
		rc = note(ctx, h, deed, err);
	return history_end(h, rc, what, err);
}

int vmt_history_done(struct vmt_history *history, const char *deed, const char *subject,
	unsigned flags, bool *done, struct vmt_err *err)
{
	const struct deed one = {deed, subject};
	TALLOC_CTX *ctx = talloc_new(NULL);
	int rc = ctx ? ask(ctx, history, &one, flags & VMT_DONE_NOTE, done, err) : err_nomem(err);

	talloc_free(ctx);
	return rc;
}

/* The crash's row, which is added where that is wanted; 0: it has none. */
static int find_row(TALLOC_CTX *ctx, struct vmt_history *h, const struct vmt_report *report,
	bool add, int64_t *id, struct vmt_err *err)
{
	int rc = add ? vmt_history_add(h, &report, 1, err) : 0;

	return rc ? rc : history_find_same(ctx, h, report, id, NULL, err);
}

int vmt_history_done_for(struct vmt_history *history, const char *deed,
	const struct vmt_report *report, unsigned flags, bool *done, struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char subject[32];
	const struct deed one = {deed, subject};
	int64_t id = 0;
	int rc = ctx ? find_row(ctx, history, report, flags & VMT_DONE_NOTE, &id, err)
		     : err_nomem(err);

	if (!rc && id) {
		snprintf(subject, sizeof(subject), "crash %lld", (long long)id);
		rc = ask(ctx, history, &one, flags & VMT_DONE_NOTE, done, err);
	} else if (!rc) {
		*done = false;
	}
	talloc_free(ctx);
	return rc;
}
