// SPDX-License-Identifier: GPL-3.0-or-later
// The report as a page: the verdict first, what to do, then what it rests on, and the long parts.
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "report/escape.h"
#include "report/events.h"
#include "report/explained.h"
#include "report/html_doc.h"
#include "report/html_stack.h"
#include "report/parts.h"
#include "report/summary.h"
#include "report/why.h"
#include "report/words.h"
#include "report/writer.h"

static void put_verdict(struct html *h, const struct vmt_report *r)
{
	const struct vmt_verdict *v = &r->verdict;
	char *deaths = events_deaths(h->ctx, r);

	fprintf(h->out, "<header class=\"verdict%s\">\n", v->kind && !v->no_crash ? " crash" : "");
	if (v->kind)
		html_element(h, "p", "kind", v->kind_text ? v->kind_text : v->kind);
	html_element(h, "h1", NULL, summary_headline(h->ctx, r));
	html_element(h, "p", NULL, summary_trust(h->ctx, r));
	if (deaths)
		html_element(h, "p", NULL, deaths);
	fputs("</header>\n", h->out);
}

static void put_items(struct html *h, const char *list, const char *const *items, size_t n)
{
	fprintf(h->out, "<%s>\n", list);
	for (size_t i = 0; i < n; i++)
		html_element(h, "li", NULL, items[i]);
	fprintf(h->out, "</%s>\n", list);
}

static void put_next(struct html *h, const struct vmt_report *r)
{
	put_items(h, "ol", r->verdict.next, r->verdict.n_next);
}

static void put_evidence(struct html *h, const struct vmt_report *r)
{
	put_items(h, "ul", r->verdict.evidence, r->verdict.n_evidence);
}

static void put_facts(struct html *h, const struct vmt_report *r)
{
	struct summary_line *lines;
	size_t n;

	if (summary_list(h->ctx, r, &lines, &n, NULL)) {
		h->nomem = true;
		return;
	}
	fputs("<dl>\n", h->out);
	for (size_t i = 0; i < n; i++) {
		html_element(h, "dt", NULL, lines[i].label);
		html_element(h, "dd", NULL, lines[i].value);
	}
	fputs("</dl>\n", h->out);
}

static void put_frames(struct html *h, const struct vmt_report *r)
{
	html_stack_picture(h, r);
	html_stack_table(h, r);
}

static void put_source(struct html *h, const struct vmt_report *r)
{
	html_element(h, "p", "soft mono", r->source.path);
	html_lines_begin(h);
	for (size_t i = 0; i < r->source.n; i++) {
		char *line = summary_source_line(h->ctx, r, i);

		html_line(h, line && *line == '>', line);
	}
	html_lines_end(h);
}

static void put_excerpt(struct html *h, const struct vmt_report *r)
{
	const struct vmt_excerpt *x = &r->excerpt;

	html_lines_begin(h);
	for (size_t i = 0; i < x->n; i++)
		html_line(h, false, x->lines[i]);
	html_lines_end(h);
	if (x->left_out)
		fprintf(h->out, "<p class=\"soft\">%" PRIu64 " more lines are left out here.</p>\n",
			x->left_out);
}

static void put_events(struct html *h, const struct vmt_report *r)
{
	static const char *const headings[] = {"#Seconds", "Report", NULL};
	struct events_spread spread = events_spread(r);

	html_table(h, "Reports in the log", headings);
	for (size_t i = 0; i < r->n_events; i++) {
		const struct vmt_event *e = &r->events[i];
		bool judged = r->verdict.event.known && r->verdict.event.v == i;
		int64_t us = e->time.ns / 1000;

		fputs(judged ? "<tr class=\"mark\"><td class=\"n\">" : "<tr><td class=\"n\">",
			h->out);
		if (e->time.known) /* without a point that goes by the locale */
			fprintf(h->out, "%" PRId64 ".%06d", us / 1000000, (int)(us % 1000000));
		fputs("</td>", h->out);
		html_cell(h, "w", events_text(h->ctx, spread, e));
		fputs("</tr>\n", h->out);
	}
	html_table_end(h);
}

static void put_registers(struct html *h, const struct vmt_report *r)
{
	fputs("<ul class=\"regs mono\">\n", h->out);
	for (size_t i = 0; i < r->n_registers; i++) {
		fputs("<li><b>", h->out);
		html_text(h, r->registers[i].name);
		fprintf(h->out, "</b>%*s%016" PRIx64 "</li>\n",
			strlen(r->registers[i].name) < 7 ? 7 - (int)strlen(r->registers[i].name)
							 : 1,
			"", r->registers[i].value);
	}
	fputs("</ul>\n", h->out);
}

static void put_modules(struct html *h, const struct vmt_report *r)
{
	static const char *const headings[] = {
		"Module", "Version", "Origin", "Taint flags", "Build ID", NULL};
	const struct vmt_module *culprit = summary_culprit_module(r);

	fprintf(h->out, "<details open><summary>%zu modules</summary>\n", r->n_modules);
	html_rows(h, "Modules", headings);
	for (size_t i = 0; i < r->n_modules; i++) {
		const struct vmt_module *m = &r->modules[i];

		fputs(m == culprit ? "<tr class=\"mark\">" : "<tr>", h->out);
		html_cell(h, "mono", m->name);
		html_cell(h, "mono", m->version ? m->version : m->srcversion);
		html_cell(h, NULL, m->origin ? words_of(words_origins, m->origin) : NULL);
		html_cell(h, NULL, m->taints);
		html_cell(h, "mono", m->build_id);
		fputs("</tr>\n", h->out);
	}
	html_table_end(h);
	fputs("</details>\n", h->out);
}

static void put_missing(struct html *h, const struct vmt_report *r)
{
	fputs("<ul>\n", h->out);
	for (size_t i = 0; i < r->debuginfo.n_missing; i++)
		html_element(h, "li", NULL, summary_missing(h->ctx, &r->debuginfo.missing[i]));
	fputs("</ul>\n", h->out);
}

static void put_diagnostics(struct html *h, const struct vmt_report *r)
{
	fputs("<ul>\n", h->out);
	for (size_t i = 0; i < r->n_diagnostics; i++) {
		char *line = summary_diagnostic(h->ctx, r, i);

		if (!line || *line)
			html_element(h, "li", NULL, line);
	}
	fputs("</ul>\n", h->out);
}

/* ---- sections ---------------------------------------------------------------------------- */

/* Those that are there if a number in the report is not 0. */
#define COUNTED(title, member, put)                                                                \
	{                                                                                          \
		title, offsetof(struct vmt_report, member), NULL, put, NULL                        \
	}
#define AS_TEXT(title, member, put)                                                                \
	{                                                                                          \
		title, offsetof(struct vmt_report, member), NULL, NULL, put                        \
	}

static bool has_explanation(const struct vmt_report *r)
{
	return r->explanation;
}

static bool always(const struct vmt_report *r)
{
	(void)r;
	return true;
}

static const struct section {
	const char *title;
	size_t count; /* offset of a size_t */
	bool (*has)(const struct vmt_report *r);
	void (*put)(struct html *h, const struct vmt_report *r);
	void (*text)(struct page *p, const struct vmt_report *r); /* the same as on a terminal */
} sections[] = {
	COUNTED("What to do", verdict.n_next, put_next),
	{"What is known", 0, always, put_facts, NULL},
	COUNTED("Evidence", verdict.n_evidence, put_evidence),
	{"Why", 0, has_explanation, NULL, why_put},
	COUNTED("Stack", n_frames, put_frames),
	COUNTED("Source of the culprit", source.n, put_source),
	AS_TEXT("Who maintains the culprit", n_maintainers, parts_put_maintainers),
	COUNTED("Crash report in the log", excerpt.n, put_excerpt),
	{"Reports in the log", 0, events_are_news, put_events, NULL},
	COUNTED("Registers", n_registers, put_registers),
	AS_TEXT("What registers point to", n_explained, explained_put),
	AS_TEXT("Instructions", n_instructions, explained_put_code),
	AS_TEXT("Arguments and variables", n_variables, explained_put_variables),
	COUNTED("Modules", n_modules, put_modules),
	COUNTED("Debuginfo that is not installed", debuginfo.n_missing, put_missing),
	COUNTED("What vmtriage could not do", n_diagnostics, put_diagnostics),
};

static bool is_there(const struct section *s, const struct vmt_report *r)
{
	size_t n;

	if (s->has)
		return s->has(r);
	memcpy(&n, (const char *)r + s->count, sizeof(n));
	return n;
}

static void put_article(struct html *h, const struct vmt_report *r)
{
	fputs("<article>\n", h->out);
	put_verdict(h, r);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		const struct section *s = &sections[i];

		if (!is_there(s, r))
			continue;
		html_section(h, s->title);
		if (s->put)
			s->put(h, r);
		else
			html_page(h, s->text, r);
		html_section_end(h);
	}
	html_footer(h);
	fputs("</article>\n", h->out);
}

static int write(const struct vmt_report *r, bool whole, FILE *out, struct vmt_err *err)
{
	struct html h = {out, talloc_new(NULL), false};
	int rc;

	if (!h.ctx)
		return err_nomem(err);
	if (whole) {
		html_begin(&h, summary_headline(h.ctx, r));
		fputs("<main>\n", out);
	}
	put_article(&h, r);
	if (whole) {
		fputs("</main>\n", out);
		html_end(&h);
	}
	rc = html_status(&h, err);
	talloc_free(h.ctx);
	return rc;
}

static int write_html(const struct vmt_report *r, const struct vmt_write_options *opts, FILE *out,
	struct vmt_err *err)
{
	(void)opts;
	return write(r, true, out, err);
}

static int write_part(const struct vmt_report *r, const struct vmt_write_options *opts, FILE *out,
	struct vmt_err *err)
{
	(void)opts;
	return write(r, false, out, err);
}

/* The page of a series has no end tags: it is not known which report is the last. */
static void separate(const char *input, bool first, FILE *out)
{
	struct html h = {out, NULL, false};

	(void)input; /* the report names it */
	if (first)
		html_begin(&h, "Crash reports");
}

#define PART "html-part"

const struct report_writer html_writer = {
	.name = VMT_FORMAT_HTML,
	.in_series = PART,
	.separate = separate,
	.write = write_html,
};

const struct report_writer html_part_writer = {
	.name = PART,
	.inner = true,
	.write = write_part,
};
