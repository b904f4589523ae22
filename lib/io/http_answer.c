// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/http_answer.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

#define MOST_BYTES (1ull << 62) /* so that sums of offsets do not overflow */

struct text {
	const char *p, *end;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct text trim(struct text t)
{
	while (t.p < t.end && is_blank(*t.p))
		t.p++;
	while (t.p < t.end && is_blank(t.end[-1]))
		t.end--;
	return t;
}

static bool take_word(struct text *t, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(t->end - t->p) < n || !ascii_is_same(t->p, word, n))
		return false;
	t->p += n;
	return true;
}

static bool take_number(struct text *t, uint64_t *ret)
{
	const char *start = t->p;

	for (*ret = 0; t->p < t->end && ascii_is_digit(*t->p); t->p++) {
		*ret = *ret * 10 + (uint64_t)(*t->p - '0');
		if (*ret > MOST_BYTES)
			return false;
	}
	return t->p > start;
}

/* "bytes 0-99/1000". A size that the server does not tell ("*") is of no use. */
static void take_range(struct http_answer *a, struct text v)
{
	if (!take_word(&v, "bytes"))
		return;
	a->has_range = a->empty = false; /* the last one counts */
	v = trim(v);
	if (take_word(&v, "*/")) {
		a->empty = take_number(&v, &a->total) && v.p == v.end && !a->total;
		return;
	}
	a->has_range = take_number(&v, &a->first) && take_word(&v, "-") &&
		       take_number(&v, &a->last) && take_word(&v, "/") &&
		       take_number(&v, &a->total) && v.p == v.end && a->first <= a->last &&
		       a->last < a->total;
}

static void take_length(struct http_answer *a, struct text v)
{
	a->has_length = take_number(&v, &a->length) && v.p == v.end;
}

static void take_type(struct http_answer *a, struct text v)
{
	a->multipart = take_word(&v, "multipart/byteranges");
}

static void take_encoding(struct http_answer *a, struct text v)
{
	a->encoded = v.p < v.end && !take_word(&v, "identity");
}

static void copy(char *ret, struct text v)
{
	size_t n = (size_t)(v.end - v.p);

	*ret = '\0';
	for (const char *p = v.p; p < v.end; p++)
		if (*p < ' ' || *p > '~') /* it is sent back */
			return;
	if (n < HTTP_TAG) {
		memcpy(ret, v.p, n);
		ret[n] = '\0';
	}
}

static void take_etag(struct http_answer *a, struct text v)
{
	copy(a->etag, v);
}

static void take_modified(struct http_answer *a, struct text v)
{
	copy(a->modified, v);
}

static const struct {
	const char *name;
	void (*take)(struct http_answer *a, struct text value);
} headers[] = {
	{"content-range:", take_range},
	{"content-length:", take_length},
	{"content-type:", take_type},
	{"content-encoding:", take_encoding},
	{"etag:", take_etag},
	{"last-modified:", take_modified},
};

static void take_status(struct http_answer *a, struct text line)
{
	uint64_t status;

	*a = (struct http_answer){0};
	while (line.p < line.end && *line.p != ' ')
		line.p++;
	line = trim(line);
	if (take_number(&line, &status) && status < 1000)
		a->status = (unsigned)status;
}

void http_answer_line(struct http_answer *a, const char *line, size_t len)
{
	struct text t = {line, line + len};

	if (take_word(&t, "http/")) {
		take_status(a, t);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		if (take_word(&t, headers[i].name))
			headers[i].take(a, trim(t));
}

static bool both_differ(const char *a, const char *b)
{
	return *a && *b && strcmp(a, b) != 0;
}

bool http_answer_differs(const struct http_answer *a, const struct http_answer *b)
{
	return both_differ(a->etag, b->etag) || both_differ(a->modified, b->modified);
}

bool http_answer_is_strong(const struct http_answer *a)
{
	return a->etag[0] == '"';
}
