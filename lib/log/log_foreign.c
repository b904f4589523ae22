// SPDX-License-Identifier: GPL-3.0-or-later
/* One row each. A row must be sure: a log that begins so would be refused. */
#include "log/log_foreign.h"

#include <stdbool.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"

#define MIN_LINES 3 /* so many lines of one form are no accident */

struct line {
	const char *p, *end;
};

/* The next complete line; false at the end, and for a line that the head cuts off. */
static bool next_line(struct line *l, const char **at, const char *end)
{
	const char *nl = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;

	if (!nl)
		return false;
	*l = (struct line){*at, nl > *at && nl[-1] == '\r' ? nl - 1 : nl};
	*at = nl + 1;
	return true;
}

static bool starts(const struct line *l, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(l->end - l->p) >= n && memcmp(l->p, with, n) == 0;
}

static bool has(const struct line *l, const char *word)
{
	return memmem(l->p, (size_t)(l->end - l->p), word, strlen(word)) != NULL;
}

/* "ffffffff81000000 T _stext"; /proc/kallsyms adds the module. */
static bool is_symbol(const struct line *l)
{
	const char *p = l->p;
	size_t n = 0;

	while (p + n < l->end && ascii_hex(p[n]) >= 0)
		n++;
	p += n;
	return (n == 8 || n == 16) && l->end - p > 3 && p[0] == ' ' && ascii_is_alpha(p[1]) &&
	       p[2] == ' ' && p[3] != ' ';
}

static bool is_system_map(const char *p, const char *end)
{
	struct line l;
	unsigned n = 0;

	while (next_line(&l, &p, end) && is_symbol(&l))
		n++;
	return n >= MIN_LINES;
}

static bool is_kernel_config(const char *p, const char *end)
{
	struct line l;
	unsigned n = 0;

	while (next_line(&l, &p, end)) {
		if (l.p != l.end && *l.p != '#' && !starts(&l, "CONFIG_"))
			return false;
		n += starts(&l, "CONFIG_") || starts(&l, "# CONFIG_") ||
		     (starts(&l, "# ") && has(&l, "Kernel Configuration"));
	}
	return n >= MIN_LINES;
}

/* "0x12345678\tsymbol\tvmlinux\tEXPORT_SYMBOL" */
static bool is_symvers(const char *p, const char *end)
{
	struct line l;
	unsigned n = 0;

	while (next_line(&l, &p, end) && starts(&l, "0x") && has(&l, "\tEXPORT_SYMBOL"))
		n++;
	return n >= MIN_LINES;
}

/* "linux (6.1.192-2) bookworm; urgency=medium" */
static bool is_debian_changelog(const char *p, const char *end)
{
	struct line l;

	return next_line(&l, &p, end) && has(&l, " (") && has(&l, "; urgency=");
}

static bool is_own_report(const char *p, const char *end)
{
	struct line l;

	for (unsigned n = 0; n < 8 && next_line(&l, &p, end); n++)
		if (starts(&l, "Confidence: ") && has(&l, ", based on "))
			return true;
	return false;
}

static bool is_own_list(const char *p, const char *end)
{
	struct line l;

	return next_line(&l, &p, end) && starts(&l, "TIME (UTC)") && has(&l, " VERDICT ");
}

static const struct {
	bool (*is)(const char *p, const char *end);
	const char *what;
} rows[] = {
	{is_system_map, "a System.map: it holds names, no crash"},
	{is_kernel_config, "a kernel configuration: it holds settings, no crash"},
	{is_symvers, "a Module.symvers: it holds names, no crash"},
	{is_debian_changelog, "a Debian changelog"},
	{is_own_report, "a report of vmtriage; give the dump or the log that it is about"},
	{is_own_list, "a list of vmtriage; give one of the files in it"},
};

const char *log_foreign_describe(const uint8_t *head, size_t len)
{
	const char *p = (const char *)head;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].is(p, p + len))
			return rows[i].what;
	return NULL;
}
