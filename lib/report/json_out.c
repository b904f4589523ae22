// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Writes values as jansson does with JSON_ENSURE_ASCII, but also escapes DEL. jansson's own
 * function takes five times as long: it looks for circles, and hands over a few bytes at a time.
 */
#include "report/json_out.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

struct buffer {
	FILE *out;
	size_t indent; /* per level; 0: compact */
	bool failed;
	size_t n;
	char text[4096];
};

static void put(struct buffer *b, const char *p, size_t len)
{
	if (len > sizeof(b->text) - b->n) {
		fwrite(b->text, 1, b->n, b->out); /* ferror() reports errors */
		b->n = 0;
	}
	if (len > sizeof(b->text)) {
		fwrite(p, 1, len, b->out);
		return;
	}
	memcpy(b->text + b->n, p, len);
	b->n += len;
}

static void put_line(struct buffer *b, size_t depth)
{
	static const char blanks[] = "                                ";
	size_t n = b->indent * depth;

	if (!b->indent)
		return;
	put(b, "\n", 1);
	for (; n >= sizeof(blanks); n -= sizeof(blanks) - 1)
		put(b, blanks, sizeof(blanks) - 1);
	put(b, blanks, n);
}

/* ---- strings ----------------------------------------------------------------------------- */

/* Reads one character of two or more bytes. jansson's strings are valid UTF-8. */
static uint32_t wide(const char **p, const char *end)
{
	unsigned char first = (unsigned char)*(*p)++;
	uint32_t c = first < 0xe0 ? first & 0x1f : first < 0xf0 ? first & 0x0f : first & 0x07;

	for (; *p < end && ((unsigned char)**p & 0xc0) == 0x80; ++*p)
		c = c << 6 | ((unsigned char)**p & 0x3f);
	return c;
}

static void put_code(struct buffer *b, unsigned c)
{
	char text[16];

	put(b, text, (size_t)snprintf(text, sizeof(text), "\\u%04X", c));
}

static void put_escaped(struct buffer *b, uint32_t c)
{
	static const char letters[][2] = {{'"', '"'}, {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'},
		{'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}};

	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		if (c == (unsigned char)letters[i][0]) {
			put(b, (char[]){'\\', letters[i][1]}, 2);
			return;
		}
	if (c == 0x7f) {
		put(b, "\\u007f", 6);
		return;
	}
	if (c >= 0x10000) {
		c -= 0x10000;
		put_code(b, 0xd800 | c >> 10);
		c = 0xdc00 | (c & 0x3ff);
	}
	put_code(b, c);
}

static bool is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

static void put_string(struct buffer *b, const char *p, size_t len)
{
	const char *end = p + len;

	put(b, "\"", 1);
	while (p < end) {
		const char *from = p;

		while (p < end && is_plain(*p))
			p++;
		put(b, from, (size_t)(p - from));
		if (p < end && (unsigned char)*p < 0x80)
			put_escaped(b, (unsigned char)*p++);
		else if (p < end)
			put_escaped(b, wide(&p, end));
	}
	put(b, "\"", 1);
}

/* ---- values ------------------------------------------------------------------------------ */

static void put_value(struct buffer *b, const json_t *value, size_t depth);

static void put_array(struct buffer *b, const json_t *value, size_t depth)
{
	size_t n = json_array_size(value);

	put(b, "[", 1);
	for (size_t i = 0; i < n; i++) {
		if (i)
			put(b, ",", 1);
		put_line(b, depth + 1);
		put_value(b, json_array_get(value, i), depth + 1);
	}
	if (n)
		put_line(b, depth);
	put(b, "]", 1);
}

static void put_object(struct buffer *b, const json_t *value, size_t depth)
{
	json_t *object = (json_t *)(uintptr_t)value; /* going over it does not change it */
	bool first = true;

	put(b, "{", 1);
	for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
		const char *key = json_object_iter_key(i);

		if (!first)
			put(b, ",", 1);
		first = false;
		put_line(b, depth + 1);
		put_string(b, key, strlen(key));
		put(b, ": ", b->indent ? 2 : 1);
		put_value(b, json_object_iter_value(i), depth + 1);
	}
	if (!first)
		put_line(b, depth);
	put(b, "}", 1);
}

static void put_real(struct buffer *b, const json_t *value)
{
	char text[64];
	size_t n = json_dumpb(value, text, sizeof(text), JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

	b->failed |= n == 0 || n > sizeof(text);
	if (!b->failed)
		put(b, text, n);
}

static void put_integer(struct buffer *b, json_int_t n)
{
	char text[24], *p = text + sizeof(text);
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do
		*--p = (char)('0' + left % 10);
	while (left /= 10);
	if (n < 0)
		*--p = '-';
	put(b, p, (size_t)(text + sizeof(text) - p));
}

static void put_value(struct buffer *b, const json_t *value, size_t depth)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		put_object(b, value, depth);
		break;
	case JSON_ARRAY:
		put_array(b, value, depth);
		break;
	case JSON_STRING:
		put_string(b, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		put_integer(b, json_integer_value(value));
		break;
	case JSON_REAL:
		put_real(b, value);
		break;
	case JSON_TRUE:
		put(b, "true", 4);
		break;
	case JSON_FALSE:
		put(b, "false", 5);
		break;
	case JSON_NULL:
		put(b, "null", 4);
	}
}

int json_out(const json_t *value, size_t indent, FILE *out, struct vmt_err *err)
{
	struct buffer b;

	b.out = out;
	b.indent = indent;
	b.failed = false;
	b.n = 0;
	put_value(&b, value, 0);
	put(&b, "\n", 1);
	fwrite(b.text, 1, b.n, out);
	return b.failed ? err_nomem(err) : 0;
}
