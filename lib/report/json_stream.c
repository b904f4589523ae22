// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Writes values as jansson does with JSON_ENSURE_ASCII, but also escapes DEL. jansson's own
 * function looks for circles, and hands over a few bytes at a time.
 */
#include "report/json_stream.h"

#include <string.h>

#include "base/array.h"
#include "report/escape.h"
#include "report/units.h"

static void put(struct json_stream *j, const char *p, size_t len)
{
	if (len > sizeof(j->text) - j->n) {
		fwrite(j->text, 1, j->n, j->out); /* ferror() reports errors */
		j->n = 0;
	}
	if (len > sizeof(j->text)) {
		fwrite(p, 1, len, j->out);
		return;
	}
	memcpy(j->text + j->n, p, len);
	j->n += len;
}

static void put_line(struct json_stream *j)
{
	static const char line[] = "\n                                ";
	const size_t blanks = sizeof(line) - 2;
	size_t n = j->indent * j->depth, now = n < blanks ? n : blanks;

	if (!j->indent)
		return;
	put(j, line, now + 1);
	for (n -= now; n; n -= now) {
		now = n < blanks ? n : blanks;
		put(j, line + 1, now);
	}
}

/* ---- strings ----------------------------------------------------------------------------- */

/* Reads one character of two or more bytes. It is valid. */
static uint32_t wide(const char **p, const char *end)
{
	unsigned char first = (unsigned char)*(*p)++;
	uint32_t c = first < 0xe0 ? first & 0x1f : first < 0xf0 ? first & 0x0f : first & 0x07;

	for (; *p < end && ((unsigned char)**p & 0xc0) == 0x80; ++*p)
		c = c << 6 | ((unsigned char)**p & 0x3f);
	return c;
}

static void put_code(struct json_stream *j, unsigned c)
{
	char text[16];

	put(j, text, (size_t)snprintf(text, sizeof(text), "\\u%04X", c));
}

static void put_escaped(struct json_stream *j, uint32_t c)
{
	static const char letters[][2] = {{'"', '"'}, {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'},
		{'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}};

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++)
		if (c == (unsigned char)letters[i][0]) {
			put(j, (char[]){'\\', letters[i][1]}, 2);
			return;
		}
	if (c == 0x7f) {
		put(j, "\\u007f", 6);
		return;
	}
	if (c >= 0x10000) {
		c -= 0x10000;
		put_code(j, 0xd800 | c >> 10);
		c = 0xdc00 | (c & 0x3ff);
	}
	put_code(j, c);
}

static bool is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

static void put_string(struct json_stream *j, const char *p, size_t len)
{
	const char *end = p + len;

	put(j, "\"", 1);
	while (p < end) {
		const char *from = p;

		while (p < end && is_plain(*p))
			p++;
		put(j, from, (size_t)(p - from));
		if (p < end && (unsigned char)*p < 0x80)
			put_escaped(j, (unsigned char)*p++);
		else if (p < end)
			put_escaped(j, wide(&p, end));
	}
	put(j, "\"", 1);
}

/* ---- values ------------------------------------------------------------------------------ */

/* Up to the value itself. */
static void lead(struct json_stream *j, const char *key)
{
	if (!j->depth)
		return;
	if (!j->first)
		put(j, ",", 1);
	j->first = false;
	put_line(j);
	if (!key)
		return;
	put_string(j, key, strlen(key));
	put(j, ": ", j->indent ? 2 : 1);
}

/* Adds to what is open in the tree. NULL: no memory. */
static void add(struct json_stream *j, const char *key, json_t *v)
{
	json_t *to = j->depth ? j->open[j->depth - 1] : NULL;

	if (!j->depth)
		j->root = v;
	if (!v || (j->depth &&
			  (key ? json_object_set_new(to, key, v) : json_array_append_new(to, v))))
		j->failed = true;
}

static void begin(struct json_stream *j, const char *key, bool object)
{
	if (j->out) {
		lead(j, key);
		put(j, object ? "{" : "[", 1);
		j->first = true;
		j->depth++;
		return;
	}
	json_t *v = object ? json_object() : json_array();

	add(j, key, v);
	j->open[j->depth++] = j->failed ? NULL : v;
}

void json_begin_object(struct json_stream *j, const char *key)
{
	begin(j, key, true);
}

void json_begin_array(struct json_stream *j, const char *key)
{
	begin(j, key, false);
}

static void end(struct json_stream *j, const char *bracket)
{
	j->depth--;
	if (!j->out)
		return;
	if (!j->first)
		put_line(j);
	j->first = false;
	put(j, bracket, 1);
}

void json_end_object(struct json_stream *j)
{
	end(j, "}");
}

void json_end_array(struct json_stream *j)
{
	end(j, "]");
}

static void put_word(struct json_stream *j, const char *key, const char *word)
{
	lead(j, key);
	put(j, word, strlen(word));
}

void json_put_null(struct json_stream *j, const char *key)
{
	if (j->out)
		put_word(j, key, "null");
	else
		add(j, key, json_null());
}

void json_put_bool(struct json_stream *j, const char *key, bool v)
{
	if (j->out)
		put_word(j, key, v ? "true" : "false");
	else
		add(j, key, json_boolean(v));
}

void json_put_int(struct json_stream *j, const char *key, int64_t v)
{
	char text[24], *p = text + sizeof(text);
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	if (!j->out) {
		add(j, key, json_integer(v));
		return;
	}
	do
		*--p = (char)('0' + left % 10);
	while (left /= 10);
	if (v < 0)
		*--p = '-';
	lead(j, key);
	put(j, p, (size_t)(text + sizeof(text) - p));
}

void json_put_real(struct json_stream *j, const char *key, double v)
{
	json_t *value = json_real(v);
	char text[64];
	size_t n;

	if (!j->out) {
		add(j, key, value);
		return;
	}
	n = json_dumpb(value, text, sizeof(text), JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	json_decref(value);
	if (n == 0 || n > sizeof(text)) {
		j->failed = true;
		return;
	}
	lead(j, key);
	put(j, text, n);
}

void json_put_utf8(struct json_stream *j, const char *key, const char *s, size_t len)
{
	if (!j->out) {
		add(j, key, json_stringn(s, len));
		return;
	}
	lead(j, key);
	put_string(j, s, len);
}

void json_put_text(struct json_stream *j, const char *key, const char *s)
{
	const char *p = s;
	char *utf8;

	if (!s) {
		json_put_null(j, key);
		return;
	}
	while (*p > 0 && *p < 0x7f)
		p++;
	if (!*p) {
		json_put_utf8(j, key, s, (size_t)(p - s));
		return;
	}
	utf8 = escape_utf8(NULL, s);
	if (utf8)
		json_put_utf8(j, key, utf8, strlen(utf8));
	else
		j->failed = true;
	talloc_free(utf8);
}

void json_put_texts(struct json_stream *j, const char *key, const char *const *s, size_t n)
{
	json_begin_array(j, key);
	for (size_t i = 0; i < n; i++)
		json_put_text(j, NULL, s[i]);
	json_end_array(j);
}

/* No real count is above 2^63. */
void json_put_number(struct json_stream *j, const char *key, struct vmt_u64 u)
{
	if (u.known && u.v <= INT64_MAX)
		json_put_int(j, key, (int64_t)u.v);
	else
		json_put_null(j, key);
}

void json_put_address(struct json_stream *j, const char *key, struct vmt_u64 u)
{
	static const char digits[] = "0123456789abcdef";
	char text[18] = "0x";

	if (!u.known) {
		json_put_null(j, key);
		return;
	}
	for (size_t i = sizeof(text); i-- > 2; u.v >>= 4)
		text[i] = digits[u.v & 15];
	json_put_utf8(j, key, text, sizeof(text));
}

void json_put_time(struct json_stream *j, const char *key, struct vmt_time t)
{
	char *text = t.known ? units_rfc3339(NULL, t.ns) : NULL;

	j->failed |= t.known && !text;
	json_put_text(j, key, text);
	talloc_free(text);
}

void json_put_rows(struct json_stream *j, const char *key, const void *first, size_t n, size_t size,
	json_put_row put_row)
{
	json_begin_array(j, key);
	for (size_t i = 0; i < n; i++)
		put_row(j, NULL, (const char *)first + i * size);
	json_end_array(j);
}

/* ---- all of it --------------------------------------------------------------------------- */

void json_stream_begin(struct json_stream *j, FILE *out, size_t indent)
{
	j->out = out;
	j->indent = indent;
	j->depth = 0;
	j->failed = false;
	j->n = 0;
	j->root = NULL;
}

int json_stream_end(struct json_stream *j, struct vmt_err *err)
{
	put(j, "\n", 1);
	fwrite(j->text, 1, j->n, j->out);
	return j->failed ? err_nomem(err) : 0;
}

void json_tree_begin(struct json_stream *j)
{
	json_stream_begin(j, NULL, 0);
}

json_t *json_tree_end(struct json_stream *j)
{
	if (!j->failed)
		return j->root;
	json_decref(j->root);
	return NULL;
}
