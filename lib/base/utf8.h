/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef VMT_BASE_UTF8_H
#define VMT_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The longest character, in bytes. */
#define UTF8_MOST 4

/* The length that the first byte of a character says; 0: it is none. */
static inline size_t utf8_length(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first >= 0xf5)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/*
 * The length in bytes of the character at text, which has len bytes left, and its code point; 0:
 * there is no valid one.
 */
static inline size_t utf8_decode(const char *text, size_t len, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const uint8_t *p = (const uint8_t *)text;
	size_t n = len ? utf8_length(*p) : 0;
	uint32_t v;

	if (!n || n > len)
		return 0;
	v = n == 1 ? *p : *p & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (p[i] & 0x3f);
	}
	if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
		return 0;
	*code = v;
	return n;
}

#endif
