/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes from hexadecimal digits, with blanks or without. For tests only. */
#ifndef VMT_BASE_SAMPLE_BYTES_H
#define VMT_BASE_SAMPLE_BYTES_H

#include <stdint.h>
#include <stdio.h>

/* The number of bytes; ret has room for them. */
static inline size_t sample_bytes(const char *hex, uint8_t *ret)
{
	size_t n = 0;

	while (*hex) {
		unsigned v;

		if (*hex == ' ') {
			hex++;
			continue;
		}
		sscanf(hex, "%2x", &v);
		ret[n++] = (uint8_t)v;
		hex += 2;
	}
	return n;
}

#endif
