// SPDX-License-Identifier: GPL-3.0-or-later
/* What was already done for a crash, so that nobody is told of it again after each boot. */
#include "archive/history.h"

#include <string.h>

#include "archive/history_schema.h"
#include "base/array.h"

struct deed {
	const char *what, *subject;
};

static int query(TALLOC_CTX *ctx, struct history_db *db, const char *sql, const struct deed *deed,
	struct history_stmt **ret, struct vmt_err *err)
{
	int rc = db->ops->prepare(ctx, db, sql, ret, err);

	if (rc)
		return rc;
	return db->ops->bind_text(*ret, "deed", deed->what) ||
			       db->ops->bind_text(*ret, "subject", deed->subject)
		       ? err_nomem(err)
		       : 0;
}

static int look_up(TALLOC_CTX *ctx, struct history_db *db, const struct deed *deed, bool *done,
	struct vmt_err *err)
{
	struct history_stmt *stmt;
	int rc = query(ctx, db, "SELECT 1 FROM done WHERE deed = :deed AND subject = :subject",
		deed, &stmt, err);

	if (!rc)
		rc = db->ops->step(stmt, "cannot read the history", err);
	*done = rc == 1;
	return rc < 0 ? rc : 0;
}

static int note(
	TALLOC_CTX *ctx, struct history_db *db, const struct deed *deed, struct vmt_err *err)
{
	struct history_stmt *stmt;
	int rc = query(ctx, db,
		"INSERT INTO done (deed, subject) VALUES (:deed, :subject) ON CONFLICT DO NOTHING",
		deed, &stmt, err);

	return rc ? rc : db->ops->step(stmt, "cannot add to the history", err);
}

/* One transaction: of two processes that ask at once, one hears that it is not done. */
static int ask(TALLOC_CTX *ctx, struct history_db *db, const struct deed *deed, bool notes,
	bool *done, struct vmt_err *err)
{
	const char *const what = "cannot add to the history";
	int rc;

	if (!notes)
		return look_up(ctx, db, deed, done, err);
	rc = db->ops->begin(db, true, what, err);
	if (rc)
		return rc;
	rc = history_schema_still(db, err);
	if (!rc)
		rc = look_up(ctx, db, deed, done, err);
	if (!rc && !*done)
		rc = note(ctx, db, deed, err);
	return history_end(db, rc, what, err);
}

int vmt_history_done(struct vmt_history *history, const char *deed, const char *subject,
	unsigned flags, bool *done, struct vmt_err *err)
{
	const struct deed one = {deed, subject};
	TALLOC_CTX *ctx = talloc_new(NULL);
	int rc = ctx ? ask(ctx, history->db, &one, flags & VMT_DONE_NOTE, done, err)
		     : err_nomem(err);

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
		rc = ask(ctx, history->db, &one, flags & VMT_DONE_NOTE, done, err);
	} else if (!rc) {
		*done = false;
	}
	talloc_free(ctx);
	return rc;
}
