/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passes over the lines of a log that nobody needs to see. For log_text.c. */
#ifndef VMT_LOG_LOG_SKIM_H
#define VMT_LOG_LOG_SKIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The first byte of p..end that lines of plain text do not have: control characters (but tabs and
 * the ends of lines), escapes, and a carriage return inside a line. end: none.
 */
const char *log_skim_noise(const char *p, const char *end);

uint64_t log_skim_count_lines(const char *p, const char *end);

#endif
