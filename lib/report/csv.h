/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of comma-separated values, as RFC 4180 describes them, but ending with a newline alone. */
#ifndef VMT_REPORT_CSV_H
#define VMT_REPORT_CSV_H

#include <stddef.h>
#include <stdio.h>

/*
 * Writes n values; NULL is an empty one. The text may come from a hostile dump: what
 * escape_terminal() does not show becomes \xNN, also line breaks, and what a spreadsheet would take
 * for a formula gets a quote (') before it. Returns 0 or VMT_ERR_NOMEM.
 */
int csv_line(FILE *out, const char *const *values, size_t n);

#endif
