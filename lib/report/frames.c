// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/frames.h"

#include <inttypes.h>
#include <string.h>

#include "report/summary.h"

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Equal frames in a row. */
struct run {
	size_t first, n;
};

bool frames_equal(const struct vmt_frame *a, const struct vmt_frame *b)
{
	return a->function && same(a->function, b->function) && same(a->module, b->module) &&
	       a->offset.known == b->offset.known && a->offset.v == b->offset.v &&
	       a->reliable == b->reliable && a->inlined == b->inlined &&
	       same(a->context, b->context);
}

enum which_frames { ALL_FRAMES, RELIABLE_FRAMES };

/* NULL: no memory. */
static struct run *make_runs(struct page *p, const struct vmt_frame *frames, size_t n,
	enum which_frames which, size_t *n_runs)
{
	struct run *runs = talloc_array(p->ctx, struct run, n + 1);

	*n_runs = 0;
	for (size_t i = 0; runs && i < n; i++) {
		struct run *last = *n_runs ? &runs[*n_runs - 1] : NULL;

		if (which == RELIABLE_FRAMES && !frames[i].reliable)
			continue;
		if (last && last->first + last->n == i &&
			frames_equal(&frames[last->first], &frames[i]))
			last->n++;
		else
			runs[(*n_runs)++] = (struct run){i, 1};
	}
	return runs;
}

/* A stack on a page. */
struct view {
	const struct vmt_frame *frames;
	const struct vmt_report *blamed_in;
	int context_width, number_width;
	const char *label; /* before the next line: our own text, in all lines of the same length */
	const char *indent;  /* the same for the lines after it */
	unsigned room;	     /* lines that are left */
	const char *context; /* of the frame before */
};

/* The width of the widest context, so that all frames line up. */
static int context_columns(const struct vmt_frame *frames, size_t n)
{
	size_t widest = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len = frames[i].context ? strlen(frames[i].context) : 0;
		widest = len > widest ? len : widest;
	}
	return widest < 12 ? (int)widest : 12;
}

static struct view view_init(const struct page *p, const struct vmt_frame *frames, size_t n,
	const struct vmt_report *blamed_in)
{
	return (struct view){
		.frames = frames,
		.blamed_in = blamed_in,
		.context_width = page_is_narrow(p) ? 0 : context_columns(frames, n),
		.number_width = n > 1000  ? 5
				: n > 100 ? 4
					  : 3,
		.label = "",
	};
}

/* "vhba_complete+0x1f/0x50 [vhba]  vhba.c:12 (92 times)". NULL: no memory. */
static char *frame_line(struct page *p, const struct view *v, const struct run *run, bool context)
{
	const struct vmt_frame *f = &v->frames[run->first];
	char *name = summary_frame(p->ctx, f), *place = summary_frame_place(p->ctx, f), *line;

	line = name && place ? talloc_asprintf(p->ctx, "%s%s%s", name, *place ? "  " : "", place)
			     : NULL;
	if (line && run->n > 1)
		line = talloc_asprintf_append(line, " (%zu times)", run->n);
	if (line && context && page_is_narrow(p))
		line = talloc_asprintf_append(line, " (%s)", f->context);
	return line;
}

static char *frame_lead(struct page *p, const struct view *v, const struct run *run, bool context)
{
	const struct vmt_frame *f = &v->frames[run->first];
	bool blamed = v->blamed_in && summary_frame_blamed(v->blamed_in, f);
	char number[24];

	snprintf(number, sizeof(number), "#%zu", run->first);
	return talloc_asprintf(p->ctx, "%s%s %-*s%s%-*.*s%s", v->label, blamed ? ">" : " ",
		v->number_width, number, page_is_narrow(p) ? " " : "  ", v->context_width,
		v->context_width, context ? f->context : "", v->context_width ? "  " : "");
}

static void put_run(struct page *p, struct view *v, const struct run *run)
{
	const struct vmt_frame *f = &v->frames[run->first];
	bool context = f->context && !same(f->context, v->context);
	char *lead = frame_lead(p, v, run, context), *line = frame_line(p, v, run, context);

	p->label = page_label(v->label);
	if (lead && line)
		page_text(p, f->reliable ? PAGE_PLAIN : PAGE_FAINT, lead, line);
	else
		p->nomem = true;
	p->label = 0;
	v->context = f->context;
}

void frames_put(struct page *p, const struct vmt_frame *frames, size_t n,
	const struct vmt_report *blamed_in, size_t max)
{
	struct view v = view_init(p, frames, n, blamed_in);
	size_t n_runs, shown;
	struct run *runs = make_runs(p, frames, n, ALL_FRAMES, &n_runs);

	if (!runs) {
		p->nomem = true;
		return;
	}
	shown = max && n_runs > max ? max : n_runs;
	for (size_t i = 0; i < shown; i++)
		put_run(p, &v, &runs[i]);
	if (shown < n_runs) {
		fprintf(p->out, "  \xe2\x80\xa6 %zu more\n", n - runs[shown].first);
		p->lines++;
	}
	talloc_free(runs);
}

static size_t blamed_run(const struct run *runs, size_t n, const struct vmt_report *r)
{
	for (size_t i = 0; i < n; i++)
		if (summary_frame_blamed(r, &r->frames[runs[i].first]))
			return i;
	return 0;
}

/* The lines that a run takes. */
static unsigned run_lines(struct page *p, const struct view *v, const struct run *run)
{
	struct page dry = *p;
	struct view copy = *v;

	dry.measure = true;
	dry.lines = 0;
	put_run(&dry, &copy, run);
	return dry.lines;
}

/* Puts runs from *at on, and before end, as long as there is room; returns how many frames that is.
 */
static size_t put_runs(
	struct page *p, struct view *v, const struct run *runs, size_t *at, size_t end)
{
	size_t frames = 0;

	for (; *at < end; ++*at) {
		unsigned lines = run_lines(p, v, &runs[*at]);

		if (lines > v->room)
			break;
		put_run(p, v, &runs[*at]);
		v->label = v->indent;
		frames += runs[*at].n;
		v->room -= lines;
	}
	return frames;
}

static size_t put_some(struct page *p, struct view *v, const struct run *runs, size_t n)
{
	size_t at = 0, shown, blamed = blamed_run(runs, n, v->blamed_in);

	if (blamed + 1 < v->room || n <= v->room)
		return put_runs(p, v, runs, &at, n);
	shown = put_runs(p, v, runs, &at, 1);
	page_text(p, PAGE_FAINT, v->indent, "  \xe2\x80\xa6");
	v->room -= v->room > 0;
	at = v->room > 1 ? blamed - 1 : blamed;
	return shown + put_runs(p, v, runs, &at, n);
}

/* With fewer reliable frames, the guesses are of use. */
#define FEW 3

size_t frames_put_short(
	struct page *p, const char *label, const struct vmt_report *r, unsigned room)
{
	struct view v = view_init(p, r->frames, r->n_frames, r);
	char *indent = talloc_asprintf(p->ctx, "%*s", (int)strlen(label), "");
	size_t n;
	struct run *runs = make_runs(p, r->frames, r->n_frames, RELIABLE_FRAMES, &n);

	if (runs && n < FEW)
		runs = make_runs(p, r->frames, r->n_frames, ALL_FRAMES, &n);
	if (!runs || !indent) {
		p->nomem = true;
		return 0;
	}
	v.label = label;
	v.indent = indent;
	v.room = room;
	return r->n_frames - put_some(p, &v, runs, n);
}

/* Not user space's GS base (knlGS): few know the name, and JSON and Markdown have it. */
static bool is_shown(const struct vmt_register *reg)
{
	return strcmp(reg->name, "knlgs") != 0;
}

void frames_put_registers(struct page *p, const struct vmt_register *regs, size_t n)
{
	size_t widest = 0, per_line, shown = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(regs[i].name);
		widest = len > widest ? len : widest;
	}
	widest = widest < 16 ? widest : 16;
	per_line = p->width / (widest + 1 + 16 + 2);
	per_line = per_line ? per_line : 1;
	for (size_t i = 0; i < n; i++) {
		char safe[64];

		if (!is_shown(&regs[i]))
			continue;
		if (shown && shown % per_line == 0)
			fputc('\n', p->out);
		vmt_escape(regs[i].name, safe, sizeof(safe));
		fprintf(p->out, "  %*.*s %016" PRIx64, (int)widest, (int)widest, safe,
			regs[i].value);
		shown++;
	}
	if (shown)
		fputc('\n', p->out);
}
