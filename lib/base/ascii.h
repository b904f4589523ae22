/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters as the kernel prints them. Unlike ctype.h, they do not depend on the locale. */
#ifndef VMT_BASE_ASCII_H
#define VMT_BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>

static inline bool ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Within a line. */
static inline bool ascii_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool ascii_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool ascii_is_alnum(char c)
{
	return ascii_is_digit(c) || ascii_is_alpha(c);
}

/* The value of a hexadecimal digit, or -1. */
static inline int ascii_hex(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Whether n bytes are the same but for upper and lower case. */
static inline bool ascii_is_same(const char *a, const char *b, size_t n)
{
	while (n && ascii_lower(*a) == ascii_lower(*b)) {
		a++;
		b++;
		n--;
	}
	return !n;
}

#endif
