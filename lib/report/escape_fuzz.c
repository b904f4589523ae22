// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the bytes: no control character comes out, and a code fence cannot be left.
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(char *out)
{
	for (const char *p = out; *p; p++) {
		if ((uint8_t)*p < 0x20 || *p == 0x7f)
			abort();
	}
	talloc_free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = talloc_strndup(NULL, (const char *)data, size);
	char *once = escape_terminal(text, text), *twice = escape_terminal(text, once);
	char small[7];

	if (strcmp(once, twice)) /* what is safe stays as it is */
		abort();
	for (size_t n, i = 0; (n = escape_char_len(once + i)); i += n) {
		if (escape_columns(once + i, n) < 1)
			abort();
	}
	if (vmt_escape(text, small, sizeof(small)) != strlen(once))
		abort();
	check(escape_markdown(NULL, text));
	check(escape_code_span(NULL, text));
	talloc_free(escape_utf8(NULL, text));
	talloc_free(text);
	return 0;
}
