// SPDX-License-Identifier: GPL-3.0-or-later
/* See log_shape.h. */
#include "log/log_shape.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

enum class {
	CLASS_BLANK,
	CLASS_NUMBER, /* digits only */
	CLASS_WORD,   /* letters, of any language, and digits */
	CLASS_MARK,   /* one character of punctuation */
};

struct token {
	enum class class;
	const char *p, *end;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_word(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_' || (unsigned char)c >= 0x80;
}

/* The token at p, which is before end. */
static struct token token_at(const char *p, const char *end)
{
	struct token t = {CLASS_MARK, p, p + 1};

	if (is_blank(*p)) {
		t.class = CLASS_BLANK;
		while (t.end < end && is_blank(*t.end))
			t.end++;
	} else if (is_word(*p)) {
		t.class = ascii_is_digit(*p) ? CLASS_NUMBER : CLASS_WORD;
		for (; t.end < end && is_word(*t.end); t.end++)
			if (!ascii_is_digit(*t.end))
				t.class = CLASS_WORD;
	}
	return t;
}

static const char *skip_digits(const char *p, const char *end)
{
	while (p < end && ascii_is_digit(*p))
		p++;
	return p;
}

/* Whether two words have the same letters. Where both have numbers, these may differ. */
static bool same_letters(struct token a, struct token b)
{
	while (a.p < a.end && b.p < b.end) {
		if (ascii_is_digit(*a.p) && ascii_is_digit(*b.p)) {
			a.p = skip_digits(a.p, a.end);
			b.p = skip_digits(b.p, b.end);
		} else if (*a.p++ != *b.p++) {
			return false;
		}
	}
	return a.p == a.end && b.p == b.end;
}

static bool is_first(const struct log_shape *shape, struct token t)
{
	return t.p == shape->text;
}

static bool is_last(const struct log_shape *shape, struct token t)
{
	return t.end == shape->text + shape->len;
}

/* "log/messages:201:", "log/messages-201-": grep has a hyphen where a line did not match. */
static bool is_of_grep(const char *text, size_t len)
{
	char last = len ? text[len - 1] : 0;

	if ((last != ':' && last != '-') || memchr(text, ' ', len) || memchr(text, '\t', len))
		return false;
	return memchr(text, '/', len) || memchr(text, '.', len) ||
	       skip_digits(text, text + len) == text + len - 1;
}

static bool is_same_mark(const struct log_shape *shape, char want, char got)
{
	if (want == got)
		return true;
	return (want == ':' || want == '-') && (got == ':' || got == '-') &&
	       is_of_grep(shape->text, shape->len);
}

/* What follows the text that matches a token of the shape, or NULL. */
static const char *match_blank(
	const struct log_shape *shape, struct token want, const char *p, const char *end)
{
	size_t n = (size_t)(want.end - want.p);
	const char *q = p;

	if (is_last(shape, want)) {
		/* The message's own blanks must stay. Those at the end of a line are often lost. */
		for (; q < end && n && *q == *want.p; n--)
			q++;
		return !n || q == end ? q : NULL;
	}
	while (q < end && is_blank(*q))
		q++;
	return q > p || is_first(shape, want) ? q : NULL;
}

static const char *match_token(
	const struct log_shape *shape, struct token want, const char *p, const char *end)
{
	struct token got;

	if (want.class == CLASS_BLANK)
		return match_blank(shape, want, p, end);
	if (p == end)
		return NULL;
	got = token_at(p, end);
	if (got.class != want.class)
		return NULL;
	if (want.class == CLASS_MARK && !is_same_mark(shape, *want.p, *got.p))
		return NULL;
	if (want.class == CLASS_WORD && !shape->loose && !same_letters(want, got))
		return NULL;
	return got.end;
}

size_t log_shape_match(const struct log_shape *shape, const char *p, size_t len)
{
	const char *at = shape->text, *stop = at + shape->len;
	const char *q = p, *end = p + len;

	while (at < stop) {
		struct token want = token_at(at, stop);

		q = match_token(shape, want, q, end);
		if (!q)
			return 0;
		at = want.end;
	}
	return (size_t)(q - p);
}

/* "12:34:56" or "2026-11-20", with no more digits around it. */
static bool is_time(const char *p, const char *end)
{
	static const char *const forms[] = {"00:00:00", "0000-00-00", "0000/00/00", "00/00/0000"};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		size_t n = strlen(forms[i]), k = 0;

		if ((size_t)(end - p) < n || (p + n < end && ascii_is_digit(p[n])))
			continue;
		while (k < n && (forms[i][k] == '0' ? ascii_is_digit(p[k]) : p[k] == forms[i][k]))
			k++;
		if (k == n)
			return true;
	}
	return false;
}

/* An address belongs to the message: "[<c0012345>]", "[ffff888012345678]". */
#define MIN_ADDRESS_DIGITS 16

static bool has_address(const char *p, const char *end)
{
	size_t n = 0;

	for (; p < end; p++) {
		n = ascii_hex(*p) >= 0 ? n + 1 : 0;
		if (n >= MIN_ADDRESS_DIGITS || (*p == '[' && end - p > 1 && p[1] == '<'))
			return true;
	}
	return false;
}

static bool has_ascii_word(const char *p, const char *end)
{
	while (p < end && !ascii_is_alnum(*p))
		p++;
	return p < end;
}

bool log_shape_has_time(const char *text, size_t len)
{
	const char *end = text + len;

	for (const char *p = text; p < end; p++)
		if (ascii_is_digit(*p) && (p == text || !ascii_is_digit(p[-1])) && is_time(p, end))
			return true;
	return false;
}

/* "If you see `": a sentence that quotes what follows. */
static bool ends_in_citation(const char *text, size_t len)
{
	const char *end = text + len;

	return len > 2 && strchr("`'\"", end[-1]) && end[-1] && end[-2] == ' ' &&
	       ascii_is_alpha(end[-3]);
}

bool log_shape_may_be(const char *text, size_t len)
{
	static const char tag[] = "kernel: ", bar[] = " | ";
	const char *end = text + len;
	const char *digits;

	if (!len || len > LOG_SHAPE_MAX || has_address(text, end) || ends_in_citation(text, len))
		return false;
	while (text < end && is_blank(*text))
		text++;
	if (text == end)
		return true;
	len = (size_t)(end - text);
	digits = skip_digits(text, end);
	/* A debugger numbers its frames like this. */
	if (*text == '#' && len > 1 && ascii_is_digit(text[1]))
		return false;
	if (!has_ascii_word(text, end))
		return true;
	/* A quote, a list, an indent, brackets, or a line number. */
	if (!is_word(*text) || (digits > text && (digits == end || !is_word(*digits))))
		return true;
	if (len >= sizeof(tag) - 1 && memcmp(end - (sizeof(tag) - 1), tag, sizeof(tag) - 1) == 0)
		return true;
	if (memmem(text, len, bar, sizeof(bar) - 1) || is_of_grep(text, len))
		return true;
	return log_shape_has_time(text, len);
}
