// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The format of `makedumpfile --dump-dmesg`, which Debian stores beside each dump: the time, then
 * the text, with unprintable bytes as \xNN and further lines of a record indented under the first.
 */
#include "log/log_print.h"

#include "base/array.h"

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

/* indent: of further lines, before the time. */
static int print_from(FILE *out, const struct log_record *rec, int indent)
{
	if (rec->has_ts)
		indent += fprintf(out, "[%5llu.%06llu] ",
			(unsigned long long)(rec->ts_ns / 1000000000),
			(unsigned long long)(rec->ts_ns / 1000 % 1000000));
	put_text(out, rec->text, rec->len, indent < 0 ? 0 : indent);
	putc('\n', out);
	return ferror(out) ? VMT_ERR_IO : 0;
}

int log_print(void *arg, const struct log_record *rec)
{
	return print_from(arg, rec, 0);
}

int log_print_levels(FILE *out, const struct log_record *rec)
{
	/* As syslog(3) numbers them. */
	static const char *const levels[] = {
		"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"};
	static const char *const facilities[] = {"kern", "user", "mail", "daemon", "auth", "syslog",
		"lpr", "news", "uucp", "cron", "authpriv", "ftp"};
	const char *level = "", *facility = "";

	if (rec->has_level && rec->level < ARRAY_SIZE(levels))
		level = levels[rec->level];
	if (rec->has_level && rec->facility < ARRAY_SIZE(facilities))
		facility = facilities[rec->facility];
	return print_from(out, rec, fprintf(out, "%-6s:%-6s: ", facility, level));
}
