/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters that a line of a kernel log never has, and what web pages make of others. */
#ifndef VMT_LOG_LOG_CLEAN_H
#define VMT_LOG_LOG_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a line has nothing to clean. */
bool log_clean_is_plain(const char *p, size_t len);

/*
 * Copies from *p on to out, which has room for all, without escapes, control characters and tags;
 * blanks of all kinds become plain ones, and entities what they stand for. Stops where a line ends
 * within the text (a carriage return, <br>), with *p after that. Returns the bytes in out.
 */
size_t log_clean_next(const char **p, const char *end, char *out);

/* How many characters UTF-8 text has. */
size_t log_clean_columns(const char *p, size_t len);

/* A file in UTF-16, as editors of Windows save it. */
struct log_utf16 {
	enum { UTF16_UNKNOWN, UTF16_NO, UTF16_LE, UTF16_BE } order;
	unsigned char half; /* of a pair of bytes that was cut */
	bool has_half;
};

/* Decides by the first bytes of a file. Returns whether the text is UTF-16. */
bool log_utf16_probe(struct log_utf16 *u, const char *data, size_t len);

/* Decodes up to n pairs of bytes to out, which has room for 3 * (n + 1). Returns its length; *used:
 * bytes of data. */
size_t log_utf16_decode(
	struct log_utf16 *u, const char *data, size_t len, size_t n, char *out, size_t *used);

#endif
