// SPDX-License-Identifier: GPL-3.0-or-later
/* See log_entries.h. Mirrors systemd's Journal JSON Format and Journal Export Format. */
#include "log/log_entries.h"

#include <stdbool.h>
#include <string.h>

#include "log/log_skim.h"
#include "log/log_wrap.h"

static const char *line_start(const char *start, const char *p)
{
	const char *nl = memrchr(start, '\n', (size_t)(p - start));

	return nl ? nl + 1 : start;
}

const char *log_entries_start(enum log_entries form, const char *start, const char *p)
{
	const char *at = line_start(start, p);

	while (form == LOG_ENTRIES_BLOCKS && at > start && (at - start < 2 || at[-2] != '\n'))
		at = line_start(start, at - 1);
	return at;
}

const char *log_entries_next(enum log_entries form, const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	while (form == LOG_ENTRIES_BLOCKS && nl && nl + 1 < end && nl[1] != '\n')
		nl = memchr(nl + 1, '\n', (size_t)(end - nl - 1));
	if (nl && form == LOG_ENTRIES_BLOCKS)
		nl = nl + 1 < end ? nl + 1 : NULL;
	return nl ? nl + 1 : NULL;
}

uint64_t log_entries_count(enum log_entries form, const char *p, const char *end)
{
	uint64_t n = 0;

	if (form != LOG_ENTRIES_BLOCKS)
		return log_skim_count_lines(p, end);
	while ((p = log_entries_next(form, p, end)))
		n++;
	return n;
}

/* A member whose value is a list: journald writes a text with control characters as its bytes. */
static bool is_list(const char *start, const char *bracket)
{
	const char *p = bracket;

	while (p > start && p[-1] == ' ')
		p--;
	if (p == start || *--p != ':')
		return false;
	while (p > start && p[-1] == ' ')
		p--;
	return p > start && p[-1] == '"';
}

static const char *find_list(const char *start, const char *end)
{
	const char *p = start;

	while (p < end && (p = memchr(p, '[', (size_t)(end - p)))) {
		if (is_list(start, p))
			return p;
		p++;
	}
	return end;
}

const char *log_entries_strange(enum log_entries form, const char *p, const char *end)
{
	const char *at = p;

	if (form != LOG_ENTRIES_OBJECTS)
		return end;
	while (at < end && *at == '{') {
		const char *nl = memchr(at, '\n', (size_t)(end - at));

		if (!nl) {
			at = end; /* in the middle of an entry */
			break;
		}
		if (nl[-1] != '}')
			break; /* this one is of another form */
		at = nl + 1;
	}
	return find_list(p, at);
}

static bool has_time(const char *p, size_t len)
{
	static const char field[] = "_SOURCE_MONOTONIC_TIMESTAMP";

	return memmem(p, len, field, sizeof(field) - 1) || log_wrap_find_stamp(p, len);
}

/* Only printk's time in brackets counts. */
static const char *last_stamped_line(const char *start, const char *p, const char *end)
{
	const char *next = log_entries_next(LOG_ENTRIES_TEXT, p, end);
	const char *at = next ? next : end;

	while ((at = memrchr(start, '[', (size_t)(at - start))) && !log_wrap_is_stamp(at, end))
		;
	return at ? line_start(start, at) : start;
}

const char *log_entries_last_time(
	enum log_entries form, const char *start, const char *p, const char *end)
{
	if (form == LOG_ENTRIES_TEXT)
		return last_stamped_line(start, p, end);
	for (const char *next = log_entries_next(form, p, end); next && p > start;
		next = p, p = log_entries_start(form, start, p - 1))
		if (has_time(p, (size_t)(next - p)))
			break;
	return p;
}
