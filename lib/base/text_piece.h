/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked of pieces of text. Nothing here reads past the end or needs a NUL there. */
#ifndef VMT_BASE_TEXT_PIECE_H
#define VMT_BASE_TEXT_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/ascii.h"

static inline bool text_begins(const char *text, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(text, with, n) == 0;
}

static inline bool text_ends(const char *text, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(text + len - n, with, n) == 0;
}

/* The first character from p on that is neither a space nor a tab; or end. */
static inline const char *text_skip_blanks(const char *p, const char *end)
{
	while (p < end && ascii_is_blank(*p))
		p++;
	return p;
}

/* The next line, without "\n" or "\r\n"; *p moves past it. False: there is none. */
static inline bool text_next_line(const char **p, const char *end, const char **line, size_t *len)
{
	const char *newline;

	if (*p >= end)
		return false;
	newline = (const char *)memchr(*p, '\n', (size_t)(end - *p));
	*line = *p;
	*len = (size_t)((newline ? newline : end) - *p);
	*p = newline ? newline + 1 : end;
	while (*len && (*line)[*len - 1] == '\r')
		--*len;
	return true;
}

/* How many lines text has at most. */
static inline size_t text_count_lines(const char *text, size_t len)
{
	size_t n = 1;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

/* The last part of a path; points into it. */
static inline const char *text_file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Whether a source file is a header: functions in it are inlined everywhere. */
static inline bool text_is_header(const char *file)
{
	return text_ends(file, strlen(file), ".h");
}

#endif
