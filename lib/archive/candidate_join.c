// SPDX-License-Identifier: GPL-3.0-or-later
/* Several files of one folder that are of one event. */
#include "archive/candidate.h"

#include <string.h>

#include "archive/told.h"
#include "base/diag.h"
#include "io/crash_name.h"

static bool is_note(const struct candidate *c)
{
	return crash_name_of(c->file->path).kind == CRASH_NAME_NOTE;
}

/*
 * Joins what is told of the deaths of one log, which come first, with what told it; returns how
 * many these are.
 */
static size_t join_told(const struct told *told, struct candidate *c, size_t n)
{
	size_t same = 0, id;

	for (; same < n && c[same].file == c[0].file; same++)
		if (!c[same].dropped && c[same].crash && told_has(told, c[same].report, &id))
			c[same].with = id;
	return same;
}

/* One log's deaths may look alike; so they are told together. first: the number of c[0]. */
static int tell(struct told *told, const struct candidate *c, size_t n, size_t first)
{
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++)
		if (!c[i].dropped && c[i].crash && c[i].with == SIZE_MAX)
			rc = told_add_log(told, c[i].report, first + i);
	return rc;
}

/* ABRT's note of the crash's first line, beside the log that it is from. */
static void drop_notes(struct candidate *c, size_t n)
{
	bool others = false;

	for (size_t i = 0; i < n; i++)
		others |= c[i].crash && !c[i].dropped && !is_note(&c[i]);
	for (size_t i = 0; i < n; i++) {
		bool drop = others && is_note(&c[i]) && !c[i].file->named;

		c[i].dropped |= drop;
		c[i].same |= drop;
		if (drop)
			c[i].left = "a note of a crash that another file tells more of";
	}
}

/* Failed here and now: that says nothing about the file. */
static bool failed_by_chance(const struct candidate *c)
{
	int code = c->error ? c->error->code : 0;

	for (size_t i = 0; c->report && i < c->report->n_diagnostics; i++)
		if (!strcmp(c->report->diagnostics[i].id, diag_id(DIAG_OUT_OF_MEMORY)))
			return true;
	return code == VMT_ERR_NOMEM || code == VMT_ERR_IO || code == VMT_ERR_WORKER;
}

int candidate_join(struct candidate *c, size_t n, size_t from)
{
	size_t n_dumps = 0, n_logs = 0, poor = 0;
	struct told *told;
	int rc = told_new(NULL, &told);

	drop_notes(c, n);
	for (size_t i = 0; i < n && !rc; i++)
		if (!c[i].dropped && c[i].crash && !c[i].text)
			rc = told_add_dump(told, c[i].report, from + i);
	for (size_t i = 0; i < n && !rc; i++) {
		if (c[i].dropped || c[i].file->named)
			continue;
		if (c[i].text) {
			size_t same = join_told(told, c + i, n - i);

			for (size_t k = i; k < i + same; k++)
				n_logs += !c[k].dropped && c[k].with == SIZE_MAX;
			rc = tell(told, c + i, same, from + i);
			i += same - 1;
		} else if (!c[i].file->error) {
			n_dumps++;
			poor = i;
		}
	}
	if (!rc && n_dumps == 1 && n_logs && !c[poor].crash && !failed_by_chance(&c[poor])) {
		c[poor].dropped = c[poor].same = true;
		c[poor].left = "shows no crash, but a log beside it does";
	}
	talloc_free(told);
	return rc;
}
