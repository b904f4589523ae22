// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json_out.h"

#include <string.h>

/* jansson does not escape DEL, which appears only in strings. ferror() reports write errors. */
static int put(const char *buf, size_t len, void *out)
{
	while (len) {
		const char *del = memchr(buf, 0x7f, len);
		size_t n = del ? (size_t)(del - buf) : len;

		fwrite(buf, 1, n, out);
		if (del)
			fputs("\\u007f", out);
		n += del ? 1 : 0;
		buf += n;
		len -= n;
	}
	return 0;
}

int json_out(const json_t *value, size_t flags, FILE *out, struct vmt_err *err)
{
	flags |= JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15);
	if (json_dump_callback(value, put, out, flags))
		return err_nomem(err);
	fputc('\n', out);
	return 0;
}
