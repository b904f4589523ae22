// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json_out.h"

#include <string.h>

/* jansson writes a few bytes at a time. */
struct buffer {
	FILE *out;
	size_t n;
	char text[4096];
};

/* jansson does not escape DEL, which appears only in strings. ferror() reports write errors. */
static void put_escaped(const char *p, size_t len, FILE *out)
{
	const char *del;

	for (; (del = memchr(p, 0x7f, len)); len -= (size_t)(del + 1 - p), p = del + 1) {
		fwrite(p, 1, (size_t)(del - p), out);
		fputs("\\u007f", out);
	}
	fwrite(p, 1, len, out);
}

static int put(const char *p, size_t len, void *arg)
{
	struct buffer *b = arg;

	if (len > sizeof(b->text) - b->n) {
		put_escaped(b->text, b->n, b->out);
		b->n = 0;
	}
	if (len > sizeof(b->text)) {
		put_escaped(p, len, b->out);
		return 0;
	}
	memcpy(b->text + b->n, p, len);
	b->n += len;
	return 0;
}

int json_out(const json_t *value, size_t flags, FILE *out, struct vmt_err *err)
{
	struct buffer b;
	int rc;

	b.out = out;
	b.n = 0;
	flags |= JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15);
	rc = json_dump_callback(value, put, &b, flags);
	put_escaped(b.text, b.n, out);
	if (rc)
		return err_nomem(err);
	fputc('\n', out);
	return 0;
}
