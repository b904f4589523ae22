/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A page of text for a terminal: lines that wrap at a width, titles, tables. All text is escaped
 * here. Whether memory ran out is checked once, at the end: page_status().
 */
#ifndef VMT_REPORT_PAGE_H
#define VMT_REPORT_PAGE_H

#include <talloc.h>

#include "base/err.h"

#define PAGE_WIDTH 100	  /* the default */
#define PAGE_WIDTH_MIN 40 /* narrower pages get this width */

struct page {
	FILE *out;
	TALLOC_CTX *ctx; /* parent of all temporary strings */
	unsigned width;	 /* columns */
	bool colour;
	bool nomem;
};

enum page_style {
	PAGE_PLAIN,
	PAGE_BOLD,
	PAGE_ALARM, /* bold red */
	PAGE_FAINT,
};

struct page page_init(TALLOC_CTX *ctx, FILE *out, unsigned width, bool colour);

/*
 * A paragraph: lead (our own plain text) comes before the first line, and the other lines are
 * indented by as much. Breaks at spaces, and inside a word only if it is longer than a line.
 */
void page_text(struct page *p, enum page_style style, const char *lead, const char *text);

/* An empty line and a title. */
void page_title(struct page *p, const char *title);

struct page_column {
	const char *name; /* heading; NULL in all: no headings */
	bool right;	  /* numbers */
	bool wrap;	  /* may become narrower than its text, which then takes several lines */
};

struct page_table {
	unsigned indent;
	const struct page_column *columns;
	size_t n_columns;
	const char *const *cells; /* raw text, row after row; NULL: empty */
	size_t n_rows;
	const bool *faint; /* rows that are dimmed if colour is on; NULL: none */
};

void page_table(struct page *p, const struct page_table *table);

/* 0, or VMT_ERR_NOMEM if memory ran out earlier. */
int page_status(const struct page *p, struct vmt_err *err);

#endif
