/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table on a page, one line per row, as lsblk and systemctl print them: columns without content
 * are left out, text that does not fit is cut with an ellipsis, and the last column runs over the
 * edge rather than being cut.
 */
#ifndef VMT_REPORT_TABLE_H
#define VMT_REPORT_TABLE_H

#include "report/page.h"

/* How a table that is too wide becomes narrower: steps, one after the other, as far as needed. */
struct table_cut {
	size_t column;
	unsigned least; /* columns of the screen that it keeps */
};

struct table {
	const char *const *headings;
	size_t n_columns;
	const struct table_cut *cuts;
	size_t n_cuts;
	const char *const *cells; /* raw text, row after row; NULL: empty */
	size_t n_rows;
	const bool *faint; /* rows that are dimmed if colour is on; NULL: none */
	/* Rows that do not make the others wide: their text runs over its column. NULL: none. */
	const bool *loose;
};

/* width 0: nothing is cut. */
void table_put(struct page *p, const struct table *table, unsigned width);

#endif
