// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The format of `makedumpfile --dump-dmesg`, which Debian stores beside each dump: the time, then
 * the text, with unprintable bytes as \xNN and further lines of a record indented under the first.
 */
#include "log/log_print.h"

/* ASCII only, whatever the locale: the output is the same everywhere. */
static bool is_plain(unsigned char c)
{
	return (c >= ' ' && c < 0x7f) || (c >= '\t' && c <= '\r');
}

static void put_text(FILE *out, const char *p, size_t len, int indent)
{
	while (len) {
		size_t run = 0;

		while (run < len && is_plain((unsigned char)p[run]) && p[run] != '\n')
			run++;
		fwrite(p, 1, run, out);
		p += run;
		len -= run;
		if (!len)
			break;
		if (*p == '\n')
			fprintf(out, "\n%*s", indent, "");
		else
			fprintf(out, "\\x%02x", (unsigned char)*p);
		p++;
		len--;
	}
}

int log_print(void *arg, const struct log_record *rec)
{
	FILE *out = arg;
	int indent = 0;

	if (rec->has_ts)
		indent = fprintf(out, "[%5llu.%06llu] ",
			(unsigned long long)(rec->ts_ns / 1000000000),
			(unsigned long long)(rec->ts_ns / 1000 % 1000000));
	put_text(out, rec->text, rec->len, indent < 0 ? 0 : indent);
	putc('\n', out);
	return ferror(out) ? VMT_ERR_IO : 0;
}
