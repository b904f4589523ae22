// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the text, in full.
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "report/events.h"
#include "report/explained.h"
#include "report/why.h"
#include "report/frames.h"
#include "report/parts.h"
#include "report/summary.h"

/* text NULL: there was no memory for it. */
static void put_styled(struct page *p, enum page_style style, const char *lead, const char *text)
{
	if (text)
		page_text(p, style, lead, text);
	else
		p->nomem = true;
}

static void put_made(struct page *p, const char *lead, const char *text)
{
	put_styled(p, PAGE_PLAIN, lead, text);
}

void parts_put_row(struct page *p, const char *label, const char *text)
{
	char lead[16];

	snprintf(lead, sizeof(lead), "%-10s", label);
	page_row(p, lead, text);
}

static void put_facts(struct page *p, const struct vmt_report *r)
{
	struct summary_line *lines;
	size_t n;

	if (summary_list(p->ctx, r, &lines, &n, NULL)) {
		p->nomem = true;
		return;
	}
	for (size_t i = 0; i < n; i++)
		parts_put_row(p, lines[i].label, lines[i].value);
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
	frames_put(p, r->frames, r->n_frames, r, 0);
}

static void put_source(struct page *p, const struct vmt_report *r)
{
	page_text(p, PAGE_FAINT, "  ", r->source.path);
	for (size_t i = 0; i < r->source.n; i++)
		put_made(p, "", summary_source_line(p->ctx, r, i));
}

void parts_put_maintainers(struct page *p, const struct vmt_report *r)
{
	for (size_t i = 0; i < r->n_maintainers; i++) {
		const struct vmt_maintainer *m = &r->maintainers[i];
		const struct {
			const char *lead;
			const char *const *items;
			size_t n;
		} fields[] = {
			{"    list     ", m->lists, m->n_lists},
			{"    bugs     ", m->bugs, m->n_bugs},
			{"    tree     ", m->trees, m->n_trees},
			{"    person   ", m->persons, m->n_persons},
		};

		put_made(p, "  ",
			talloc_asprintf(p->ctx, "%s%s%s", m->section, m->status ? ": " : "",
				m->status ? m->status : ""));
		for (size_t k = 0; k < ARRAY_SIZE(fields); k++)
			for (size_t j = 0; j < fields[k].n; j++)
				page_text(p, PAGE_PLAIN, fields[k].lead, fields[k].items[j]);
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

static bool is_plain(const struct vmt_module *m)
{
	bool in_tree = !m->origin || !strcmp(m->origin, VMT_ORIGIN_IN_TREE);

	return in_tree && !(m->taints && *m->taints);
}

/* Those of others first, each on a line, then the kernel's own. */
static void put_modules(struct page *p, const struct vmt_report *r)
{
	char *own = talloc_strdup(p->ctx, "");

	for (size_t i = 0; i < r->n_modules; i++) {
		const struct vmt_module *m = &r->modules[i];

		if (is_plain(m) && own && m->name)
			own = talloc_asprintf_append_buffer(own, "%s%s", *own ? ", " : "", m->name);
		else if (!is_plain(m))
			put_made(p, "  ", summary_module(p->ctx, m));
	}
	if (!own)
		p->nomem = true;
	else if (*own)
		page_text(p, PAGE_PLAIN, "  ", own);
}

static void put_missing(struct page *p, const struct vmt_report *r)
{
	for (size_t i = 0; i < r->debuginfo.n_missing; i++)
		put_made(p, "  - ", summary_missing(p->ctx, &r->debuginfo.missing[i]));
}

static void put_diagnostics(struct page *p, const struct vmt_report *r)
{
	for (size_t i = 0; i < r->n_diagnostics; i++) {
		char *line = summary_diagnostic(p->ctx, r, i);

		if (!line || *line)
			put_made(p, "  - ", line);
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

static bool has_maintainers(const struct vmt_report *r)
{
	return r->n_maintainers;
}

static bool has_registers(const struct vmt_report *r)
{
	return r->n_registers;
}

static bool has_explained(const struct vmt_report *r)
{
	return r->n_explained;
}

static bool has_instructions(const struct vmt_report *r)
{
	return r->n_instructions;
}

static bool has_variables(const struct vmt_report *r)
{
	return r->n_variables;
}

static bool has_explanation(const struct vmt_report *r)
{
	return r->explanation;
}

static bool has_next(const struct vmt_report *r)
{
	return r->verdict.n_next;
}

static bool has_modules(const struct vmt_report *r)
{
	return r->n_modules;
}

static bool has_missing(const struct vmt_report *r)
{
	return r->debuginfo.n_missing;
}

static bool has_diagnostics(const struct vmt_report *r)
{
	return r->n_diagnostics;
}

static bool has_facts(const struct vmt_report *r)
{
	(void)r;
	return true;
}

struct section {
	const char *title;
	bool (*has)(const struct vmt_report *r);
	void (*put)(struct page *p, const struct vmt_report *r);
};

static const struct section events_section = {"Reports in the log", events_are_news, put_events};

static const struct section why_section = {"Why", has_explanation, why_put};

static const struct section sections[] = {
	{"What to do", has_next, put_next},
	{"What is known", has_facts, put_facts},
	{"Evidence", has_evidence, put_evidence},
	{"Why", has_explanation, why_put},
	{"Stack, innermost frame first", has_frames, put_frames},
	{"Source of the culprit", has_source, put_source},
	{"Who maintains the culprit", has_maintainers, parts_put_maintainers},
	{"Reports in the log", events_are_news, put_events},
	{"Registers", has_registers, put_registers},
	{"What registers point to", has_explained, explained_put},
	{"Instructions", has_instructions, explained_put_code},
	{"Arguments and variables", has_variables, explained_put_variables},
	{"Debuginfo that is not installed", has_missing, put_missing},
	{"Modules", has_modules, put_modules},
	{"What vmtriage could not do", has_diagnostics, put_diagnostics},
};

static void put_section(struct page *p, const struct vmt_report *r, const struct section *s)
{
	if (!s->has(r))
		return;
	page_title(p, s->title);
	s->put(p, r);
}

void parts_put_verdict(struct page *p, const struct vmt_report *r)
{
	char *deaths = events_deaths(p->ctx, r);

	put_styled(p, r->verdict.kind ? PAGE_ALARM : PAGE_BOLD, "", summary_headline(p->ctx, r));
	put_made(p, "", summary_trust(p->ctx, r));
	if (deaths)
		put_made(p, "", deaths);
}

void parts_put_events(struct page *p, const struct vmt_report *r)
{
	put_section(p, r, &events_section);
}

void parts_put_why(struct page *p, const struct vmt_report *r)
{
	put_section(p, r, &why_section);
}

void parts_put_all(struct page *p, const struct vmt_report *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		put_section(p, r, &sections[i]);
}
