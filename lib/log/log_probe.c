// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether a file is a text at all. */
#include "log/log_text.h"

/* About as short as a log line with time and host gets. */
#define MIN_TEXT 40

/* The length of the non-ASCII UTF-8 character at p; 0: not one. */
static size_t utf8_length(const uint8_t *p, size_t len)
{
	size_t n = *p >= 0xf0 && *p < 0xf8 ? 4 : *p >= 0xe0 ? 3 : *p >= 0xc2 ? 2 : 0;

	if (*p >= 0xf8 || n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

bool log_text_probe(const uint8_t *head, size_t len)
{
	size_t text = 0, bad = 0, nuls = 0;

	for (size_t i = 0, n; i < len; i += n) {
		uint8_t c = head[i];

		n = 1;
		/* A serial line yields NULs when the other end is reset. */
		if (c == 0) {
			nuls++;
			continue;
		}
		if (c >= 0x80 && (n = utf8_length(head + i, len - i)))
			text += n;
		else if ((c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t' ||
			 c == 0x1b)
			text++;
		else
			bad++;
		n += !n;
	}
	if (!text || text < 3 * bad)
		return false;
	/* A block of NULs in an otherwise clean text is lost data. */
	return text >= len / 4 || (!bad && head[0] && text >= MIN_TEXT && text + nuls == len);
}
