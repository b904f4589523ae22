// SPDX-License-Identifier: GPL-3.0-or-later
// Places along the width are percentages, so that a chart is as wide as there is room. All numbers
// are integers: a decimal point would go by the locale.
#include "archive/list_html_charts.h"

#include <inttypes.h>
#include <string.h>

#include "archive/list_write_internal.h"
#include "report/units.h"

#define DAY (86400 * (int64_t)1000000000)
#define MAX_COLUMNS 62

/* Of a chart, in pixels. */
enum { TOP = 18, HEIGHT = 96, LABELS = 22, STRIP = 14 };

#define STRIP_STEP 10 /* thousandths: bars that are nearer to each other are one */

static bool in_span(const struct vmt_list_entry *e)
{
	return e->report && vmt_report_outcome(e->report) == VMT_CRASH && e->time.known &&
	       e->time.ns >= 0 && list_entry_sure(e);
}

struct span charts_span(const struct vmt_list *list)
{
	const struct list_summary *all = list_summary_of(list);
	struct span s = {0};

	if (all)
		return all->span;
	for (size_t i = 0; i < list->n; i++) {
		int64_t ns = list->entries[i].time.ns;

		if (!in_span(&list->entries[i]))
			continue;
		s.first = !s.n || ns < s.first ? ns : s.first;
		s.last = !s.n || ns > s.last ? ns : s.last;
		s.n++;
	}
	return s;
}

/* ---- columns ----------------------------------------------------------------------------- */

struct column {
	size_t n;
	char *name;  /* "2026-11-20", "09:00" */
	char *label; /* below it; NULL: none */
};

static void begin(struct html *h, const char *title)
{
	fputs("<figure class=\"chart\">\n<figcaption>", h->out);
	html_text(h, title);
	fprintf(h->out, "</figcaption>\n<svg width=\"100%%\" height=\"%u\" role=\"img\">\n<title>",
		TOP + HEIGHT + LABELS);
	html_text(h, title);
	fputs("</title>\n", h->out);
}

static void end(struct html *h)
{
	fprintf(h->out,
		"<line class=\"axis\" x1=\"0\" x2=\"100%%\" y1=\"%u\" y2=\"%u\"/>\n"
		"</svg></figure>\n",
		TOP + HEIGHT, TOP + HEIGHT);
}

/* Thousandths of the width: "12.5%" is 125. */
static void put_share(struct html *h, const char *name, uint64_t thousandths)
{
	fprintf(h->out, " %s=\"%" PRIu64 ".%" PRIu64 "%%\"", name, thousandths / 10,
		thousandths % 10);
}

static void put_label(struct html *h, uint64_t x, unsigned y, const char *anchor, const char *text)
{
	fputs("<text", h->out);
	put_share(h, "x", x);
	fprintf(h->out, " y=\"%u\" text-anchor=\"%s\">", y, anchor);
	html_text(h, text);
	fputs("</text>\n", h->out);
}

static size_t most_of(const struct column *c, size_t n)
{
	size_t most = 1;

	for (size_t i = 0; i < n; i++)
		most = c[i].n > most ? c[i].n : most;
	return most;
}

/* The number stands above a column if there is room for numbers. */
static void put_column(struct html *h, const struct column *c, size_t i, size_t n, size_t most)
{
	unsigned height = (unsigned)((c->n * HEIGHT + most - 1) / most);
	uint64_t left = i * 1000 / n, width = (i + 1) * 1000 / n - left;
	uint64_t middle = left + width / 2;
	char number[24];

	if (c->n) {
		fputs("<rect class=\"bar\"", h->out);
		put_share(h, "x", left + width / 10);
		put_share(h, "width", width - width / 5);
		fprintf(h->out, " y=\"%u\" height=\"%u\"><title>", TOP + HEIGHT - height, height);
		html_text(h, c->name);
		fprintf(h->out, ": %zu</title></rect>\n", c->n);
	}
	snprintf(number, sizeof(number), "%zu", c->n);
	if (c->n && (n <= 7 || c->n == most))
		put_label(h, middle, TOP + HEIGHT - height - 5, "middle", number);
	if (c->label)
		put_label(h, middle, TOP + HEIGHT + 16, "middle", c->label);
}

static void put_columns(struct html *h, const struct column *c, size_t n)
{
	size_t most = most_of(c, n);

	for (size_t i = 0; i < n; i++)
		put_column(h, &c[i], i, n, most);
}

/* ---- over time --------------------------------------------------------------------------- */

/* The day of a time, counted from 1970. */
static int64_t day_of(int64_t ns)
{
	return ns / DAY;
}

/* "2026-11-20" */
static char *date(struct html *h, int64_t day)
{
	char *s = units_day(h->ctx, day * DAY);

	h->nomem |= !s;
	return s;
}

void charts_put_time(struct html *h, const struct vmt_list *list, const struct span *span)
{
	int64_t first = day_of(span->first), days = day_of(span->last) - first + 1;
	int64_t each = (days + MAX_COLUMNS - 1) / MAX_COLUMNS;
	size_t n = (size_t)((days + each - 1) / each);
	struct column *c = talloc_zero_array(h->ctx, struct column, n);
	const struct list_summary *all = list_summary_of(list);
	char *title;

	if (!c) {
		h->nomem = true;
		return;
	}
	for (size_t i = 0; all && i < all->n_days; i++)
		if (all->days[i].day >= first && all->days[i].day < first + days)
			c[(all->days[i].day - first) / each].n += all->days[i].n;
	for (size_t i = 0; !all && i < list->n; i++)
		if (in_span(&list->entries[i]))
			c[(day_of(list->entries[i].time.ns) - first) / each].n++;
	for (size_t i = 0; i < n; i++)
		c[i].name = date(h, first + (int64_t)i * each);
	title = each == 1 ? talloc_strdup(h->ctx, "Crashes a day (UTC)")
			  : talloc_asprintf(h->ctx, "Crashes in each %" PRId64 " days (UTC)", each);
	begin(h, title);
	put_columns(h, c, n);
	put_label(h, 0, TOP + HEIGHT + 16, "start", c[0].name);
	if (n > 1)
		put_label(h, 1000, TOP + HEIGHT + 16, "end", date(h, day_of(span->last)));
	end(h);
}

/* ---- by the clock ------------------------------------------------------------------------ */

void charts_put_clock(struct html *h, const struct breakdown *b, const char *title)
{
	struct column *c = talloc_zero_array(h->ctx, struct column, b->n + 1);
	size_t n = 0;
	bool weekdays = b->n < 10;

	if (!c) {
		h->nomem = true;
		return;
	}
	for (size_t i = 0; i < b->n; i++) {
		const char *value = b->rows[i].value;

		if (!value) /* of crashes that nothing dates */
			continue;
		c[n] = (struct column){.n = b->rows[i].crashes, .name = talloc_strdup(c, value)};
		/* "Mon"; "09" of each third hour */
		if (weekdays || n % 3 == 0)
			c[n].label = talloc_strndup(c, value, weekdays ? 3 : 2);
		h->nomem |= !c[n].name;
		n++;
	}
	if (!n)
		return;
	begin(h, title);
	put_columns(h, c, n);
	end(h);
}

/* ---- in tables --------------------------------------------------------------------------- */

/* At which hundredths of the span a group has crashes. */
static bool find_marks(const struct list_group *g, const struct span *span, bool marks[100])
{
	int64_t range = (span->last - span->first) / 1000;
	bool any = false;

	for (size_t i = 0; g->marks && i < 100; i++)
		any |= marks[i] = g->marks[i];
	for (size_t i = 0; g->entries && i < g->n; i++) {
		int64_t at;

		if (!in_span(g->entries[i]))
			continue;
		at = range > 0 ? (g->entries[i]->time.ns - span->first) / range : 500;
		marks[(at > 990 ? 990 : at) / STRIP_STEP] = any = true;
	}
	return any;
}

void charts_put_strip(struct html *h, const struct list_group *g, const struct span *span)
{
	bool marks[100] = {false};

	if (!find_marks(g, span, marks))
		return;
	fprintf(h->out,
		"<svg class=\"strip\" width=\"100%%\" height=\"%u\" aria-hidden=\"true\">"
		"<line class=\"axis\" x1=\"0\" x2=\"100%%\" y1=\"%u\" y2=\"%u\"/>",
		STRIP, STRIP / 2, STRIP / 2);
	for (size_t i = 100; i-- > 0;) {
		if (!marks[i])
			continue;
		fputs("<rect class=\"bar\"", h->out);
		put_share(h, "x", i * STRIP_STEP);
		fprintf(h->out, " width=\"3\" y=\"1\" height=\"%u\"/>", STRIP - 2);
	}
	fputs("</svg>", h->out);
}

void charts_put_bar(struct html *h, size_t n, size_t most)
{
	fputs("<svg class=\"strip\" width=\"100%\" height=\"10\" aria-hidden=\"true\">"
	      "<rect class=\"bar\" x=\"0\" y=\"0\" height=\"10\"",
		h->out);
	put_share(h, "width", n * (uint64_t)1000 / (most ? most : 1));
	fputs("/></svg>", h->out);
}
