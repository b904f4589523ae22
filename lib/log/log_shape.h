/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shape of what a program put before each line of a log: its punctuation, and the places of
 * numbers, words and blanks. Learned from one line and looked for in others. For log_look.c.
 */
#ifndef VMT_LOG_LOG_SHAPE_H
#define VMT_LOG_LOG_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#define LOG_SHAPE_MAX 120 /* longest prefix in bytes: no program writes more */

struct log_shape {
	char text[LOG_SHAPE_MAX]; /* the prefix of the line that it was learned from */
	size_t len;
	bool loose; /* its words may differ; otherwise their letters are the same in each line */
};

/*
 * Whether text may be a program's prefix, rather than part of the kernel's own message ("watchdog:
 * ").
 */
bool log_shape_may_be(const char *text, size_t len);

/* Whether a time of day or a date is in the text. */
bool log_shape_has_time(const char *text, size_t len);

/* How many bytes at the start of p..p+len have the shape; 0: they do not match. */
size_t log_shape_match(const struct log_shape *shape, const char *p, size_t len);

#endif
