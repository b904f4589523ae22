/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a line prints a header or only speaks of it: source code, scripts, tables and prose. */
#ifndef VMT_OOPS_CITED_H
#define VMT_OOPS_CITED_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the header that begins at start is cited: in quotation marks, as a string of a program or
 * in a text, after the start of a comment, in a row of a table, or with words and conversions where
 * the kernel prints numbers and names. What no line of a report follows is then no report.
 */
bool oops_cited_is(const char *line, size_t len, size_t start);

/* Whether words of a sentence precede the header: "fix kernel BUG at mm/slub.c:305!". */
bool oops_cited_in_sentence(const char *line, size_t start);

#endif
