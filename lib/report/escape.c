// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of code points decide what is shown, not the locale: the same dump gives the same bytes
// everywhere.
#include "report/escape.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/utf8.h"

struct range {
	uint32_t first, last;
};

/*
 * Never shown as they are, in rising order: control, format, private use and separator characters
 * (general category Cc, Cf, Co, Zl, Zp) and default ignorable ones. scripts/hidden.py prints the
 * ranges.
 */
static const struct range hidden[] = {
	{0x0000, 0x001f}, /* C0: escape sequences begin here */
	{0x007f, 0x009f}, /* DEL and C1: CSI as one character */
	{0x00ad, 0x00ad}, /* soft hyphen */
	{0x034f, 0x034f}, /* combining grapheme joiner */
	{0x0600, 0x0605}, /* Arabic signs that span what follows */
	{0x061c, 0x061c}, /* Arabic letter mark: direction */
	{0x06dd, 0x06dd}, /* the same for Arabic, Syriac and others */
	{0x070f, 0x070f}, {0x0890, 0x0891}, {0x08e2, 0x08e2},
	{0x115f, 0x1160},			/* fillers: blank but not spaces */
	{0x17b4, 0x17b5},			/* invisible vowels */
	{0x180b, 0x180f},			/* Mongolian selectors */
	{0x200b, 0x200f},			/* zero width, direction marks */
	{0x2028, 0x202e},			/* line separators, bidi embeddings and overrides */
	{0x2060, 0x206f},			/* word joiner, bidi isolates */
	{0x3164, 0x3164},			/* filler */
	{0xe000, 0xf8ff},			/* private use: unknown glyphs */
	{0xfdd0, 0xfdef},			/* no characters */
	{0xfe00, 0xfe0f},			/* variation selectors */
	{0xfeff, 0xfeff},			/* byte order mark */
	{0xffa0, 0xffa0},			/* filler */
	{0xfff0, 0xffff},			/* interlinear notes, no characters */
	{0x110bd, 0x110bd},			/* Kaithi */
	{0x110cd, 0x110cd}, {0x13430, 0x1343f}, /* hieroglyphs: how they join */
	{0x1bca0, 0x1bca3},			/* shorthand: how it joins */
	{0x1d173, 0x1d17a},			/* music: beams and slurs */
	{0xe0000, 0x10ffff},			/* tags, selectors, private use */
};

/* Two columns wide on a terminal (East Asian Width W and F, and emoji); too many rather than too
 * few. */
static const struct range wide[] = {
	{0x1100, 0x115f},
	{0x231a, 0x231b},
	{0x2329, 0x232a},
	{0x23e9, 0x23f3},
	{0x25fd, 0x27bf},
	{0x2b1b, 0x2b55},
	{0x2e80, 0xa4cf},
	{0xa960, 0xa97c},
	{0xac00, 0xd7a3},
	{0xf900, 0xfaff},
	{0xfe10, 0xfe6f},
	{0xff00, 0xff60},
	{0xffe0, 0xffe6},
	{0x16fe0, 0x18fff},
	{0x1aff0, 0x1b2ff},
	{0x1d300, 0x1d3ff},
	{0x1f000, 0x3fffd},
};

static bool in_ranges(uint32_t cp, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n && r[i].first <= cp; i++) {
		if (cp <= r[i].last)
			return true;
	}
	return false;
}

#define IN(cp, table) in_ranges(cp, table, ARRAY_SIZE(table))

/* As utf8_decode(), of a text with a NUL after it. */
static size_t decode(const uint8_t *p, uint32_t *cp)
{
	const char *text = (const char *)p;

	if (*p < 0x80) {
		*cp = *p;
		return 1;
	}
	return utf8_decode(text, strnlen(text, UTF8_MOST), cp);
}

/* Growing text: counts what does not fit, as snprintf does. */
struct sink {
	char *buf;
	size_t size, len;
};

static void put(struct sink *s, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++, s->len++) {
		if (s->len + 1 < s->size)
			s->buf[s->len] = text[i];
	}
}

static void put_hex(struct sink *s, const char *backslash, const uint8_t *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		put(s, backslash, strlen(backslash));
		put(s, (const char[]){'x', digits[p[i] >> 4], digits[p[i] & 15]}, 3);
	}
}

static size_t terminated(struct sink *s)
{
	if (s->size)
		s->buf[s->len < s->size ? s->len : s->size - 1] = '\0';
	return s->len;
}

/* Writes one character that may be shown; p points into the text that begins at start. */
typedef void (*put_char)(struct sink *s, const uint8_t *start, const uint8_t *p, size_t n);

static void put_plain(struct sink *s, const uint8_t *start, const uint8_t *p, size_t n)
{
	(void)start;
	put(s, (const char *)p, n);
}

static void put_all(struct sink *s, const char *text, const char *backslash, put_char one)
{
	const uint8_t *start = (const uint8_t *)text;
	uint32_t cp = 0;
	size_t n;

	for (const uint8_t *p = start; *p; p += n) {
		n = decode(p, &cp);
		if (n && !IN(cp, hidden)) {
			one(s, start, p, n);
			continue;
		}
		n = n ? n : 1;
		put_hex(s, backslash, p, n);
	}
}

static bool is_word(uint8_t c)
{
	return ascii_is_alnum((char)c) || c >= 0x80;
}

/* When a character is special in Markdown. */
enum when {
	ALWAYS,
	NOT_IN_WORD,  /* a_b is plain, _a_ is not */
	AT_START,     /* of the line: headings, lists, underlines */
	BEFORE_SLASH, /* "://": links */
	BEFORE_DIGIT, /* #12: a reference to another bug; also at the start */
	AFTER_DIGITS, /* "1." at the start: a list */
	AFTER_WWW,    /* "www.": links */
};

static const struct {
	char c;
	enum when when;
	const char *as;
} markup[] = {
	{'\\', ALWAYS, "\\\\"},
	{'`', ALWAYS, "\\`"},
	{'*', ALWAYS, "\\*"},
	{'_', NOT_IN_WORD, "\\_"},
	{'[', ALWAYS, "\\["},
	{']', ALWAYS, "\\]"},
	{'<', ALWAYS, "&lt;"},
	{'>', ALWAYS, "&gt;"},
	{'&', ALWAYS, "&amp;"},
	{'|', ALWAYS, "\\|"},
	{'~', ALWAYS, "\\~"},
	{'$', ALWAYS, "\\$"},
	{'@', ALWAYS, "\\@"},
	{':', BEFORE_SLASH, "\\:"},
	{'#', BEFORE_DIGIT, "\\#"},
	{'+', AT_START, "\\+"},
	{'-', AT_START, "\\-"},
	{'=', AT_START, "\\="},
	{'.', AFTER_DIGITS, "\\."},
	{')', AFTER_DIGITS, "\\)"},
	{'.', AFTER_WWW, "\\."},
};

static bool formats(enum when when, const uint8_t *start, const uint8_t *p)
{
	const uint8_t *q = p;

	switch (when) {
	case ALWAYS:
		return true;
	case NOT_IN_WORD:
		return p == start || !is_word(p[-1]) || !is_word(p[1]);
	case AT_START:
		return p == start;
	case BEFORE_SLASH:
		return p[1] == '/';
	case BEFORE_DIGIT:
		return p == start || (p[1] >= '0' && p[1] <= '9');
	case AFTER_DIGITS:
		while (q > start && q[-1] >= '0' && q[-1] <= '9')
			q--;
		return q == start && p > start;
	case AFTER_WWW:
		return p - start >= 3 && ascii_lower((char)p[-1]) == 'w' &&
		       ascii_lower((char)p[-2]) == 'w' && ascii_lower((char)p[-3]) == 'w';
	}
	return true;
}

static void put_markdown(struct sink *s, const uint8_t *start, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(markup); i++) {
		if (*p == (uint8_t)markup[i].c && formats(markup[i].when, start, p)) {
			put(s, markup[i].as, strlen(markup[i].as));
			return;
		}
	}
	put(s, (const char *)p, n);
}

static void put_html(struct sink *s, const uint8_t *start, const uint8_t *p, size_t n)
{
	static const struct {
		char c;
		const char *as;
	} rows[] = {
		{'&', "&amp;"},
		{'<', "&lt;"},
		{'>', "&gt;"},
		{'"', "&quot;"},
		{'\'', "&#39;"},
	};

	(void)start;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (*p == (uint8_t)rows[i].c) {
			put(s, rows[i].as, strlen(rows[i].as));
			return;
		}
	}
	put(s, (const char *)p, n);
}

static void put_span(struct sink *s, const uint8_t *start, const uint8_t *p, size_t n)
{
	(void)start;
	if (*p == '|')
		put(s, "\\", 1); /* table cells are split before code spans are parsed */
	put(s, (const char *)p, n);
}

/* Counts first, then writes. */
static char *escape_with(TALLOC_CTX *ctx, const char *text, const char *backslash, put_char one)
{
	struct sink s = {0};

	put_all(&s, text, backslash, one);
	s.size = s.len + 1;
	s.buf = talloc_array(ctx, char, s.size);
	s.len = 0;
	if (!s.buf)
		return NULL;
	put_all(&s, text, backslash, one);
	terminated(&s);
	return s.buf;
}

char *escape_terminal(TALLOC_CTX *ctx, const char *text)
{
	return escape_with(ctx, text, "\\", put_plain);
}

char *escape_markdown(TALLOC_CTX *ctx, const char *text)
{
	return escape_with(ctx, text, "\\\\", put_markdown);
}

char *escape_html(TALLOC_CTX *ctx, const char *text)
{
	return escape_with(ctx, text, "\\", put_html);
}

static size_t longest_run(const char *text, char c)
{
	size_t best = 0, run = 0;

	for (; *text; text++) {
		run = *text == c ? run + 1 : 0;
		best = run > best ? run : best;
	}
	return best;
}

size_t escape_fence_len(const char *text)
{
	size_t run = longest_run(text, '`');

	return run < 3 ? 3 : run + 1;
}

char *escape_code_span(TALLOC_CTX *ctx, const char *text)
{
	char *inner = escape_with(ctx, text, "\\", put_span);
	size_t ticks = longest_run(text, '`') + 1, len;
	char *fence, *ret;
	const char *pad;

	if (!inner)
		return NULL;
	len = strlen(inner);
	/* A span that begins or ends with a backtick needs a space there, which Markdown removes.
	 */
	pad = len && (inner[0] == '`' || inner[len - 1] == '`') ? " " : "";
	fence = talloc_array(ctx, char, ticks + 1);
	if (!fence)
		return NULL;
	memset(fence, '`', ticks);
	fence[ticks] = '\0';
	ret = len ? talloc_asprintf(ctx, "%s%s%s%s%s", fence, pad, inner, pad, fence)
		  : talloc_strdup(ctx, "");
	talloc_free(fence);
	talloc_free(inner);
	return ret;
}

char *escape_utf8(TALLOC_CTX *ctx, const char *text)
{
	size_t len = strlen(text);
	struct sink s = {.size = 4 * len + 1};
	uint32_t cp;
	size_t n;

	s.buf = talloc_array(ctx, char, s.size);
	if (!s.buf)
		return NULL;
	for (const uint8_t *p = (const uint8_t *)text; *p; p += n) {
		n = decode(p, &cp);
		if (n)
			put(&s, (const char *)p, n);
		else
			put_hex(&s, "\\", p, n = 1);
	}
	terminated(&s);
	return s.buf;
}

size_t escape_columns(const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *)text, *end = p + len;
	size_t columns = 0, n;
	uint32_t cp;

	for (; p < end && *p; p += n) {
		n = decode(p, &cp);
		columns += n > 1 && IN(cp, wide) ? 2 : 1;
		n = n ? n : 1;
	}
	return columns;
}

size_t escape_char_len(const char *text)
{
	uint32_t cp;
	size_t n = *text ? decode((const uint8_t *)text, &cp) : 0;

	return *text && !n ? 1 : n;
}

size_t vmt_escape(const char *text, char *buf, size_t size)
{
	struct sink s = {buf, size, 0};

	put_all(&s, text, "\\", put_plain);
	return terminated(&s);
}
