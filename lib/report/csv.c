// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/csv.h"

#include <string.h>

#include "report/escape.h"

static int put(FILE *out, const char *value)
{
	char *text = escape_terminal(NULL, value);

	if (!text)
		return VMT_ERR_NOMEM;
	fputc('"', out);
	if (strchr("=+-@\t\r", *text) && *text)
		fputc('\'', out);
	for (const char *p = text; *p; p++) {
		if (*p == '"')
			fputc('"', out);
		fputc(*p, out);
	}
	fputc('"', out);
	talloc_free(text);
	return 0;
}

/* Only what needs quotes has them, so that cut(1) can read most lines. */
static int is_plain(const char *value)
{
	for (const char *p = value; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c < ' ' || c >= 0x7f || c == '"' || c == ',')
			return 0;
	}
	return !*value || !strchr("=+-@ ", *value);
}

int csv_line(FILE *out, const char *const *values, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		if (i)
			fputc(',', out);
		if (values[i] && is_plain(values[i]))
			fputs(values[i], out);
		else if (values[i])
			rc = put(out, values[i]);
	}
	fputc('\n', out);
	return rc;
}
