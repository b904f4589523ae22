// SPDX-License-Identifier: GPL-3.0-or-later
// The report for a terminal: the verdict in one sentence, then the evidence. What is not known has
// no line, except for the parts of the verdict itself.
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "report/events.h"
#include "report/frames.h"
#include "report/page.h"
#include "report/summary.h"
#include "report/units.h"
#include "report/writer.h"

static void put_facts(struct page *p, const struct vmt_report *r)
{
	struct summary_line *lines;
	size_t n;

	if (summary_list(p->ctx, r, &lines, &n, NULL)) {
		p->nomem = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		char lead[16];

		snprintf(lead, sizeof(lead), "%-10s", lines[i].label);
		page_text(p, PAGE_PLAIN, lead, lines[i].value);
	}
}

static void put_evidence(struct page *p, const struct vmt_report *r)
{
	for (size_t i = 0; i < r->verdict.n_evidence; i++)
		page_text(p, PAGE_PLAIN, "  - ", r->verdict.evidence[i]);
}

static void put_next(struct page *p, const struct vmt_report *r)
{
	for (size_t i = 0; i < r->verdict.n_next; i++) {
		char lead[32];

		snprintf(lead, sizeof(lead), "  %zu. ", i + 1);
		page_text(p, PAGE_PLAIN, lead, r->verdict.next[i]);
	}
}

static void put_frames(struct page *p, const struct vmt_report *r)
{
	frames_put(p, r->frames, r->n_frames, r);
}

static void put_source(struct page *p, const struct vmt_report *r)
{
	page_text(p, PAGE_FAINT, "  ", r->source.path);
	for (size_t i = 0; i < r->source.n; i++) {
		char *line = summary_source_line(p->ctx, r, i);

		if (line)
			page_text(p, PAGE_PLAIN, "", line);
		else
			p->nomem = true;
	}
}

static void put_registers(struct page *p, const struct vmt_report *r)
{
	frames_put_registers(p, r->registers, r->n_registers);
}

static void put_events(struct page *p, const struct vmt_report *r)
{
	struct events_spread spread = events_spread(r);

	for (size_t i = 0; i < r->n_events; i++) {
		const struct vmt_event *e = &r->events[i];
		bool judged = r->verdict.event.known && r->verdict.event.v == i;
		char lead[32];
		char *text;

		if (e->time.known)
			snprintf(lead, sizeof(lead), "%s %12.6f  ", judged ? ">" : " ",
				(double)e->time.ns / 1e9);
		else
			snprintf(lead, sizeof(lead), "%s %12s  ", judged ? ">" : " ", "");
		text = events_text(p->ctx, spread, e);
		if (!text) {
			p->nomem = true;
			return;
		}
		page_text(p, PAGE_PLAIN, lead, text);
	}
}

static void put_missing(struct page *p, const struct vmt_report *r)
{
	for (size_t i = 0; i < r->debuginfo.n_missing; i++) {
		const struct vmt_missing *m = &r->debuginfo.missing[i];
		char *text = talloc_asprintf(p->ctx, "%s%s%s%s%s", m->what ? m->what : "debuginfo",
			m->build_id ? ", build ID " : "", m->build_id ? m->build_id : "",
			m->package ? ", in package " : "", m->package ? m->package : "");

		if (text)
			page_text(p, PAGE_PLAIN, "  - ", text);
		else
			p->nomem = true;
	}
}

static void put_diagnostics(struct page *p, const struct vmt_report *r)
{
	for (size_t i = 0; i < r->n_diagnostics; i++) {
		const struct vmt_diag *d = &r->diagnostics[i];
		char *text = talloc_asprintf(p->ctx, "%s: %s (%s)", d->severity, d->message, d->id);

		if (text)
			page_text(p, PAGE_PLAIN, "  - ", text);
		else
			p->nomem = true;
	}
}

static bool has_evidence(const struct vmt_report *r)
{
	return r->verdict.n_evidence;
}

static bool has_frames(const struct vmt_report *r)
{
	return r->n_frames;
}

static bool has_source(const struct vmt_report *r)
{
	return r->source.n;
}

static bool has_registers(const struct vmt_report *r)
{
	return r->n_registers;
}

/* A single event would only repeat the headline. */
static bool has_events(const struct vmt_report *r)
{
	return r->n_events > 1 || (r->n_events && !r->verdict.kind);
}

static bool has_next(const struct vmt_report *r)
{
	return r->verdict.n_next;
}

static bool has_missing(const struct vmt_report *r)
{
	return r->debuginfo.n_missing;
}

static bool has_diagnostics(const struct vmt_report *r)
{
	return r->n_diagnostics;
}

static const struct {
	const char *title;
	bool (*has)(const struct vmt_report *r);
	void (*put)(struct page *p, const struct vmt_report *r);
} sections[] = {
	{"Evidence", has_evidence, put_evidence},
	{"Stack, innermost frame first", has_frames, put_frames},
	{"Source of the culprit", has_source, put_source},
	{"Registers", has_registers, put_registers},
	{"Events in the log", has_events, put_events},
	{"Next steps", has_next, put_next},
	{"Missing debuginfo", has_missing, put_missing},
	{"Diagnostics", has_diagnostics, put_diagnostics},
};

static void put_stats(struct page *p, const struct vmt_stats *s)
{
	page_title(p, "Statistics");
	fprintf(p->out,
		"  %" PRIu64 ".%03u ms, %" PRIu64 " pages of the dump, %" PRIu64
		" bytes read, %" PRIu64 " log records\n",
		s->elapsed_us / 1000, (unsigned)(s->elapsed_us % 1000), s->pages_read,
		s->bytes_read, s->log_records);
}

/* text NULL: there was no memory for it. */
static void put_line(struct page *p, enum page_style style, const char *text)
{
	if (text)
		page_text(p, style, "", text);
	else
		p->nomem = true;
}

static int write_text(const struct vmt_report *r, const struct vmt_write_options *opts, FILE *out,
	struct vmt_err *err)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct page p = page_init(ctx, out, opts->width, opts->colour);
	char *deaths;
	int rc;

	if (!ctx)
		return err_nomem(err);
	put_line(&p, r->verdict.kind ? PAGE_ALARM : PAGE_BOLD, summary_headline(ctx, r));
	put_line(&p, PAGE_PLAIN, summary_trust(ctx, r));
	deaths = events_deaths(ctx, r);
	if (deaths)
		put_line(&p, PAGE_PLAIN, deaths);
	fputc('\n', out);
	put_facts(&p, r);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		if (sections[i].has(r)) {
			page_title(&p, sections[i].title);
			sections[i].put(&p, r);
		}
	}
	if (opts->stats)
		put_stats(&p, &r->stats);
	rc = page_status(&p, err);
	talloc_free(ctx);
	return rc;
}

/* As head(1) and tail(1) do. */
static void separate(const char *input, bool first, FILE *out)
{
	char safe[4 * 4096];

	vmt_escape(input, safe, sizeof(safe));
	fprintf(out, "%s==> %s <==\n", first ? "" : "\n", safe);
}

const struct report_writer text_writer = {
	.name = VMT_FORMAT_TEXT,
	.separate = separate,
	.write = write_text,
};
