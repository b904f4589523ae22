// SPDX-License-Identifier: GPL-3.0-or-later
// The report for a bug tracker: a title, a table of facts, the stack in a code fence, and the long
// parts in blocks that fold. Nothing from a dump may act as formatting, a link or HTML.
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "report/escape.h"
#include "report/events.h"
#include "report/summary.h"
#include "report/writer.h"

struct sheet {
	FILE *out;
	TALLOC_CTX *ctx;
	bool nomem;
};

typedef char *(*escaper)(TALLOC_CTX *ctx, const char *text);

static void put(struct sheet *s, escaper how, const char *text)
{
	char *safe = text ? how(s->ctx, text) : NULL;

	if (safe)
		fputs(safe, s->out);
	else
		s->nomem = true; /* NULL where making the text failed */
	talloc_free(safe);
}

/* Lines for a code fence: each value escaped, then joined by newlines of ours. */
struct block {
	struct sheet *sheet;
	char *text;
};

static void __attribute__((format(printf, 2, 3))) block_line(struct block *b, const char *fmt, ...)
{
	va_list ap;
	char *raw, *safe;

	va_start(ap, fmt);
	raw = talloc_vasprintf(b->sheet->ctx, fmt, ap);
	va_end(ap);
	safe = raw ? escape_terminal(b->sheet->ctx, raw) : NULL;
	b->text = safe ? talloc_asprintf_append(b->text, "%s\n", safe) : NULL;
	if (!b->text)
		b->sheet->nomem = true;
	talloc_free(raw);
	talloc_free(safe);
}

static struct block block_begin(struct sheet *s)
{
	return (struct block){s, talloc_strdup(s->ctx, "")};
}

static void block_put(struct block *b)
{
	size_t n = b->text ? escape_fence_len(b->text) : 0;

	if (!b->text) {
		b->sheet->nomem = true;
		return;
	}
	for (size_t i = 0; i < n; i++)
		fputc('`', b->sheet->out);
	fprintf(b->sheet->out, "text\n%s", b->text);
	for (size_t i = 0; i < n; i++)
		fputc('`', b->sheet->out);
	fputc('\n', b->sheet->out);
	talloc_free(b->text);
}

static void put_facts(struct sheet *s, const struct vmt_report *r)
{
	struct summary_line *lines;
	size_t n;

	if (summary_list(s->ctx, r, &lines, &n, NULL)) {
		s->nomem = true;
		return;
	}
	if (n)
		fputs("\n| | |\n| --- | --- |\n", s->out);
	for (size_t i = 0; i < n; i++) {
		fprintf(s->out, "| %s | ", lines[i].label);
		put(s, escape_code_span, lines[i].value);
		fputs(" |\n", s->out);
	}
}

static void put_list(
	struct sheet *s, const char *title, bool numbered, const char *const *items, size_t n)
{
	if (n)
		fprintf(s->out, "\n## %s\n\n", title);
	for (size_t i = 0; i < n; i++) {
		if (numbered)
			fprintf(s->out, "%zu. ", i + 1);
		else
			fputs("- ", s->out);
		put(s, escape_markdown, items[i]);
		fputc('\n', s->out);
	}
}

static void put_frames(struct sheet *s, const struct vmt_report *r)
{
	struct block b = block_begin(s);

	fputs("\n## Stack, innermost first\n\n", s->out);
	for (size_t i = 0; i < r->n_frames; i++) {
		const struct vmt_frame *f = &r->frames[i];
		char *frame = summary_frame(s->ctx, f);
		char *place = summary_frame_place(s->ctx, f);

		if (!frame || !place) {
			s->nomem = true;
			return;
		}
		block_line(&b, "%s#%-3zu %s%s%s%s%s%s", summary_frame_blamed(r, f) ? ">" : " ", i,
			frame, *place ? "  " : "", place, f->context ? "  (" : "",
			f->context ? f->context : "", f->context ? ")" : "");
	}
	block_put(&b);
}

static void put_source(struct sheet *s, const struct vmt_report *r)
{
	struct block b = block_begin(s);

	fputs("\n## Source of the culprit\n\n", s->out);
	for (size_t i = 0; i < r->source.n; i++) {
		char *line = summary_source_line(s->ctx, r, i);

		if (line)
			block_line(&b, "%s", line);
		else
			s->nomem = true;
	}
	block_put(&b);
}

/* What trackers, and the people who read them, expect. */
static void put_excerpt(struct sheet *s, const struct vmt_excerpt *x)
{
	struct block b = block_begin(s);

	fputs("\n## Crash report in the log\n\n", s->out);
	for (size_t i = 0; i < x->n; i++)
		block_line(&b, "%s", x->lines[i]);
	block_put(&b);
	if (x->left_out)
		fprintf(s->out, "\n%" PRIu64 " more lines are left out here.\n", x->left_out);
}

static void fold(struct sheet *s, const char *title, struct block *b)
{
	fprintf(s->out, "\n<details><summary>%s</summary>\n\n", title);
	block_put(b);
	fputs("\n</details>\n", s->out);
}

static void put_registers(struct sheet *s, const struct vmt_report *r)
{
	struct block b = block_begin(s);

	for (size_t i = 0; i < r->n_registers; i++)
		block_line(&b, "%-6s %016" PRIx64, r->registers[i].name, r->registers[i].value);
	fold(s, "Registers", &b);
}

static void put_events(struct sheet *s, const struct vmt_report *r)
{
	struct events_spread spread = events_spread(r);
	struct block b = block_begin(s);

	for (size_t i = 0; i < r->n_events; i++) {
		const struct vmt_event *e = &r->events[i];
		bool judged = r->verdict.event.known && r->verdict.event.v == i;
		char when[32] = "", *text;

		if (e->time.known)
			snprintf(when, sizeof(when), "%.6f", (double)e->time.ns / 1e9);
		text = events_text(s->ctx, spread, e);
		if (text)
			block_line(&b, "%s%14s  %s", judged ? ">" : " ", when, text);
		else
			s->nomem = true;
	}
	fold(s, "Reports in the log", &b);
}

static void put_modules(struct sheet *s, const struct vmt_report *r)
{
	struct block b = block_begin(s);

	for (size_t i = 0; i < r->n_modules; i++) {
		char *line = summary_module(s->ctx, &r->modules[i]);

		if (line)
			block_line(&b, "%s", line);
		else
			s->nomem = true;
	}
	fold(s, "Modules", &b);
}

static void put_missing(struct sheet *s, const struct vmt_report *r)
{
	struct block b = block_begin(s);

	for (size_t i = 0; i < r->debuginfo.n_missing; i++) {
		char *line = summary_missing(s->ctx, &r->debuginfo.missing[i]);

		if (line)
			block_line(&b, "%s", line);
		else
			s->nomem = true;
	}
	fold(s, "Debuginfo that is not installed", &b);
}

static void put_diagnostics(struct sheet *s, const struct vmt_report *r)
{
	struct block b = block_begin(s);

	for (size_t i = 0; i < r->n_diagnostics; i++) {
		char *line = summary_diagnostic(s->ctx, r, i);

		if (!line)
			s->nomem = true;
		else if (*line)
			block_line(&b, "%s", line);
	}
	fold(s, "What vmtriage could not do", &b);
}

static int write_markdown(const struct vmt_report *r, const struct vmt_write_options *opts,
	FILE *out, struct vmt_err *err)
{
	struct sheet s = {out, talloc_new(NULL), false};
	const struct vmt_verdict *v = &r->verdict;
	char *deaths;

	(void)opts;
	if (!s.ctx)
		return err_nomem(err);
	fputs("# ", out);
	put(&s, escape_markdown, summary_headline(s.ctx, r));
	fputs("\n\n", out);
	put(&s, escape_markdown, summary_trust(s.ctx, r));
	fputc('\n', out);
	deaths = events_deaths(s.ctx, r);
	if (deaths) {
		fputc('\n', out);
		put(&s, escape_markdown, deaths);
		fputc('\n', out);
	}
	put_facts(&s, r);
	put_list(&s, "Evidence", false, v->evidence, v->n_evidence);
	if (r->n_frames)
		put_frames(&s, r);
	if (r->source.n)
		put_source(&s, r);
	put_list(&s, "What to do", true, v->next, v->n_next);
	if (r->excerpt.n)
		put_excerpt(&s, &r->excerpt);
	if (events_are_news(r))
		put_events(&s, r);
	if (r->n_registers)
		put_registers(&s, r);
	if (r->n_modules)
		put_modules(&s, r);
	if (r->debuginfo.n_missing)
		put_missing(&s, r);
	if (r->n_diagnostics)
		put_diagnostics(&s, r);
	fprintf(out, "\nWritten by vmtriage %s.\n", VMT_VERSION);
	talloc_free(s.ctx);
	return s.nomem ? err_nomem(err) : 0;
}

static void separate(const char *input, bool first, FILE *out)
{
	(void)input; /* the report names it */
	fputs(first ? "" : "\n---\n\n", out);
}

const struct report_writer markdown_writer = {
	.name = VMT_FORMAT_MARKDOWN,
	.separate = separate,
	.write = write_markdown,
};
