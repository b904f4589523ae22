/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Skips log lines that no reader needs. For log_text.c. */
#ifndef VMT_LOG_LOG_SKIM_H
#define VMT_LOG_LOG_SKIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Finds the first byte of p..end that lines of plain text do not have: control characters (except
 * tabs and line ends), escapes, and a carriage return inside a line. Returns end if there is none.
 */
const char *log_skim_noise(const char *p, const char *end);

/* The number of newlines. */
uint64_t log_skim_count_lines(const char *p, const char *end);

#endif
