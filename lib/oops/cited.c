// SPDX-License-Identifier: GPL-3.0-or-later
/* See cited.h. */
#include "oops/cited.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/text_piece.h"

/* The length of a quotation mark that ends there; 0: none. */
static size_t mark_before(const char *line, size_t at)
{
	static const char *const marks[] = {
		"\"", "'", "`", "/* ", "\xe2\x80\x9c", "\xe2\x80\x98", "\xc2\xab", "\xe2\x80\x9e"};

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (text_ends(line, at, marks[i]))
			return strlen(marks[i]);
	return 0;
}

/* "| Kernel panic - not syncing | what it means |"; the first bar may be gone already. */
static bool is_table_row(const char *line, size_t len)
{
	size_t bars = 0;

	while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	for (size_t i = 1; i < len; i++)
		bars += line[i] == '|';
	return bars > 1 && line[len - 1] == '|';
}

bool oops_cited_is(const char *line, size_t len, size_t start)
{
	size_t mark = mark_before(line, start);

	/* A whole field in quotation marks is how tables of log records are exported. */
	if (mark && (mark > 1 || (start > 1 && line[start - 2] != ',')))
		return true;
	return is_table_row(line, len);
}

bool oops_cited_in_sentence(const char *line, size_t start)
{
	if (start < 3 || line[start - 1] != ' ')
		return false;
	return ascii_is_alpha(line[start - 2]) || line[start - 2] == ',';
}
