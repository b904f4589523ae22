// SPDX-License-Identifier: GPL-3.0-or-later
#include "history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"

#define VARIABLE "VMTRIAGE_HISTORY"
#define SYSTEM "/var/lib/vmtriage/history.db"

/* Where the default history is. "": nowhere. */
static void default_path(char *buf, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	*buf = '\0';
	if (geteuid() == 0)
		snprintf(buf, size, "%s", SYSTEM);
	else if (state && *state == '/')
		snprintf(buf, size, "%s/vmtriage/history.db", state);
	else if (home && *home == '/')
		snprintf(buf, size, "%s/.local/state/vmtriage/history.db", home);
}

/* Somebody who did not ask for a history need not hear that there can be none. */
static bool is_quiet_failure(const struct vmt_err *err)
{
	static const int codes[] = {EACCES, EPERM, EROFS, ENOENT, ENOTDIR, ENOSPC, EDQUOT};

	if (err->code == VMT_ERR_NOTFOUND)
		return true;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (err->code == VMT_ERR_IO && err->os_errno == codes[i])
			return true;
	return false;
}

/* The history that a user names; NULL: none. */
static const char *asked_path(const struct common *c)
{
	return c->history ? c->history : getenv(VARIABLE);
}

static void complain_open(const struct common *c, const char *path, const struct vmt_err *err)
{
	/* The address of a server may hold a password; the message names it without. */
	const char *shown = strstr(path, "://") ? NULL : path;
	struct vmt_err said = *err;

	/* Where a library is missing, the name is right. */
	if (path == asked_path(c) && !c->history && err->code != VMT_ERR_NOTFOUND)
		snprintf(said.message, sizeof(said.message), "%.*s (from " VARIABLE ")",
			(int)(sizeof(said.message) - sizeof(" (from " VARIABLE ")")), err->message);
	complain_err(shown, &said);
}

static void complain_none(const struct common *c)
{
	if (c->no_history)
		complain(NULL, "there is no history with --no-history");
	else if (c->history)
		complain(NULL, "there is no history: --history has an empty name");
	else if (asked_path(c))
		complain(NULL, "there is no history: " VARIABLE " is empty");
	else
		complain(NULL, "there is no history: neither XDG_STATE_HOME nor HOME says where");
}

bool history_open(const struct common *c, unsigned flags, struct vmt_history **ret)
{
	const char *path = asked_path(c);
	bool only_read = flags & VMT_HISTORY_READ;
	bool asked = path && *path;
	char own[4096];
	struct vmt_err err;

	*ret = NULL;
	if (c->no_history)
		return true;
	if (!path) {
		default_path(own, sizeof(own));
		path = own;
	}
	if (!*path)
		return true;
	if (!vmt_history_open(path, flags, ret, &err))
		return true;
	if (!asked && !only_read && is_quiet_failure(&err))
		return true;
	complain_open(c, path, &err);
	return !asked && !only_read;
}

bool history_remember(struct vmt_history *history, struct vmt_report *report)
{
	const struct vmt_report *one = report;
	struct vmt_err err;

	if (!history)
		return true;
	if (!vmt_history_add(history, &one, 1, &err) && !vmt_history_look_up(history, report, &err))
		return true;
	complain_err(NULL, &err);
	return false;
}

/* Those of the crashes of a list, in reports, which has room for all. */
static size_t crashes_of(const struct vmt_list *list, const struct vmt_report **reports)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct vmt_report *r = list->entries[i].report;

		if (r && vmt_report_outcome(r) == VMT_CRASH)
			reports[n++] = r;
	}
	return n;
}

bool history_remember_all(const struct common *c, const struct vmt_list *list)
{
	const struct vmt_report **reports = calloc(list->n + 1, sizeof(*reports));
	struct vmt_history *history = NULL;
	bool good = reports != NULL;
	struct vmt_err err;
	size_t n;

	if (!reports) {
		complain(NULL, "out of memory");
		return false;
	}
	n = crashes_of(list, reports);
	if (n)
		good = history_open(c, 0, &history);
	if (history && vmt_history_add(history, reports, n, &err)) {
		complain_err(NULL, &err);
		good = false;
	}
	vmt_history_close(history);
	free(reports);
	return good;
}

struct vmt_list *history_find(
	const struct common *c, unsigned newest, const char *by, unsigned summary)
{
	const struct vmt_history_query query = {
		.struct_size = sizeof(query),
		.since = c->since,
		.until = c->until,
		.host = c->patterns.host,
		.kernel = c->patterns.kernel,
		.module = c->patterns.module,
		.kind = c->patterns.kind,
		.signature = c->patterns.signature,
		.newest = newest,
		.by = by,
		.summary = summary,
	};
	struct vmt_list *list = NULL;
	struct vmt_history *history;
	struct vmt_err err;

	if (!history_open(c, VMT_HISTORY_READ, &history))
		return NULL;
	if (!history)
		complain_none(c);
	else if (vmt_history_find(history, &query, &list, &err))
		complain_err(NULL, &err);
	vmt_history_close(history);
	return list;
}
