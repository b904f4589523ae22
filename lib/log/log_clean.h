/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Removes or replaces characters that a kernel log line never contains, such as what web pages make
 * of others.
 */
#ifndef VMT_LOG_LOG_CLEAN_H
#define VMT_LOG_LOG_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a line needs no cleaning. */
bool log_clean_is_plain(const char *p, size_t len);

/*
 * Copies from *p to out without escapes, control characters and tags. Blanks of all kinds become
 * spaces, and entities become the characters they encode. out must have room for all of p..end.
 * Stops where a line ends within the text (a carriage return, <br>), with *p just after it. Returns
 * the number of bytes in out.
 */
size_t log_clean_next(const char **p, const char *end, char *out);

/* Number of characters in UTF-8 text. */
size_t log_clean_columns(const char *p, size_t len);

/* Decoder state for a UTF-16 file, as Windows editors save it. */
struct log_utf16 {
	enum { UTF16_UNKNOWN, UTF16_NO, UTF16_LE, UTF16_BE } order;
	unsigned char half; /* first byte of a pair that was split between chunks */
	bool has_half;
};

/* Decides from the first bytes of a file. Returns whether the text is UTF-16. */
bool log_utf16_probe(struct log_utf16 *u, const char *data, size_t len);

/*
 * Decodes up to n byte pairs to out, which must have room for 3 * (n + 1) bytes. Returns the length
 * of the output. *used: the bytes of data consumed.
 */
size_t log_utf16_decode(
	struct log_utf16 *u, const char *data, size_t len, size_t n, char *out, size_t *used);

#endif
