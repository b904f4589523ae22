// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See log_clean.h. Entities, tags and no-break blanks occur in logs copied from web pages, chats
 * and mails. Chats add zero-width characters, editors a byte order mark.
 */
#include "log/log_clean.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

/* An escape sequence for colours is not longer: "[38;2;255;255;255m". */
#define MAX_COLOUR 20

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

static bool starts(const char *p, const char *end, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(end - p) >= n && memcmp(p, text, n) == 0;
}

/*
 * Length of an escape sequence for colours whose escape character was lost, "[1;31m"; 0: none. The
 * kernel prints a time, an address or a module's name in brackets.
 */
static size_t colour_length(const char *p, const char *end)
{
	const char *q = p + 1, *from = q;

	while (q < end && (ascii_is_digit(*q) || (*q == ';' && q > from)))
		q++;
	return q > from && q - from < MAX_COLOUR && q < end && *q == 'm' ? (size_t)(q + 1 - p) : 0;
}

/* Control characters as editors and cat -A show them: escape, return, tab and zero. */
static bool is_shown_control(const char *p, const char *end)
{
	return end - p > 1 && *p == '^' && p[1] && strchr("[MI@", p[1]);
}

/* Colours begin a line, or are in the brackets that do. Looking at all brackets costs too much. */
static bool has_shown_escape(const char *p, const char *end)
{
	if (end - p > 2 && *p == '[' &&
		(colour_length(p, end) ||
			(p[1] == ' ' && p[2] == '[' && colour_length(p + 2, end))))
		return true;
	for (; p < end && (p = memchr(p, '^', (size_t)(end - p))); p++)
		if (is_shown_control(p, end))
			return true;
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
	return !memchr(p, '&', len) && !memchr(p, '<', len) && !is_markdown(p, p + len) &&
	       !has_shown_escape(p, p + len);
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

/* "#91;" or "#x5b;", if it is an ASCII character or a no-break blank. */
static size_t number_length(const char *p, const char *end, char *c)
{
	const char *q = p + 1, *from;
	bool hex = q < end && (*q == 'x' || *q == 'X');
	unsigned v = 0;

	for (from = q += hex; q < end && q - from < 6; q++) {
		int digit = hex ? ascii_hex(*q) : ascii_is_digit(*q) ? *q - '0' : -1;

		if (digit < 0)
			break;
		v = v * (hex ? 16 : 10) + (unsigned)digit;
	}
	if (q == from || q == end || *q != ';' || ((v < ' ' || v > '~') && v != 160))
		return 0;
	*c = v == 160 ? ' ' : (char)v;
	return (size_t)(q + 1 - p);
}

/* Length of what follows an '&' at p, "lt;" or "#60;"; 0: it is none. */
static size_t reference_length(const char *p, const char *end, char *c)
{
	static const struct {
		const char *text;
		char c;
	} entities[] = {{"lt;", '<'}, {"gt;", '>'}, {"amp;", '&'}, {"quot;", '"'}, {"apos;", '\''},
		{"nbsp;", ' '}, {"lowbar;", '_'}, {"lsqb;", '['}, {"rsqb;", ']'}, {"lbrack;", '['},
		{"rbrack;", ']'}, {"lpar;", '('}, {"rpar;", ')'}, {"plus;", '+'}, {"sol;", '/'},
		{"colon;", ':'}, {"num;", '#'}, {"ast;", '*'}};

	if (p < end && *p == '#')
		return number_length(p, end, c);
	for (size_t i = 0; i < ARRAY_SIZE(entities); i++)
		if (starts(p, end, entities[i].text)) {
			*c = entities[i].c;
			return strlen(entities[i].text);
		}
	return 0;
}

/* Length of an entity such as "&lt;" at p; 0: none. "&amp;lt;" was escaped twice. */
static size_t entity_length(const char *p, const char *end, char *c)
{
	size_t n = 1, more;

	while ((more = reference_length(p + n, end, c))) {
		n += more;
		if (*c != '&')
			break;
	}
	return n > 1 ? n : 0;
}

/* Characters that programs put for others, or add. No replacement is longer than its character. */
static const struct {
	const char *text, *put;
	bool ends; /* it ends a line */
} characters[] = {
	/* Blanks, and characters of no width. */
	{"\xc2\xa0", " ", false},
	{"\xc2\xad", "", false},
	{"\xef\xbb\xbf", "", false},
	{"\xe2\x80\xaf", " ", false},
	{"\xe2\x81\x9f", " ", false},
	{"\xe3\x80\x80", " ", false},
	{"\xe2\x81\xa0", "", false},
	/* What word processors make of quotation marks, hyphens and points. */
	{"\xe2\x80\x93", "-", false},
	{"\xe2\x80\x94", "--", false},
	{"\xe2\x80\x98", "'", false},
	{"\xe2\x80\x99", "'", false},
	{"\xe2\x80\x9c", "\"", false},
	{"\xe2\x80\x9d", "\"", false},
	{"\xe2\x80\xa6", "...", false},
	/* The edges of a terminal's windows: there is another text beyond them. */
	{"\xe2\x94\x82", "", true},
	{"\xe2\x94\x83", "", true},
	{"\xe2\x95\x91", "", true},
};

/*
 * Length of a UTF-8 character at p that is replaced by *put; 0: any other character. *ends: it
 * ends a line.
 */
static size_t character_length(const char *p, const char *end, const char **put, bool *ends)
{
	for (size_t i = 0; i < ARRAY_SIZE(characters); i++)
		if (starts(p, end, characters[i].text)) {
			*put = characters[i].put;
			*ends = characters[i].ends;
			return strlen(characters[i].text);
		}
	/* U+2000 to U+200F: blanks of all widths, then zero-width characters. */
	if (starts(p, end, "\xe2\x80") && end - p > 2 && (unsigned char)p[2] <= 0x8f) {
		*put = (unsigned char)p[2] <= 0x8a ? " " : "";
		return 3;
	}
	return 0;
}

/* What Windows' western code page has for the bytes from 0x80 to 0x9f; 0: nothing. */
static const unsigned short western[] = {0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178};

/* Decodes one character of two or three bytes at p. Returns its length; 0: it is none. */
static size_t decode(const char *p, const char *end, unsigned *v)
{
	unsigned char c = (unsigned char)*p;
	size_t n = (c & 0xe0) == 0xc0 ? 2 : (c & 0xf0) == 0xe0 ? 3 : 0;

	if (!n || (size_t)(end - p) < n)
		return 0;
	*v = c & (n == 2 ? 0x1fu : 0xfu);
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			return 0;
		*v = *v << 6 | ((unsigned char)p[i] & 0x3fu);
	}
	return n;
}

/* The byte that was read as the character v; 0: none. */
static unsigned char byte_of(unsigned v)
{
	if (v >= 0x80 && v < 0x100)
		return (unsigned char)v;
	for (size_t i = 0; i < ARRAY_SIZE(western); i++)
		if (v >= 0x100 && western[i] == v)
			return (unsigned char)(0x80 + i);
	return 0;
}

/*
 * UTF-8 that was read as a western encoding, and encoded again: a no-break blank became two
 * characters, U+00C2 and U+00A0. Programs that replace the second one by a blank leave the first.
 */
static size_t twice_length(const char *p, const char *end, const char **put, bool *ends)
{
	char once[3];
	const char *q = p;
	unsigned v;
	size_t n = 0, used;

	if (starts(p, end, "\xc3\x82 ")) {
		*put = " ";
		return 3;
	}
	if (!starts(p, end, "\xc3\x82") && !starts(p, end, "\xc3\xa2"))
		return 0;
	while (n < sizeof(once) && q < end && (used = decode(q, end, &v)) && byte_of(v)) {
		once[n++] = (char)byte_of(v);
		q += used;
		if (character_length(once, once + n, put, ends))
			return (size_t)(q - p);
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

/* "^[", "^M", "^I", "^@" */
static size_t shown_length(const char *p, const char *end, const char **put, bool *ends)
{
	if (!is_shown_control(p, end))
		return 0;
	*ends = p[1] == 'M';
	if (p[1] == 'I')
		*put = "\t";
	return p[1] == '[' ? 1 + escape_length(p + 1, end) : 2;
}

/* Length of what is at p, if it is not one plain character. put: what replaces it. */
static size_t special_length(
	const char *p, const char *end, bool markdown, char put[static 4], bool *ends)
{
	const char *text = "";
	size_t n = 0;

	*put = put[1] = 0;
	*ends = false;
	switch (*p) {
	case 0x1b:
		return escape_length(p, end);
	case '\r':
		*ends = true;
		return 1;
	case '&':
		return entity_length(p, end, put);
	case '<':
		return tag_length(p, end, ends);
	case '[':
		return colour_length(p, end);
	case '^':
		n = shown_length(p, end, &text, ends);
		break;
	case '\\':
		if (!markdown || end - p < 2 || !is_escaped_mark(p[1]))
			return 0;
		*put = p[1];
		return 2;
	default:
		if ((unsigned char)*p < 0x80)
			return (unsigned char)*p < 0x20 && *p != '\t';
		n = character_length(p, end, &text, ends);
		if (!n)
			n = twice_length(p, end, &text, ends);
	}
	memcpy(put, text, strlen(text) + 1);
	return n;
}

/* Most characters are not: they are copied without a closer look. */
static bool may_be_special(char c)
{
	return c < ' ' || c == '&' || c == '<' || c == '[' || c == '^' || c == '\\' ||
	       (unsigned char)c >= 0x7f;
}

size_t log_clean_next(const char **from, const char *end, char *out)
{
	const char *p = *from;
	bool ends = false, markdown = is_markdown(p, end);
	size_t n = 0;

	while (p < end && !(ends && n)) {
		bool edge = (unsigned char)*p >= 0x80;
		char put[4];
		size_t used = may_be_special(*p) ? special_length(p, end, markdown, put, &ends) : 0;

		if (!used) {
			out[n++] = *p++;
			ends = false;
			continue;
		}
		p += used;
		for (size_t i = 0; put[i]; i++)
			out[n++] = put[i];
		/* Windows and boxes are filled with blanks up to their edge. */
		while (ends && edge && n && out[n - 1] == ' ')
			n--;
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
