/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of comma-separated values, as RFC 4180 describes them, but ending with a newline alone. */
#ifndef VMT_REPORT_CSV_H
#define VMT_REPORT_CSV_H

#include <stddef.h>
#include <stdio.h>

/*
 * Writes n values; NULL is an empty one. Invalid bytes become \xNN. What a spreadsheet would take
 * for a formula gets a quote (') before it: the text may come from a hostile dump. Returns 0 or
 * VMT_ERR_NOMEM.
 */
int csv_line(FILE *out, const char *const *values, size_t n);

#endif
