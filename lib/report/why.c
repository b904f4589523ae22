// SPDX-License-Identifier: GPL-3.0-or-later
/* See why.h. */
#include "report/why.h"

#include <stdio.h>
#include <string.h>

#include "base/vmlinux.h"

static char *needed(struct page *p, char *text)
{
	p->nomem |= !text;
	return text;
}

static void put(struct page *p, const char *lead, const char *text)
{
	if (text)
		page_row(p, lead, text);
}

/* "igb_up (igb)" */
static char *name_of(struct page *p, const char *function, const char *module)
{
	bool own = module && !is_vmlinux(module);

	return needed(p, talloc_asprintf(p->ctx, "%s%s%s%s", function ? function : "?",
				 own ? " (" : "", own ? module : "", own ? ")" : ""));
}

/* The functions that were passed over, up to the culprit. */
static void put_frames(struct page *p, const struct vmt_explanation *x)
{
	size_t n = 0;

	while (n < x->n_frames && !x->frames[n].culprit)
		n++;
	if (!n || n == x->n_frames)
		return;
	page_blank(p);
	page_text(p, PAGE_PLAIN, "  ", "Passed over, innermost first:");
	for (size_t i = 0; i < n; i++) {
		const struct vmt_role *f = &x->frames[i];
		char *text = needed(
			p, talloc_asprintf(p->ctx, "%s%s%s%s%s", f->function ? f->function : "?",
				   f->role ? ": " : "", f->reason ? f->reason : "",
				   f->role ? ", rule " : "", f->role ? f->role : ""));

		if (text)
			page_text(p, PAGE_PLAIN, "    ", text);
	}
}

/* "specific +8, distance -1" */
static char *facts_of(struct page *p, const struct vmt_ranked *s)
{
	char *text = needed(p, talloc_strdup(p->ctx, ""));

	for (size_t i = 0; text && i < s->n_facts; i++)
		text = needed(p, talloc_asprintf_append(text, "%s%s %+d", i ? ", " : "",
					 s->facts[i].id, s->facts[i].points));
	return text;
}

/* " +12  igb_up (igb), drivers/net/ethernet/intel/igb/igb_main.c: specific +8, culprit +5, ..." */
static void put_suspects(struct page *p, const struct vmt_explanation *x)
{
	if (!x->n_suspects)
		return;
	page_blank(p);
	page_text(p, PAGE_PLAIN, "  ", "Suspects, with the points of each fact:");
	for (size_t i = 0; i < x->n_suspects; i++) {
		const struct vmt_ranked *s = &x->suspects[i];
		char *name = name_of(p, s->function, s->module), *facts = facts_of(p, s), *text;
		char lead[32];

		text = needed(p, talloc_asprintf(p->ctx, "%s, %s: %s", name ? name : "?",
					 s->file ? s->file : "file not known", facts ? facts : ""));
		snprintf(lead, sizeof(lead), "    %+4d  ", s->points);
		if (text)
			page_text(p, PAGE_PLAIN, lead, text);
	}
}

/* Whether an earlier suspect has the fact, so that its meaning was given. */
static bool was_said(const struct vmt_explanation *x, size_t suspect, const char *id)
{
	for (size_t i = 0; i < suspect; i++)
		for (size_t k = 0; k < x->suspects[i].n_facts; k++)
			if (!strcmp(x->suspects[i].facts[k].id, id))
				return true;
	return false;
}

static void put_meanings(struct page *p, const struct vmt_explanation *x)
{
	for (size_t i = 0; i < x->n_suspects; i++)
		for (size_t k = 0; k < x->suspects[i].n_facts; k++) {
			const struct vmt_fact *f = &x->suspects[i].facts[k];
			char lead[32];

			if (!i && !k)
				page_blank(p);
			if (was_said(x, i, f->id))
				continue;
			snprintf(lead, sizeof(lead), "    %-14.14s", f->id);
			page_text(p, PAGE_PLAIN, lead, f->reason);
		}
}

void why_put(struct page *p, const struct vmt_report *r)
{
	const struct vmt_explanation *x = r->explanation;
	const struct vmt_verdict *v = &r->verdict;
	char *name = v->function ? name_of(p, v->function, v->module) : NULL;
	char *culprit = name ? needed(p, talloc_asprintf(p->ctx, "%s: %s", name, x->basis)) : NULL;

	put(p, "  Kind       ", x->kind_reason);
	put(p, "  Blamed     ", x->search);
	put(p, "  Culprit    ", culprit ? culprit : x->basis);
	put(p, "  Place      ",
		needed(p, talloc_asprintf(p->ctx, "%s: %s",
				  v->frame_certainty ? v->frame_certainty : "-", x->frame_reason)));
	put(p, "  Bug there  ",
		needed(p, talloc_asprintf(p->ctx, "%s: %s", v->confidence ? v->confidence : "-",
				  x->bug_reason)));
	put_frames(p, x);
	put_suspects(p, x);
	put_meanings(p, x);
}
