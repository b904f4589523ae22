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

/* A conversion of printf(): "%d", "%08lx". */
static bool is_conversion(const char *p, const char *end)
{
	p++;
	while (p < end && (ascii_is_digit(*p) || *p == 'l' || *p == '#'))
		p++;
	return p < end && *p && strchr("dusxpi", *p) && (p + 1 == end || !ascii_is_alnum(p[1]));
}

/*
 * "eth%d": the name that a driver gives to its interface, which has no number before it is
 * registered.
 */
static bool is_interface(const char *start, const char *percent)
{
	static const char *const names[] = {"eth", "wlan", "wwan", "usb", "can", "ppp", "tun",
		"tap", "ib", "hsi", "mlan", "wifi", "bnep", "veth", "wpan", "rndis"};
	size_t n = 0;

	while (percent - n > start && ascii_is_alpha(percent[-(ptrdiff_t)n - 1]))
		n++;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == n && memcmp(percent - n, names[i], n) == 0)
			return true;
	return false;
}

/* Words for what the kernel would print there, as documents have them. */
static bool has_placeholder(const char *p, const char *end)
{
	static const char *const words[] = {"CPU#N", "CPU#X", "CPU N ", "CPU X ", "comm:pid", "<n>",
		"<N>", "<pid>", "<comm>", "<cpu>", "<name>", "<seconds>", "<function>",
		" N seconds", " X seconds", " Ns!", " Xs!"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (memmem(p, (size_t)(end - p), words[i], strlen(words[i])))
			return true;
	for (const char *at = p; (at = memchr(at, '%', (size_t)(end - at))); at++)
		if (is_conversion(at, end) && !is_interface(p, at))
			return true;
	return false;
}

/* What stands before a header's first field: "INFO: task ". */
#define HEAD_MOST 16

/* The quotation mark that opens the sentence of the header, if it is closed in the line. */
static bool opens_before(const char *line, size_t len, size_t start)
{
	size_t from = start > HEAD_MOST ? start - HEAD_MOST : 0;

	for (size_t i = start; i-- > from + 1;)
		if (line[i] == '"')
			return (line[i - 1] == ' ' || line[i - 1] == '(') &&
			       memchr(line + start, '"', len - start);
	return false;
}

bool oops_cited_is(const char *line, size_t len, size_t start)
{
	size_t mark = mark_before(line, start);

	if (has_placeholder(line + start, line + len) || opens_before(line, len, start))
		return true;
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
