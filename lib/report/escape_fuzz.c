// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the bytes: no control character comes out, and a code fence cannot be left.
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
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

/* Nothing can begin a tag or end an attribute, and each & begins one of our references. */
static void check_html(char *out)
{
	static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

	if (strpbrk(out, "<>\"'"))
		abort();
	for (const char *p = out; (p = strchr(p, '&')); p++) {
		size_t i = 0;

		while (i < ARRAY_SIZE(references) &&
			strncmp(p, references[i], strlen(references[i])) != 0)
			i++;
		if (i == ARRAY_SIZE(references))
			abort();
	}
	check(out);
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
	check_html(escape_html(NULL, text));
	talloc_free(escape_utf8(NULL, text));
	talloc_free(text);
	return 0;
}
