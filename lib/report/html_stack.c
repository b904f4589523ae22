// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/html_stack.h"

#include <inttypes.h>
#include <string.h>

#include "report/escape.h"
#include "report/frames.h"
#include "report/summary.h"
#include "report/words.h"

#define MAX_BOXES 60 /* a stack that overflowed has thousands of frames; the table has all */

/* Of the picture, in pixels. */
enum { LEFT = 14, PAD = 10, CHAR = 8, ROW = 24, PLACE = 18, GAP = 8, LABEL = 26, NARROWEST = 300 };

struct box {
	const struct vmt_frame *frame;
	size_t number, times;
	char *name, *place; /* safe for a terminal, not for HTML */
	bool blamed;
	bool opens; /* a band of another context */
	unsigned y, height;
};

struct picture {
	struct box *boxes;
	size_t n;
	size_t shown; /* frames */
	unsigned width, height;
	bool guesses;
};

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static char *made(struct html *h, char *text)
{
	h->nomem |= !text;
	return text;
}

/* The number before the name, and what follows it. */
static char *box_name(struct html *h, const struct box *b)
{
	char *frame = made(h, summary_frame(h->ctx, b->frame)), *name = NULL;

	if (frame)
		name = made(h, talloc_asprintf(h->ctx, "#%zu %s%s", b->number,
				       b->blamed ? "culprit: " : "", frame));
	if (name && b->times > 1)
		name = made(h, talloc_asprintf_append(name, " (%zu times)", b->times));
	return name;
}

static unsigned text_width(const char *text)
{
	return (unsigned)escape_columns(text, strlen(text)) * CHAR + LEFT + 2 * PAD;
}

static void widen(struct picture *p, const char *text)
{
	unsigned width = text ? text_width(text) : 0;

	p->width = width > p->width ? width : p->width;
}

static void lay_out_box(struct html *h, struct picture *p, struct box *b, const char *last)
{
	b->name = box_name(h, b);
	b->place = made(h, summary_frame_place(h->ctx, b->frame));
	b->opens = b->frame->context && !same(b->frame->context, last);
	b->y = p->height + (b->opens ? LABEL : 0);
	b->height = b->place && *b->place ? ROW + PLACE : ROW;
	p->height = b->y + b->height + GAP;
	p->guesses |= !b->frame->reliable;
	widen(p, b->name);
	widen(p, b->place);
}

static struct picture lay_out(struct html *h, const struct vmt_report *r)
{
	struct picture p = {.width = NARROWEST};

	p.boxes = talloc_zero_array(h->ctx, struct box, r->n_frames);
	h->nomem |= !p.boxes;
	for (size_t i = 0; p.boxes && i < r->n_frames; i++) {
		struct box *last = p.n ? &p.boxes[p.n - 1] : NULL;

		if (last && frames_equal(last->frame, &r->frames[i])) {
			last->times++;
		} else if (p.n == MAX_BOXES) {
			break;
		} else {
			p.boxes[p.n++] = (struct box){.frame = &r->frames[i],
				.number = i,
				.times = 1,
				.blamed = summary_frame_blamed(r, &r->frames[i])};
		}
		p.shown = i + 1;
	}
	for (size_t i = 0; i < p.n; i++)
		lay_out_box(h, &p, &p.boxes[i], i ? p.boxes[i - 1].frame->context : NULL);
	return p;
}

static void put_label(struct html *h, unsigned x, unsigned y, const char *class, const char *text)
{
	char *safe = made(h, escape_terminal(h->ctx, text ? text : ""));

	fprintf(h->out, "<text x=\"%u\" y=\"%u\"%s%s%s>", x, y, class ? " class=\"" : "",
		class ? class : "", class ? "\"" : "");
	html_text(h, safe);
	fputs("</text>\n", h->out);
}

/* The bar at the left of the frames of one context, with its name above them. */
static void put_band(struct html *h, const struct picture *p, size_t first)
{
	const struct box *b = &p->boxes[first], *last = b;
	const char *context = b->frame->context;

	for (size_t i = first + 1; i < p->n && !p->boxes[i].opens; i++)
		last = &p->boxes[i];
	fprintf(h->out, "<rect class=\"%s\" x=\"0\" y=\"%u\" width=\"4\" height=\"%u\"/>\n",
		words_find(words_context_terms, context) ? "band irq" : "band", b->y - LABEL + 4,
		last->y + last->height - b->y + LABEL - 4);
	put_label(h, LEFT, b->y - GAP, "soft", words_of(words_contexts, context));
}

static void put_box(struct html *h, const struct picture *p, const struct box *b)
{
	bool guess = !b->frame->reliable;

	fprintf(h->out,
		"<rect class=\"box%s%s\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" rx=\"3\"/>\n",
		guess ? " guess" : "", b->blamed ? " mark" : "", LEFT, b->y, p->width - LEFT - 2,
		b->height);
	put_label(h, LEFT + PAD, b->y + 16, b->blamed ? "mark" : guess ? "soft" : NULL, b->name);
	if (b->height > ROW)
		put_label(h, LEFT + PAD, b->y + 16 + PLACE, "soft", b->place);
	/* Called by the one below. */
	if (b + 1 < p->boxes + p->n && !b[1].opens)
		fprintf(h->out, "<line class=\"call\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>\n",
			LEFT + 24, b->y + b->height, LEFT + 24, b->y + b->height + GAP);
}

static void put_notes(struct html *h, const struct vmt_report *r, const struct picture *p)
{
	fputs("<p class=\"soft\">Innermost first: each frame was called by the one below it.",
		h->out);
	if (p->guesses)
		fputs(" Dashed: may not have been called, it was only found on the stack.", h->out);
	if (p->shown < r->n_frames)
		fprintf(h->out, " %zu more frames are in the table.", r->n_frames - p->shown);
	fputs("</p>\n", h->out);
}

void html_stack_picture(struct html *h, const struct vmt_report *r)
{
	struct picture p = lay_out(h, r);

	if (h->nomem)
		return;
	fprintf(h->out,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The stack\">\n"
		"<svg class=\"stack\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\">\n"
		"<title>The stack, innermost frame first</title>\n",
		p.width, p.height, p.width, p.height);
	for (size_t i = 0; i < p.n; i++) {
		if (p.boxes[i].opens)
			put_band(h, &p, i);
		put_box(h, &p, &p.boxes[i]);
	}
	fputs("</svg></div>\n", h->out);
	put_notes(h, r, &p);
}

void html_stack_table(struct html *h, const struct vmt_report *r)
{
	static const char *const headings[] = {
		"##", "Function", "Source", "Context", "Address", "Found by", NULL};

	fprintf(h->out, "<details><summary>All %zu frames with addresses</summary>\n", r->n_frames);
	html_rows(h, "All frames", headings);
	for (size_t i = 0; i < r->n_frames; i++) {
		const struct vmt_frame *f = &r->frames[i];
		char address[24] = "";

		if (f->address.known)
			snprintf(address, sizeof(address), "0x%016" PRIx64, f->address.v);
		fprintf(h->out, "<tr%s><td class=\"n\">%zu</td>",
			summary_frame_blamed(r, f) ? " class=\"mark\"" : "", i);
		html_cell(h, "mono w", made(h, summary_frame(h->ctx, f)));
		html_cell(h, "mono", made(h, summary_frame_place(h->ctx, f)));
		html_cell(h, NULL, f->context);
		html_cell(h, "mono t", address);
		html_cell(h, NULL, f->source);
		fputs("</tr>\n", h->out);
	}
	html_table_end(h);
	fputs("</details>\n", h->out);
}
