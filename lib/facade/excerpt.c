// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The lines of the crash report that was judged, as the log has them: trackers want to see them.
 * The log is read once more for that, up to the report's end.
 */
#include <string.h>

#include "base/array.h"
#include "facade/triage_run.h"
#include "kernel/ring/log_ring.h"
#include "log/log_join.h"
#include "log/log_text.h"
#include "oops/hosts.h"

#define MAX_LINES 200
#define MAX_LENGTH 1000 /* of a line, in bytes */

#define STOP 1 /* what the sink returns after the last line */

struct excerpt {
	const struct oops_event *ev;
	TALLOC_CTX *ctx;
	const char **lines;
	size_t n;
	uint64_t left_out;
	struct oops_parser *parser; /* knows which lines begin a report */
	bool large;		    /* what comes before the report may be skipped */
};

/* "[    3.461375] BUG: ...", as dmesg prints it. NULs would end it. NULL: no memory. */
static char *make_line(TALLOC_CTX *ctx, const struct log_record *rec, const char *text, size_t len)
{
	char when[40] = "", *line;
	bool cut = len > MAX_LENGTH;

	if (rec->has_ts)
		snprintf(when, sizeof(when), "[%5llu.%06llu] ",
			(unsigned long long)(rec->ts_ns / 1000000000),
			(unsigned long long)(rec->ts_ns / 1000 % 1000000));
	len = cut ? MAX_LENGTH : len;
	line = talloc_size(ctx, strlen(when) + len + 4);
	if (!line)
		return NULL;
	len = (size_t)snprintf(line, strlen(when) + 1, "%s", when) + len;
	for (size_t i = strlen(when); i < len; i++, text++)
		line[i] = *text ? *text : ' ';
	memcpy(line + len, "...", 4);
	if (!cut)
		line[len] = '\0';
	return line;
}

static int add_line(struct excerpt *x, const struct log_record *rec, const char *text, size_t len)
{
	const char **more;

	if (x->n == MAX_LINES) {
		x->left_out++;
		return 0;
	}
	more = ARRAY_ROOM(x->ctx, x->lines, x->n);
	if (!more)
		return VMT_ERR_NOMEM;
	x->lines = more;
	more[x->n] = make_line(x->ctx, rec, text, len);
	return more[x->n++] ? 0 : VMT_ERR_NOMEM;
}

/* Of another host, whose lines are between those of the report. */
static bool is_foreign(const struct excerpt *x, const struct log_record *rec)
{
	const char *host = x->ev->boot ? x->ev->boot->hostname : NULL;

	return host && oops_hosts_is_other(host, rec);
}

static int take(void *arg, const struct log_record *rec)
{
	struct excerpt *x = arg;
	const char *p = rec->text, *end = p + rec->len;
	int rc = 0;

	if (rec->seq > x->ev->last_line && rec->seq > x->ev->end_line)
		return STOP;
	if (rec->seq < x->ev->first_line || is_foreign(x, rec))
		return 0;
	do {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		rc = add_line(x, rec, p, (size_t)((nl ? nl : end) - p));
		p = nl ? nl + 1 : end;
	} while (!rc && p < end);
	return rc;
}

static bool idle(const void *arg)
{
	const struct excerpt *x = arg;

	return x->large && !x->n;
}

static size_t ahead(const void *arg, const char *text, size_t len)
{
	const struct excerpt *x = arg;

	return oops_parser_ahead(x->parser, text, len);
}

/* As triage_read_text() does, so that the lines have the same numbers and lose the same prefixes.
 */
static int read_text(struct triage *t, struct excerpt *x, struct vmt_err *err)
{
	static const struct log_skim skim = {idle, ahead, NULL};
	struct log_text *lines;
	int rc = oops_parser_new(t->s, &x->parser, err);

	x->large = !triage_is_small(t->s->text);
	if (!rc)
		rc = log_text_new(x->parser, take, x, &skim, &lines, err);
	if (!rc && !x->large)
		log_text_know(lines, t->lines);
	if (!rc)
		rc = triage_feed_text(t->s, lines, err);
	talloc_free(x->parser);
	return rc;
}

static int read_ring(struct triage *t, struct excerpt *x, struct vmt_err *err)
{
	struct log_loss loss = {.from = x->ev->first_line};
	struct log_join *join;
	int rc = log_join_new(t->s, take, x, &join, err);

	if (!rc && t->salvaged)
		rc = log_blocks_push(t->salvaged, log_join_feed, join);
	else if (!rc)
		rc = log_ring_read(t->s->space, t->s->info, log_join_feed, join, &loss, err);
	return rc ? rc : log_join_finish(join);
}

void triage_quote_log(struct triage *t)
{
	struct vmt_report *r = t->report;
	struct excerpt x = {.ctx = r};
	struct vmt_err err;
	int rc;

	if (!r->verdict.event.known || !t->log || r->verdict.event.v >= t->log->n_events)
		return;
	x.ev = t->log->events[r->verdict.event.v];
	rc = t->s->text ? read_text(t, &x, &err) : read_ring(t, &x, &err);
	/* It was read before. A part is still of use. */
	if (rc < 0)
		diag_add(&t->s->diags, r, DIAG_LOG_FAILED, "the lines of the crash: %s",
			err.message);
	r->excerpt = (struct vmt_excerpt){x.lines, x.n - (x.n && !x.lines[x.n - 1]), x.left_out};
}
