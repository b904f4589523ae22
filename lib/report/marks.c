// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/marks.h"

#include <string.h>

#include "base/ascii.h"

static size_t word_len(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && (ascii_is_alnum(text[n]) || text[n] == '_'))
		n++;
	return n;
}

size_t marks_find(
	const char *text, size_t len, const char *const *marks, size_t n_marks, size_t *at)
{
	for (size_t i = 0; n_marks && i < len;) {
		size_t n = word_len(text + i, len - i);

		for (size_t m = 0; n && m < n_marks; m++) {
			if (strlen(marks[m]) == n && !memcmp(marks[m], text + i, n)) {
				*at = i;
				return n;
			}
		}
		i += n ? n : 1;
	}
	return 0;
}
