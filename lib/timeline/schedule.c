// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/schedule.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "timeline/civil.h"
#include "timeline/schedule_internal.h"

bool words_next(struct words *w, const char **word, size_t *len)
{
	while (w->p < w->end && (*w->p == ' ' || *w->p == '\t'))
		w->p++;
	*word = w->p;
	while (w->p < w->end && *w->p != ' ' && *w->p != '\t')
		w->p++;
	*len = (size_t)(w->p - *word);
	return *len > 0;
}

bool words_number(const char **p, const char *end, unsigned most, unsigned *ret)
{
	const char *start = *p;

	*ret = 0;
	for (; *p < end && ascii_is_digit(**p); (*p)++) {
		*ret = *ret * 10 + (unsigned)(**p - '0');
		if (*ret > most)
			return false;
	}
	return *p > start;
}

uint64_t schedule_bits(unsigned first, unsigned last, unsigned step)
{
	uint64_t bits = 0;

	for (unsigned i = first; i <= last && i < 64; i += step)
		bits |= (uint64_t)1 << i;
	return bits;
}

/* ---- the times --------------------------------------------------------------------------- */

static bool has(uint64_t bits, unsigned i)
{
	return bits >> i & 1;
}

static bool year_fits(const struct schedule *s, int year)
{
	for (size_t i = 0; i < s->n_years; i++) {
		const struct schedule_years *y = &s->years[i];

		if (year >= y->first && year <= y->last && (year - y->first) % y->step == 0)
			return true;
	}
	return !s->n_years;
}

static bool day_fits(const struct schedule *s, const struct civil *c)
{
	unsigned length = civil_month_days(c->year, c->month);
	bool day = has(s->days, c->day) || has(s->last_days, length - c->day + 1);
	bool weekday = has(s->weekdays, c->weekday);

	return has(s->months, c->month) && year_fits(s, c->year) &&
	       (s->either ? day || weekday : day && weekday);
}

static int take_local(
	const struct schedule *s, const struct schedule_run *r, int64_t local, struct vmt_err *err)
{
	int64_t utc[2] = {0};
	size_t n = zone_to_utc(s->utc ? NULL : r->zone, local, utc);
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++)
		if (utc[i] >= r->first && utc[i] <= r->last)
			rc = r->take(r->arg, utc[i], err);
	return rc;
}

static int take_day(const struct schedule *s, const struct schedule_run *r, int64_t midnight,
	struct vmt_err *err)
{
	int rc = 0;

	for (unsigned hour = 0; hour < 24 && !rc; hour++) {
		if (!has(s->hours, hour))
			continue;
		for (unsigned at = 0; at < 3600 && !rc; at++) {
			if (!has(s->minutes, at / 60))
				at += 59; /* the next minute */
			else if (has(s->seconds, at % 60))
				rc = take_local(s, r, midnight + hour * 3600 + at, err);
		}
	}
	return rc;
}

int schedule_times(const struct schedule *s, const struct schedule_run *run, struct vmt_err *err)
{
	int64_t midnight;
	struct civil c;
	int rc = 0;

	civil_split(run->first - DAY, &c);
	midnight = civil_seconds(&c) - (c.hour * 3600 + c.minute * 60 + c.second);
	for (; midnight <= run->last + DAY && !rc; midnight += DAY) {
		civil_split(midnight, &c);
		if (day_fits(s, &c))
			rc = take_day(s, run, midnight, err);
	}
	return rc;
}

/* ---- spans ------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int64_t seconds;
} units[] = {
	{"", 1},
	{"s", 1},
	{"sec", 1},
	{"second", 1},
	{"seconds", 1},
	{"m", 60},
	{"min", 60},
	{"minute", 60},
	{"minutes", 60},
	{"h", 3600},
	{"hr", 3600},
	{"hour", 3600},
	{"hours", 3600},
	{"d", DAY},
	{"day", DAY},
	{"days", DAY},
	{"w", 7 * DAY},
	{"week", 7 * DAY},
	{"weeks", 7 * DAY},
};

static int64_t unit(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (strlen(units[i].name) == len && memcmp(units[i].name, name, len) == 0)
			return units[i].seconds;
	return 0;
}

bool schedule_span(const char *text, size_t len, int64_t *ret)
{
	const char *p = text, *end = text + len, *name;
	bool some = false;

	for (*ret = 0;; some = true) {
		unsigned n;
		int64_t seconds;

		while (p < end && *p == ' ')
			p++;
		if (p == end)
			return some;
		if (!words_number(&p, end, 100000000, &n))
			return false;
		while (p < end && *p == ' ')
			p++;
		for (name = p; p < end && ascii_is_alpha(*p); p++)
			;
		seconds = unit(name, (size_t)(p - name));
		if (!seconds)
			return false;
		*ret += n * seconds;
		if (*ret > (int64_t)100 * 366 * DAY)
			return false;
	}
}
