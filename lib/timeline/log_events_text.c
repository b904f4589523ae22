// SPDX-License-Identifier: GPL-3.0-or-later
/* "Nov 20 23:25:01 host CRON[123]: (root) CMD (...)" */
#include <string.h>

#include "base/text_piece.h"
#include "timeline/civil.h"
#include "timeline/log_events.h"

/* Stamps without a year: the latest one that is not after the end of the text. */
static int64_t local_of(const struct stamp *s, const struct event_clock *clock, int year)
{
	struct civil at = s->at;

	(void)clock;
	if (!s->has_year)
		at.year = year;
	return civil_seconds(&at);
}

static int64_t utc_of(const struct stamp *s, const struct event_clock *clock, int year)
{
	int64_t local = local_of(s, clock, year), utc[2] = {0};

	if (s->has_zone)
		return local - s->offset;
	return zone_to_utc(clock->zone, local, utc) ? utc[0]
						    : local - zone_offset(clock->zone, local - DAY);
}

/*
 * The year of the first line: each time that the months begin anew, a year ends, and the last line
 * is not after the end.
 */
static int first_year(const struct event_clock *clock, unsigned turns, const struct stamp *last)
{
	struct civil end;

	civil_split(clock->latest, &end);
	/* A day of grace: the file's time may be of another zone's clock. */
	if (utc_of(last, clock, end.year) > clock->latest + DAY)
		turns++;
	return end.year - (int)turns;
}

static bool is_next_year(const struct stamp *before, const struct stamp *s)
{
	return s->at.month + 6 < before->at.month;
}

/* "host program[123]: message" */
static bool split(const char *s, size_t len, struct log_event *e)
{
	const char *end = s + len, *host = memchr(s, ' ', len), *p, *colon;

	if (!host)
		return false;
	for (p = host + 1, colon = p; colon < end && *colon != ' ' && *colon != ':'; colon++)
		;
	if (colon == end || *colon != ':')
		return false;
	e->program = p;
	e->program_len = (size_t)(colon - p);
	for (size_t i = 0; i < e->program_len; i++)
		if (p[i] == '[')
			e->program_len = i;
	e->is_init = p + e->program_len == colon ||
		     (colon - (p + e->program_len) == 3 && p[e->program_len + 1] == '1');
	for (colon++; colon < end && *colon == ' '; colon++)
		;
	e->message = colon;
	e->len = (size_t)(end - colon);
	/* "kernel: [   12.345678] message" */
	if (e->program_len == 6 && !memcmp(e->program, "kernel", 6) && e->len && *colon == '[') {
		const char *close = memchr(colon, ']', e->len);

		if (close && close - colon < 20 && memchr(colon, '.', (size_t)(close - colon))) {
			for (close++; close < end && *close == ' '; close++)
				;
			e->message = close;
			e->len = (size_t)(end - close);
		}
	}
	return true;
}

int log_events_text(struct event_list *list, const struct event_clock *clock, const char *text,
	size_t len, struct vmt_err *err)
{
	const char *p = text, *end = text + len, *line;
	struct stamp s, before = {.at.month = 1}, last = {0};
	unsigned turns = 0;
	size_t n;
	int year, rc = 0;

	while (text_next_line(&p, end, &line, &n)) {
		if (!stamp_read(line, n, &s) || s.has_year)
			continue;
		turns += last.at.month && is_next_year(&last, &s);
		last = s;
	}
	year = last.at.month ? first_year(clock, turns, &last) : 0;
	for (p = text; !rc && text_next_line(&p, end, &line, &n);) {
		struct log_event e = {0};

		if (!stamp_read(line, n, &s))
			continue;
		if (!s.has_year) {
			year += is_next_year(&before, &s);
			before = s;
		}
		e.at = utc_of(&s, clock, year);
		if (split(line + s.length, n - s.length, &e))
			rc = log_events_add(list, &e, err);
	}
	return rc;
}
