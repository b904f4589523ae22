// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A header that begins with "commit ID" (and parents, with --parents), the message with four blanks
 * before each line, and with --name-only the names of files:
 *
 *	commit 0123456789012345678901234567890123456789
 *	Author: Jane Doe <jane@example.org>
 *	Date:   Mon Nov 16 11:17:40 2026 +0100
 *
 *	    net: fix this
 *
 *	    commit 5578de4834fe0f2a34fedc7374be691443396d1f upstream.
 *
 *	drivers/net/foo.c
 */
#include "fixes/source_gitlog.h"

#include <string.h>

#include "base/ascii.h"
#include "fixes/source_read.h"
#include "fixes/version.h"

#define ID 40
#define INDENT 4

struct gitlog {
	TALLOC_CTX *ctx;
	struct fix_draft draft;
	struct gitlog_commit commit;
	bool open;    /* a commit is being read */
	bool message; /* its message has begun */
	char *mark;   /* the release that the last mark names; NULL: none yet */
	uint32_t order;
	gitlog_hook hook;
	void *arg;
	struct fix_reading *r;
};

static bool is_commit(const struct fix_line *line)
{
	if (line->len < 7 + ID || memcmp(line->text, "commit ", 7) != 0)
		return false;
	for (size_t i = 0; i < ID; i++)
		if (ascii_hex(line->text[7 + i]) < 0)
			return false;
	return !line->text[7 + ID] || line->text[7 + ID] == ' ';
}

static int hand_out(struct gitlog *g, struct vmt_err *err)
{
	struct fix_draft *d = &g->draft;
	const char *mark;
	int rc;

	g->open = false;
	fix_draft_message(d);
	d->fix.time = g->commit.time;
	d->fix.order = g->order++;
	g->r->counts.items++;
	mark = d->fix.subject ? version_mark(d->pool, d->fix.subject) : NULL;
	if (mark) {
		talloc_free(g->mark);
		g->mark = talloc_strdup(g->ctx, mark);
	}
	rc = g->hook && !d->failed ? g->hook(&g->commit, g->arg, err) : 0;
	if (rc < 0)
		return rc;
	if (mark || rc > 0) {
		g->r->counts.marks += mark != NULL;
		g->r->counts.skipped += !mark;
		return 0;
	}
	if (!g->hook)
		fix_draft_upstream(d, g->mark ? g->mark : g->r->release);
	if (!d->fix.commit)
		d->fix.commit = g->commit.id;
	return fix_draft_done(d, g->r, err);
}

static int begin(struct gitlog *g, const struct fix_line *line, struct vmt_err *err)
{
	int rc = g->open ? hand_out(g, err) : 0;

	if (rc)
		return rc;
	fix_draft_begin(g->ctx, &g->draft);
	if (g->draft.failed)
		return err_nomem(err);
	g->commit = (struct gitlog_commit){.id = talloc_strndup(g->draft.pool, line->text + 7, ID),
		.parents = talloc_strdup(g->draft.pool, line->text + 7 + ID),
		.draft = &g->draft};
	g->open = true;
	g->message = false;
	return g->commit.id && g->commit.parents ? 0 : err_nomem(err);
}

/* The commit's date says when it came into this branch; the author's may be years older. */
static void read_header(struct gitlog *g, const struct fix_line *line)
{
	const char *colon = strchr(line->text, ':');
	bool commit = !strncmp(line->text, "CommitDate:", 11);

	if (colon && (commit || (!g->commit.time && strstr(line->text, "Date:"))))
		g->commit.time =
			fix_time_read(colon + 1, line->len - (size_t)(colon + 1 - line->text));
}

static int read_line(struct gitlog *g, const struct fix_line *line, struct vmt_err *err)
{
	if (is_commit(line))
		return begin(g, line, err);
	if (!g->open)
		return 0;
	if (line->len >= INDENT && !memcmp(line->text, "    ", INDENT)) {
		g->message = true;
		fix_draft_line(&g->draft, line->text + INDENT, line->len - INDENT);
	} else if (!line->len) {
		if (g->message)
			fix_draft_line(&g->draft, "", 0);
	} else if (g->message) {
		fix_draft_add(&g->draft, &g->draft.files, line->text, line->len);
	} else {
		read_header(g, line);
	}
	return 0;
}

int source_gitlog_commits(struct fix_input *in, struct fix_reading *r, gitlog_hook hook, void *arg,
	struct vmt_err *err)
{
	struct gitlog g = {.ctx = talloc_new(NULL), .hook = hook, .arg = arg, .r = r};
	struct fix_line line;
	uint64_t lines = 0;
	int rc = g.ctx ? 0 : err_nomem(err), more = 1;

	while (!rc && (more = fix_input_line(in, &line, err)) > 0) {
		rc = read_line(&g, &line, err);
		if (!rc)
			rc = source_step(in, r, &lines);
	}
	if (!rc)
		rc = more < 0 ? more : g.open ? hand_out(&g, err) : 0;
	talloc_free(g.ctx);
	return rc;
}

int source_gitlog_read(struct fix_input *in, struct fix_reading *r, struct vmt_err *err)
{
	return source_gitlog_commits(in, r, NULL, NULL, err);
}
