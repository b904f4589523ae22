// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See log_clean.h. Entities, tags and no-break blanks occur in logs copied from web pages, chats
 * and mails. Chats add zero-width characters, editors a byte order mark.
 */
#include "log/log_clean.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

/* Characters of logs that Markdown editors put a backslash before. */
static bool is_escaped_mark(char c)
{
	return c && strchr("_[]#<>*`|()~+-.!", c);
}

/*
 * Whether Markdown escaped the line: "nv\_drm\_open+0x7/0x9 \[nvidia\]". ACPI's own names begin
 * with one backslash and an underscore, "\_SB.PCI0".
 */
static bool is_markdown(const char *p, const char *end)
{
	const char *from = p;

	for (; end - p > 1 && (p = memchr(p, '\\', (size_t)(end - p - 1))); p++) {
		if (p[1] && strchr("[]#<*", p[1]))
			return true;
		if (p[1] == '_' && end - p > 3 &&
			((p[2] == '\\' && p[3] == '_') || (p > from && ascii_is_alnum(p[-1]))))
			return true;
	}
	return false;
}

/* Eight bytes at a time: nearly all lines have no byte below a space and no UTF-8. */
bool log_clean_is_plain(const char *p, size_t len)
{
	const uint64_t ones = 0x0101010101010101u;
	const char *q = p;
	size_t n = len;

	for (; n >= 8; q += 8, n -= 8) {
		uint64_t v;

		memcpy(&v, q, 8);
		if (((v - ones * 0x20) | v) & ones * 0x80)
			return false;
	}
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)q[i] < 0x20 || (unsigned char)q[i] >= 0x80)
			return false;
	return !memchr(p, '&', len) && !memchr(p, '<', len) && !is_markdown(p, p + len);
}

/* Length of the terminal escape sequence at p (ECMA-48: CSI, OSC, or two characters). */
static size_t escape_length(const char *p, const char *end)
{
	const char *q = p + 1;

	if (q == end)
		return 1;
	if (*q == '[') {
		for (q++; q < end && ((*q >= '0' && *q <= '?') || *q == ' '); q++)
			;
		return (size_t)(q - p) + (q < end);
	}
	if (*q == ']') {
		while (q < end && *q != '\a')
			q++;
		return (size_t)(q - p) + (q < end);
	}
	return 2;
}

static bool starts(const char *p, const char *end, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(end - p) >= n && memcmp(p, text, n) == 0;
}

/* Length of an entity such as "&lt;" at p; 0: none. "&amp;lt;" was escaped twice. */
static size_t entity_length(const char *p, const char *end, char *c)
{
	static const struct {
		const char *text;
		char c;
	} entities[] = {{"lt;", '<'}, {"gt;", '>'}, {"amp;", '&'}, {"quot;", '"'}, {"apos;", '\''},
		{"nbsp;", ' '}, {"#39;", '\''}, {"#34;", '"'}, {"#60;", '<'}, {"#62;", '>'},
		{"#38;", '&'}, {"#160;", ' '}, {"#x27;", '\''}, {"#91;", '['}, {"#93;", ']'}};
	const char *q = p + 1;

	for (size_t i = 0; i < ARRAY_SIZE(entities); i++) {
		size_t more = 0;

		if (!starts(q, end, entities[i].text))
			continue;
		*c = entities[i].c;
		q += strlen(entities[i].text);
		if (*c == '&' && (more = entity_length(q - 1, end, c)))
			q += more - 1;
		return (size_t)(q - p);
	}
	return 0;
}

/*
 * Length of a UTF-8 character at p that is a blank (*c) or is dropped (*c 0); 0: any other
 * character.
 */
static size_t blank_length(const char *p, const char *end, char *c)
{
	static const struct {
		const char *text;
		char c;
	} blanks[] = {{"\xc2\xa0", ' '}, {"\xc2\xad", 0}, {"\xef\xbb\xbf", 0},
		{"\xe2\x80\xaf", ' '}, {"\xe2\x81\x9f", ' '}, {"\xe3\x80\x80", ' '},
		{"\xe2\x81\xa0", 0}};

	for (size_t i = 0; i < ARRAY_SIZE(blanks); i++)
		if (starts(p, end, blanks[i].text)) {
			*c = blanks[i].c;
			return strlen(blanks[i].text);
		}
	/* U+2000 to U+200F: blanks of all widths, then zero-width characters. */
	if (starts(p, end, "\xe2\x80") && end - p > 2 && (unsigned char)p[2] <= 0x8f) {
		*c = (unsigned char)p[2] <= 0x8a ? ' ' : 0;
		return 3;
	}
	return 0;
}

/* Length of an HTML tag at p, never the kernel's own "<IRQ>" or "<48>". *ends: it ends a line. */
static size_t tag_length(const char *p, const char *end, bool *ends)
{
	static const struct {
		const char *name;
		bool ends;
	} tags[] = {{"br", true}, {"p", true}, {"div", true}, {"li", true}, {"tr", true},
		{"pre", false}, {"code", false}, {"span", false}, {"tt", false}, {"td", false},
		{"wbr", false}, {"font", false}, {"blockquote", false}, {"table", false},
		{"details", false}, {"summary", true}};
	const char *name = p + 1 + (end - p > 1 && p[1] == '/'), *q = name, *stop;

	while (q < end && q - name < 12 && *q >= 'a' && *q <= 'z')
		q++;
	if (q == end || q == name || (*q != '>' && *q != ' ' && *q != '/'))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		if (strlen(tags[i].name) != (size_t)(q - name) || !starts(name, end, tags[i].name))
			continue;
		stop = memchr(q, '>', (size_t)(end - q));
		*ends = tags[i].ends;
		return stop ? (size_t)(stop + 1 - p) : 0;
	}
	return 0;
}

/* Length of what is at p, if it is not one plain character. *c: its replacement; 0: nothing. */
static size_t special_length(const char *p, const char *end, bool markdown, char *c, bool *ends)
{
	*c = 0;
	*ends = false;
	switch (*p) {
	case 0x1b:
		return escape_length(p, end);
	case '\r':
		*ends = true;
		return 1;
	case '&':
		return entity_length(p, end, c);
	case '<':
		return tag_length(p, end, ends);
	case '\\':
		if (!markdown || end - p < 2 || !is_escaped_mark(p[1]))
			return 0;
		*c = p[1];
		return 2;
	}
	if ((unsigned char)*p >= 0x80)
		return blank_length(p, end, c);
	return (unsigned char)*p < 0x20 && *p != '\t';
}

size_t log_clean_next(const char **from, const char *end, char *out)
{
	const char *p = *from;
	bool ends = false, markdown = is_markdown(p, end);
	size_t n = 0;

	while (p < end && !(ends && n)) {
		char c;
		size_t used = special_length(p, end, markdown, &c, &ends);

		if (!used) {
			c = *p;
			used = 1;
		}
		if (c)
			out[n++] = c;
		p += used;
	}
	*from = p;
	return n;
}

size_t log_clean_columns(const char *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)p[i] & 0xc0) != 0x80;
	return n;
}

/* ---- UTF-16 ------------------------------------------------------------------------------ */

/*
 * Without a byte order mark, this many characters in a row must be ASCII with every second byte 0.
 */
#define MIN_PAIRS 16

static bool has_zeros(const char *data, size_t len, size_t at)
{
	for (size_t i = 0; i < MIN_PAIRS; i++)
		if (2 * i + 1 >= len || data[2 * i + at] || !data[2 * i + 1 - at])
			return false;
	return true;
}

bool log_utf16_probe(struct log_utf16 *u, const char *data, size_t len)
{
	if (u->order == UTF16_UNKNOWN && len) {
		u->order = UTF16_NO;
		if (starts(data, data + len, "\xff\xfe") || has_zeros(data, len, 1))
			u->order = UTF16_LE;
		else if (starts(data, data + len, "\xfe\xff") || has_zeros(data, len, 0))
			u->order = UTF16_BE;
	}
	return u->order == UTF16_LE || u->order == UTF16_BE;
}

static size_t put_utf8(char *out, unsigned v)
{
	if (v < 0x80) {
		out[0] = (char)v;
		return 1;
	}
	if (v < 0x800) {
		out[0] = (char)(0xc0 | v >> 6);
		out[1] = (char)(0x80 | (v & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | v >> 12);
	out[1] = (char)(0x80 | (v >> 6 & 0x3f));
	out[2] = (char)(0x80 | (v & 0x3f));
	return 3;
}

size_t log_utf16_decode(
	struct log_utf16 *u, const char *data, size_t len, size_t n, char *out, size_t *used)
{
	size_t i = 0, o = 0;

	for (; i < len && n; i++) {
		unsigned char c = (unsigned char)data[i];
		unsigned v;

		if (!u->has_half) {
			u->half = c;
			u->has_half = true;
			continue;
		}
		u->has_half = false;
		v = u->order == UTF16_LE ? u->half | (unsigned)c << 8 : (unsigned)u->half << 8 | c;
		/* Surrogates are replaced: no log needs them. */
		o += put_utf8(out + o, v >= 0xd800 && v < 0xe000 ? '?' : v);
		n--;
	}
	*used = i;
	return o;
}
