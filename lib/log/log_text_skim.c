// SPDX-License-Identifier: GPL-3.0-or-later
/* Passes over what the sink need not see. */
#include <string.h>

#include "log/log_entries.h"
#include "log/log_skim.h"
#include "log/log_text_internal.h"

/* This many lines show in which wrapping the others come. */
#define FIRST_LINES 64

/* What skimming must not pass. */
static const char *next_wanted(struct log_text *lt, const char *p, const char *end)
{
	return log_ahead_next(&lt->ahead, lt->skim, lt->arg, p, end);
}

static void skip_entries(struct log_text *lt, enum log_entries form, const char *p, const char *end)
{
	lt->n_lines += log_skim_count_lines(p, end);
	lt->seq += log_entries_count(form, p, end);
}

/* The form of the entries that may be skipped here. */
static enum log_entries skimmed_form(const struct log_text *lt)
{
	if (!lt->skim || lt->n_lines < FIRST_LINES || log_look_is_holding(lt->look) ||
		!lt->skim->idle(lt->arg))
		return LOG_ENTRIES_NONE;
	if (!lt->entwined)
		return LOG_ENTRIES_TEXT;
	if (lt->n_waiting)
		return LOG_ENTRIES_NONE;
	return lt->after_ext ? LOG_ENTRIES_EXTENDED : log_journal_form(lt->journal);
}

static int take_entry(struct log_text *lt, const char *p, const char *end)
{
	int rc = 0;

	while (p < end && !rc) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		rc = log_text_take(lt, p, (size_t)(nl - p), false);
		p = nl + 1;
	}
	return rc;
}

/* The last record before p, not before start. What follows end may go on with the one before it. */
static const char *last_record(const char *start, const char *p, const char *end)
{
	while ((p = log_entries_start(LOG_ENTRIES_TEXT, start, p)) > start &&
		(p == end || *p == ' '))
		p--;
	return p;
}

/* The same for extended records. Their numbers are followed, so that a gap is noticed. */
static int skim_extended(struct log_text *lt, const char **p, const char *end)
{
	const char *stop, *to;
	uint64_t n = 0;
	int rc = log_ext_look(lt->ext, *p, end);

	/* That record may begin a report. */
	if (rc || !lt->skim->idle(lt->arg))
		return rc;
	stop = next_wanted(lt, *p, end);
	stop = last_record(*p, stop, end);
	if (stop == *p || (stop = last_record(*p, stop - 1, end)) == *p)
		return 0;
	to = log_ext_skip(lt->ext, *p, stop, &n);
	lt->n_lines += log_skim_count_lines(*p, to);
	lt->seq += n;
	*p = to;
	return 0;
}

int log_text_skip(struct log_text *lt, const char **p, const char *end)
{
	enum log_entries form = skimmed_form(lt);
	const char *stop, *to, *q;
	int rc = 0;

	if (form == LOG_ENTRIES_EXTENDED)
		return skim_extended(lt, p, end);
	if (!form)
		return 0;
	stop = next_wanted(lt, *p, end);
	stop = log_entries_strange(form, *p, stop);
	to = log_entries_start(form, *p, stop);
	if (to == *p || (to = log_entries_start(form, *p, to - 1)) == *p)
		return 0;
	q = log_entries_last_time(form, *p, to, end);
	skip_entries(lt, form, *p, q);
	if (q < to) {
		const char *next = log_entries_next(form, q, end);

		rc = take_entry(lt, q, next);
		skip_entries(lt, form, next, to);
	}
	*p = to;
	return rc;
}
