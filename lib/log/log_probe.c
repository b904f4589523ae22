// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether a file is a text at all. */
#include "base/utf8.h"
#include "log/log_text.h"

/* About as short as a log line with time and host gets. */
#define MIN_TEXT 40

bool log_text_probe(const uint8_t *head, size_t len)
{
	size_t text = 0, bad = 0, nuls = 0;

	for (size_t i = 0, n; i < len; i += n) {
		uint8_t c = head[i];
		uint32_t code;

		n = 1;
		/* A serial line yields NULs when the other end is reset. */
		if (c == 0) {
			nuls++;
			continue;
		}
		if (c >= 0x80 && (n = utf8_decode((const char *)head + i, len - i, &code)))
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
