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

/* "* Tue Nov 12 2024 A. U. Thor <author@example.org> - 4.18.0-553", and what changed below it */
static bool is_rpm_changelog(const char *p, const char *end)
{
	struct line l;

	return next_line(&l, &p, end) && starts(&l, "* ") && has(&l, " 20") && has(&l, "@") &&
	       has(&l, ">") && next_line(&l, &p, end) && starts(&l, "- ");
}

/* "commit 0123...", at least 12 digits; then "Author: ", perhaps after "Merge: " */
static bool is_git_log(const char *p, const char *end)
{
	static const char commit[] = "commit ";
	struct line l;
	size_t n = sizeof(commit) - 1;

	if (!next_line(&l, &p, end) || !starts(&l, commit))
		return false;
	while (l.p + n < l.end && ascii_hex(l.p[n]) >= 0)
		n++;
	if (n < sizeof(commit) - 1 + 12)
		return false;
	if (next_line(&l, &p, end) && starts(&l, "Merge: "))
		next_line(&l, &p, end);
	return starts(&l, "Author: ");
}

/* git format-patch's fixed date, or a diff */
static bool is_patch(const char *p, const char *end)
{
	struct line l;

	return next_line(&l, &p, end) &&
	       (starts(&l, "diff --git a/") ||
		       (starts(&l, "From ") && has(&l, " Mon Sep 17 00:00:00 2001")));
}

static bool is_script(const char *p, const char *end)
{
	struct line l;

	return next_line(&l, &p, end) && (starts(&l, "#!/") || starts(&l, "#! /"));
}

/* C, assembly, a makefile, a document of the kernel: the license's line, a comment over lines, or
 * what C begins with */
static bool is_source(const char *p, const char *end)
{
	struct line l;

	do
		if (!next_line(&l, &p, end))
			return false;
	while (l.p == l.end);
	if (has(&l, "SPDX-License-Identifier: "))
		return starts(&l, "//") || starts(&l, "/*") || starts(&l, "# ") ||
		       starts(&l, ".. ");
	if (starts(&l, "#include ") || starts(&l, "#ifndef "))
		return true;
	return starts(&l, "/*") && next_line(&l, &p, end) && starts(&l, " *");
}

/* "PANIC(9)    Kernel Developer's Manual    PANIC(9)": the title at both ends of the line */
static bool is_manual_page(const char *p, const char *end)
{
	struct line l;
	size_t n = 0;

	do
		if (!next_line(&l, &p, end))
			return false;
	while (l.p == l.end);
	while (l.p + n < l.end && l.p[n] != ' ' && l.p[n] != '(')
		n++;
	while (l.p + n < l.end && l.p[n] != ' ')
		n++;
	return n > 3 && l.p[n - 1] == ')' && (size_t)(l.end - l.p) > 2 * n &&
	       memcmp(l.p, l.end - n, n) == 0;
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
	{is_rpm_changelog, "a changelog of an RPM package"},
	{is_git_log, "a log of git"},
	{is_patch, "a patch"},
	{is_script, "a script"},
	{is_source, "a source file"},
	{is_manual_page, "a manual page"},
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
