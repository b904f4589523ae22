/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A page of text for a terminal: lines that wrap at a width, and titles. All text is escaped here.
 * Whether memory ran out is checked once, at the end: page_status().
 */
#ifndef VMT_REPORT_PAGE_H
#define VMT_REPORT_PAGE_H

#include "base/alloc.h"
#include "base/err.h"

#define PAGE_WIDTH 100	  /* the default */
#define PAGE_WIDTH_MIN 40 /* narrower pages get this width */
#define PAGE_NARROW 60	  /* on narrower pages, indentation is kept small */

struct page {
	FILE *out;
	TALLOC_CTX *ctx; /* parent of all temporary strings */
	unsigned width;	 /* columns */
	bool colour;
	bool nomem;
	bool measure;		  /* count lines, but write nothing */
	unsigned lines;		  /* of the screen, written by the functions below */
	size_t label;		  /* bytes of a lead that are bold */
	unsigned most;		  /* lines of a paragraph, the rest of which is cut; 0: all */
	const char *const *marks; /* words of a paragraph that are bold */
	size_t n_marks;
};

enum page_style {
	PAGE_PLAIN,
	PAGE_BOLD,
	PAGE_ALARM, /* bold red */
	PAGE_FAINT,
};

/* width in columns; 0: PAGE_WIDTH. Pieces of text are talloc children of ctx. */
struct page page_init(TALLOC_CTX *ctx, FILE *out, unsigned width, bool colour);

/* Whether what is beside something else is put below it. */
bool page_is_narrow(const struct page *p);

/*
 * A paragraph: lead (our own plain text) comes before the first line, and the other lines are
 * indented by as much. Lines break at blanks only: a name, a path or an offset that is longer than
 * a line runs over, so that it can be copied.
 */
void page_text(struct page *p, enum page_style style, const char *lead, const char *text);

/* How many lines that takes. */
unsigned page_measure(const struct page *p, const char *lead, const char *text);

/* How much of a lead is its label: up to two blanks. */
size_t page_label(const char *lead);

/* The same as page_text(), with the label in bold. */
void page_row(struct page *p, const char *lead, const char *text);

/* The same with plain text and no label; the words that marks_find() finds are bold. */
void page_marked(struct page *p, const char *lead, const char *text, const char *const *marks,
	size_t n_marks);

/* Puts an empty line. */
void page_blank(struct page *p);

/* An empty line and a title. */
void page_title(struct page *p, const char *title);

/* The escape sequence that begins a style; it ends with PAGE_STYLE_END. */
const char *page_style(enum page_style style);

#define PAGE_STYLE_END "\033[0m"

/* 0, or VMT_ERR_NOMEM if memory ran out earlier. */
int page_status(const struct page *p, struct vmt_err *err);

#endif
