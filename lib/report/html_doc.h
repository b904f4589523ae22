/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The frame of an HTML page, and what goes into it. A page is one file: no script, nothing from
 * elsewhere, and a content security policy that says so. Markup is ours alone; all text goes
 * through html_text().
 */
#ifndef VMT_REPORT_HTML_DOC_H
#define VMT_REPORT_HTML_DOC_H

#include "base/alloc.h"
#include "report/page.h"

struct html {
	FILE *out;
	TALLOC_CTX *ctx; /* parent of all temporary strings */
	bool nomem;
};

/* Up to the body. */
void html_begin(struct html *h, const char *title);

/* What ends a page, if it is known where it ends: HTML does not need it. */
void html_end(struct html *h);

/* Who wrote it. */
void html_footer(struct html *h);

/* One value, escaped. NULL: there was no memory for it. */
void html_text(struct html *h, const char *text);

/* The value in an element; class may be NULL. */
void html_element(struct html *h, const char *name, const char *class, const char *text);

/* The same for a cell of a table, which is empty for NULL. */
void html_cell(struct html *h, const char *class, const char *text);

/* The beginning of a table that may scroll sideways, with its row of headings; ends with NULL. */
void html_table(struct html *h, const char *label, const char *const *headings);

/* The same, but where there is little room, a row is a block of lines. */
void html_rows(struct html *h, const char *label, const char *const *headings);
void html_table_end(struct html *h);

/* A section with its title; it ends with html_section_end(). */
void html_section(struct html *h, const char *title);
void html_section_end(struct html *h);

/* Lines of raw text. */
void html_lines_begin(struct html *h);
void html_line(struct html *h, bool marked, const char *text);
void html_lines_end(struct html *h);

/* What put() writes for a terminal, as it stands. */
void html_page(struct html *h, void (*put)(struct page *p, const struct vmt_report *r),
	const struct vmt_report *r);

/* 0, or VMT_ERR_NOMEM if memory ran out earlier. */
int html_status(const struct html *h, struct vmt_err *err);

#endif
