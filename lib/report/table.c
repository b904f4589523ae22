// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table.h"

#include <string.h>

#include "report/escape.h"

#define GAP 2 /* columns between two columns */
#define ELLIPSIS "\xe2\x80\xa6"

/* The last column runs over, but this much of it should be on the screen. */
#define LAST_LEAST 16

struct grid {
	const struct table *t;
	char **cells;  /* escaped; the headings are the first row */
	size_t *width; /* of each column; 0: left out */
	size_t last;   /* the last column that is not left out */
	size_t screen; /* SIZE_MAX: nothing is cut */
};

static size_t columns_of(const char *s)
{
	return escape_columns(s, strlen(s));
}

#define LOOSE_MOST 40 /* columns that a loose row's text makes wide */

/* How wide a cell makes its column. */
static size_t share(const struct table *t, size_t row, const char *text)
{
	size_t n = columns_of(text);

	return t->loose && t->loose[row] && n > LOOSE_MOST ? LOOSE_MOST : n;
}

/* Rows that are all loose make their columns themselves. */
static bool has_firm_rows(const struct table *t)
{
	for (size_t i = 0; t->loose && i < t->n_rows; i++)
		if (!t->loose[i])
			return true;
	return false;
}

static bool fill(struct page *p, struct grid *g)
{
	struct table own = *g->t;
	const struct table *t = &own;

	g->cells = talloc_zero_array(p->ctx, char *, (t->n_rows + 1) * t->n_columns);
	g->width = talloc_zero_array(p->ctx, size_t, t->n_columns);
	if (!g->cells || !g->width)
		return false;
	own.loose = has_firm_rows(t) ? t->loose : NULL;
	for (size_t i = 0; i < (t->n_rows + 1) * t->n_columns; i++) {
		const char *raw = i < t->n_columns ? t->headings[i] : t->cells[i - t->n_columns];
		size_t c = i % t->n_columns, n;

		g->cells[i] = escape_terminal(g->cells, raw ? raw : "");
		if (!g->cells[i])
			return false;
		/* A heading alone does not make a column. */
		n = i >= t->n_columns ? share(t, i / t->n_columns - 1, g->cells[i]) : 0;
		if (n > g->width[c])
			g->width[c] = n;
	}
	for (size_t c = 0; c < t->n_columns; c++) {
		size_t heading = columns_of(g->cells[c]);

		if (g->width[c])
			g->last = c;
		if (g->width[c] && g->width[c] < heading)
			g->width[c] = heading;
	}
	return true;
}

static size_t total(const struct grid *g)
{
	size_t last = g->width[g->last], sum = last < LAST_LEAST ? last : LAST_LEAST;

	for (size_t c = 0; c < g->last; c++)
		sum += g->width[c] ? g->width[c] + GAP : 0;
	return sum;
}

static void shrink(struct grid *g, size_t width)
{
	for (size_t i = 0; i < g->t->n_cuts; i++) {
		const struct table_cut *cut = &g->t->cuts[i];
		size_t *w = &g->width[cut->column], all = total(g), spare;

		if (all <= width || cut->column >= g->last || *w <= cut->least)
			continue;
		spare = *w - cut->least;
		*w -= spare < all - width ? spare : all - width;
	}
}

/* Bytes of text that fit. */
static size_t fitting(const char *s, size_t width)
{
	size_t len = 0, columns = 0, n;

	while ((n = escape_char_len(s + len))) {
		columns += escape_columns(s + len, n);
		if (columns > width)
			break;
		len += n;
	}
	return len;
}

/* spare: columns that the text may have beyond the width. */
static void put_cell(FILE *out, const char *s, size_t width, size_t spare)
{
	size_t columns = columns_of(s);

	if (columns > width)
		width += columns - width < spare ? columns - width : spare;
	if (columns > width) {
		size_t len = fitting(s, width - 1);
		columns = escape_columns(s, len) + 1;
		fprintf(out, "%.*s" ELLIPSIS, (int)len, s);
	} else {
		fputs(s, out);
	}
	fprintf(out, "%*s", (int)(width - columns + GAP), "");
}

static bool is_blank_after(const struct grid *g, char *const *row, size_t c)
{
	for (size_t i = c; i <= g->last; i++)
		if (*row[i])
			return false;
	return true;
}

/* What a loose row has left of the screen. */
static size_t spare_of(const struct grid *g, char *const *row)
{
	size_t sum = columns_of(row[g->last]);

	if (g->screen == SIZE_MAX)
		return SIZE_MAX;
	for (size_t c = 0; c < g->last; c++)
		sum += g->width[c] ? g->width[c] + GAP : 0;
	return sum < g->screen ? g->screen - sum : 0;
}

/* Row 0 is the headings. */
static void put_row(struct page *p, const struct grid *g, size_t i)
{
	const struct table *t = g->t;
	char *const *row = g->cells + i * t->n_columns;
	bool faint = i && t->faint && t->faint[i - 1], loose = i && t->loose && t->loose[i - 1];
	size_t spare = loose ? spare_of(g, row) : 0;
	bool on = faint && p->colour;

	fputs(on ? page_style(PAGE_FAINT) : "", p->out);
	for (size_t c = 0; c <= g->last && !is_blank_after(g, row, c); c++) {
		if (!g->width[c])
			continue;
		if (c == g->last || is_blank_after(g, row, c + 1))
			fputs(row[c], p->out);
		else
			put_cell(p->out, row[c], g->width[c], spare);
	}
	fprintf(p->out, "%s\n", on ? PAGE_STYLE_END : "");
	p->lines++;
}

void table_put(struct page *p, const struct table *t, unsigned width)
{
	struct grid g = {.t = t, .screen = width ? width : SIZE_MAX};

	if (!fill(p, &g)) {
		p->nomem = true;
		return;
	}
	if (width)
		shrink(&g, width);
	for (size_t i = 0; i <= t->n_rows; i++)
		put_row(p, &g, i);
	talloc_free(g.cells);
	talloc_free(g.width);
}
