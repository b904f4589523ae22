// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Code that the rows of several files use, and the extended record, which may come after a host's
 * name.
 */
#include "log/log_wrap_rows.h"

#include <string.h>

#include "base/seconds.h"

void log_wrap_advance(struct log_wrap *w, const char *to)
{
	w->rec.len -= (size_t)(to - w->rec.text);
	w->rec.text = to;
}

/* Days from 1970-01-01 (the civil calendar, any year from 1970 to 9999). */
static int64_t days_of(int64_t y, int64_t m, int64_t d)
{
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	int64_t leaps = (y - (m < 3)) / 4 - (y - (m < 3)) / 100 + (y - (m < 3)) / 400 - 477;

	return (y - 1970) * 365 + leaps + before[m - 1] + d - 1;
}

static bool unix_of(uint64_t y, uint64_t mon, uint64_t d, int64_t sec, int64_t *ns)
{
	if (y < 1970 || y > 9999 || mon < 1 || mon > 12 || d < 1 || d > 31)
		return false;
	return seconds_to_ns(days_of((int64_t)y, (int64_t)mon, (int64_t)d) * 86400 + sec, ns);
}

bool log_wrap_set_unix(struct log_wrap *w, uint64_t y, uint64_t mon, uint64_t d, int64_t sec)
{
	int64_t ns;

	if (!unix_of(y, mon, d, sec, &ns))
		return false;
	w->rec.unix_ns = ns;
	w->rec.has_unix = true;
	w->rec.wall[0] = '\0';
	return true;
}

bool log_wrap_set_wall(
	struct log_wrap *w, struct log_wall at, uint64_t y, uint64_t mon, uint64_t d, int64_t sec)
{
	size_t len = (size_t)(at.to - at.from);
	int64_t ns = 0;

	if (mon && !unix_of(y, mon, d, sec, &ns))
		return false;
	/* Of several times, the first that says most wins. */
	if (w->rec.has_unix || (w->rec.wall[0] && (w->rec.has_year || !mon)) ||
		len >= sizeof(w->rec.wall))
		return true;
	memcpy(w->rec.wall, at.from, len);
	w->rec.wall[len] = '\0';
	w->rec.has_year = mon != 0;
	w->rec.unix_ns = ns;
	return true;
}

static void take_ext_caller(struct log_wrap *w, struct log_eat s)
{
	static const char key[] = ",caller=";
	const char *c = memmem(s.p, (size_t)(s.end - s.p), key, sizeof(key) - 1);
	uint64_t n;

	if (!c || s.end - c < 10)
		return;
	s.p = c + 9;
	if (log_eat_number(&s, &n) && n < LOG_CALLER_CPU) {
		w->rec.caller_id = (uint32_t)n | (c[8] == 'C' ? LOG_CALLER_CPU : 0);
		w->rec.has_caller = true;
	}
}

/* ",ncfrag=960/1200": the text begins at byte 960 of a record of 1200 bytes, including its keys. */
static void take_fragment(struct log_wrap *w, const char *header, struct log_eat s)
{
	static const char key[] = ",ncfrag=";
	const char *c = memmem(s.p, (size_t)(s.end - s.p), key, sizeof(key) - 1);
	uint64_t at, total;

	if (!c)
		return;
	s.p = c + sizeof(key) - 1;
	w->header = header;
	w->header_len = (size_t)(s.p - header);
	if (log_eat_number(&s, &at) && log_eat_char(&s, '/') && log_eat_number(&s, &total)) {
		w->frag_offset = at;
		w->frag_total = total;
	}
}

/* "6,1234,5678,-[,caller=T1][,ncfrag=0/1200];text", with an optional release before it. */
bool log_wrap_extended(struct log_wrap *w, struct log_eat s)
{
	uint64_t prio, seq, usec;
	const char *start = s.p;
	const char *semi = memchr(s.p, ';', (size_t)(s.end - s.p));

	if (!semi || semi - s.p > 200)
		return false;
	if (!log_eat_number(&s, &prio) || !log_eat_char(&s, ',')) {
		const char *comma = memchr(s.p, ',', (size_t)(semi - s.p));

		if (!comma)
			return false;
		s.p = comma + 1;
		if (!log_eat_number(&s, &prio) || !log_eat_char(&s, ','))
			return false;
	}
	if (!log_eat_number(&s, &seq) || !log_eat_char(&s, ',') || !log_eat_number(&s, &usec) ||
		!log_eat_char(&s, ','))
		return false;
	if (usec > UINT64_MAX / 2000 || s.p == s.end || (*s.p != '-' && *s.p != 'c' && *s.p != '+'))
		return false;
	w->rec.level = prio & 7;
	w->rec.facility = (uint8_t)(prio >> 3);
	w->rec.has_level = true;
	w->rec.ts_ns = usec * 1000;
	w->rec.has_ts = true;
	w->is_ext = true;
	w->escaped = true;
	w->ext_seq = seq;
	w->cont = *s.p;
	s.end = semi;
	take_ext_caller(w, s);
	take_fragment(w, start, s);
	log_wrap_advance(w, semi + 1);
	return true;
}
