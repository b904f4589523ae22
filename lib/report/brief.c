// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Every part but the evidence and the stack takes what it needs. These two share what is left of
 * the screen, and have at least a few lines each.
 */
#include "report/brief.h"

#include <inttypes.h>
#include <string.h>

#include "report/events.h"
#include "report/frames.h"
#include "report/parts.h"
#include "report/summary.h"

#define ROWS 25		 /* of a console */
#define ROWS_LEAST 20	 /* on fewer, a report scrolls */
#define HEADLINE_ROWS 4	 /* a chain of tasks that wait for each other is long */
#define PARAGRAPH_ROWS 3 /* of any text: a broken log has lines without end */
#define ITEM_ROWS 2	 /* of one piece of evidence */
#define STEPS_ROWS 4	 /* for what to do, on a small screen */
#define EVIDENCE_ROWS 6	 /* the same */
#define FRAMES_LEAST 3

static unsigned left(const struct page *p, unsigned rows)
{
	return rows > p->lines ? rows - p->lines : 0;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* ---- what to do -------------------------------------------------------------------------- */

static void step_lead(char *lead, size_t size, size_t i, bool several)
{
	char number[24] = "";

	if (several)
		snprintf(number, sizeof(number), "%zu. ", i + 1);
	snprintf(lead, size, "%-10s%s", i ? "" : "To do", number);
}

/* The first steps, as many as fit; the very first always does. */
static size_t count_steps(const struct page *p, const struct vmt_report *r, unsigned room)
{
	unsigned lines = 0;
	size_t n = 0;

	for (char lead[48]; n < r->verdict.n_next; n++) {
		step_lead(lead, sizeof(lead), n, true);
		lines += page_measure(p, lead, r->verdict.next[n]);
		if (n && lines > room)
			break;
	}
	return n;
}

static void put_steps(struct page *p, const struct vmt_report *r, unsigned room)
{
	size_t n;

	p->most = 0; /* they hold commands to copy */
	n = count_steps(p, r, room);

	for (size_t i = 0; i < n; i++) {
		char lead[48];

		step_lead(lead, sizeof(lead), i, n > 1);
		page_row(p, lead, r->verdict.next[i]);
	}
	if (n)
		page_blank(p);
	p->most = PARAGRAPH_ROWS;
}

/* ---- facts ------------------------------------------------------------------------------- */

static void put_facts(struct page *p, const struct summary_line *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		parts_put_row(p, lines[i].label, lines[i].value);
}

/* The lines that facts, and the least of the evidence and the stack, take. */
static unsigned measure_rest(const struct page *p, const struct vmt_report *r,
	const struct summary_line *lines, size_t n)
{
	struct page dry = *p;

	dry.measure = true;
	dry.lines = 0;
	put_facts(&dry, lines, n);
	if (r->verdict.n_evidence)
		parts_put_row(&dry, "Evidence", r->verdict.evidence[0]);
	return dry.lines + least((unsigned)r->n_frames, FRAMES_LEAST);
}

/* Of a report with much to say, the facts that matter least are left out. */
static size_t count_facts(const struct page *p, const struct vmt_report *r,
	struct summary_line *lines, size_t n, unsigned room)
{
	for (size_t i = n; i-- && measure_rest(p, r, lines, n) > room;) {
		if (!lines[i].optional)
			continue;
		memmove(&lines[i], &lines[i + 1], (n - i - 1) * sizeof(*lines));
		n--;
	}
	return n;
}

static void put_advice_and_facts(struct page *p, const struct vmt_report *r, unsigned rows)
{
	struct summary_line *lines;
	unsigned rest, room;
	size_t n;

	if (summary_list_short(p->ctx, r, &lines, &n, NULL)) {
		p->nomem = true;
		return;
	}
	rest = measure_rest(p, r, lines, n) + 1;
	room = left(p, rows) > rest ? left(p, rows) - rest : 0;
	put_steps(p, r, rows <= ROWS ? least(room, STEPS_ROWS) : room / 2);
	put_facts(p, lines, count_facts(p, r, lines, n, left(p, rows)));
}

/* ---- evidence and stack ------------------------------------------------------------------ */

/* room: rows for the evidence. The first item is always shown. */
static void put_evidence(struct page *p, const struct vmt_report *r, unsigned room)
{
	const struct vmt_verdict *v = &r->verdict;

	p->most = ITEM_ROWS;
	for (size_t i = 0; i < v->n_evidence; i++) {
		const char *lead = i ? "          " : "Evidence  ";
		unsigned lines = page_measure(p, lead, v->evidence[i]);

		if (i && lines > room)
			break;
		page_row(p, lead, v->evidence[i]);
		room -= lines < room ? lines : room;
	}
	p->most = PARAGRAPH_ROWS;
}

/* rows: of the page, without the line that names the option. */
static void put_grounds(struct page *p, const struct vmt_report *r, unsigned rows, size_t *hidden)
{
	const char *label = page_is_narrow(p) ? "" : "Stack   ";
	unsigned frames = least((unsigned)r->n_frames, FRAMES_LEAST), room;

	if (rows > ROWS)
		page_blank(p);
	room = left(p, rows);
	room = rows <= ROWS ? least(room - least(room, frames), EVIDENCE_ROWS)
			    : room - least(room, frames);
	put_evidence(p, r, room);
	if (!r->n_frames)
		return;
	if (page_is_narrow(p))
		page_row(p, "Stack", "");
	room = left(p, rows);
	*hidden = frames_put_short(p, label, r, room < FRAMES_LEAST ? FRAMES_LEAST : room);
}

/* ---- the rest ---------------------------------------------------------------------------- */

static bool has_more(const struct vmt_report *r)
{
	return r->n_registers || r->n_modules || r->n_diagnostics || r->debuginfo.n_missing ||
	       r->kernel.version;
}

/* The way to the complete report. */
static void put_more(struct page *p, const struct vmt_report *r, size_t hidden)
{
	char text[80] = "-v shows all details";

	if (hidden)
		snprintf(text, sizeof(text), "\xe2\x80\xa6 %zu more frame%s, -v shows all", hidden,
			hidden == 1 ? "" : "s");
	if (hidden || has_more(r))
		page_text(p, PAGE_FAINT, page_is_narrow(p) ? "" : "          ", text);
}

void brief_put(struct page *p, const struct vmt_report *r, size_t height)
{
	/* The last row is for the prompt. */
	unsigned rows = (unsigned)(height >= ROWS_LEAST && height < 1000 ? height : ROWS) - 2;
	size_t hidden = 0;

	p->most = HEADLINE_ROWS;
	parts_put_verdict(p, r);
	p->most = PARAGRAPH_ROWS;
	page_blank(p);
	put_advice_and_facts(p, r, rows);
	put_grounds(p, r, rows, &hidden);
	put_more(p, r, hidden);
	p->most = 0;
	if (!r->verdict.kind)
		parts_put_events(p, r);
}
