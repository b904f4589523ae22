// SPDX-License-Identifier: GPL-3.0-or-later
/* OnCalendar= of systemd.time(7): "Mon..Fri 2026-*-01..07 02:00/15". */
#include <string.h>

#include "base/array.h"
#include "timeline/civil.h"
#include "timeline/schedule_internal.h"

static const struct {
	const char *word, *calendar;
} shorts[] = {
	{"minutely", "*-*-* *:*:00"},
	{"hourly", "*-*-* *:00:00"},
	{"daily", "*-*-* 00:00:00"},
	{"weekly", "Mon *-*-* 00:00:00"},
	{"monthly", "*-*-01 00:00:00"},
	{"quarterly", "*-01,04,07,10-01 00:00:00"},
	{"semiannually", "*-01,07-01 00:00:00"},
	{"semi-annually", "*-01,07-01 00:00:00"},
	{"yearly", "*-01-01 00:00:00"},
	{"annually", "*-01-01 00:00:00"},
};

static bool is_two_dots(const char *p, const char *end)
{
	return end - p >= 2 && p[0] == '.' && p[1] == '.';
}

struct item {
	unsigned first, last, step;
};

/* "*", "5", "1..5", each with "/2"; without ".." a step goes on to the end. */
static bool read_item(const char *p, const char *end, unsigned least, unsigned most, struct item *i)
{
	bool single = false;

	*i = (struct item){least, most, 1};
	if (p < end && *p == '*') {
		p++;
	} else {
		if (!words_number(&p, end, most, &i->first) || i->first < least)
			return false;
		i->last = i->first;
		single = !is_two_dots(p, end);
		if (!single) {
			p += 2;
			if (!words_number(&p, end, most, &i->last) || i->last < i->first)
				return false;
		}
	}
	if (p < end && *p == '/') {
		p++;
		if (!words_number(&p, end, 10000, &i->step) || !i->step)
			return false;
		if (single)
			i->last = most;
	}
	/* Fractions of a second do not matter here. */
	return p == end || (*p == '.' && !is_two_dots(p, end) && most == 59);
}

static bool read_list(const char *p, const char *end, unsigned least, unsigned most, uint64_t *bits)
{
	*bits = 0;
	for (const char *comma;; p = comma + 1) {
		struct item i;

		comma = memchr(p, ',', (size_t)(end - p));
		if (!read_item(p, comma ? comma : end, least, most, &i))
			return false;
		*bits |= schedule_bits(i.first, i.last, i.step);
		if (!comma)
			return true;
	}
}

static bool read_years(const char *p, const char *end, struct schedule *s)
{
	if (end - p == 1 && *p == '*')
		return true;
	for (const char *comma;; p = comma + 1) {
		struct item i;

		comma = memchr(p, ',', (size_t)(end - p));
		if (s->n_years == SCHEDULE_YEARS ||
			!read_item(p, comma ? comma : end, 1970, 2199, &i))
			return false;
		s->years[s->n_years++] =
			(struct schedule_years){(int)i.first, (int)i.last, (int)i.step};
		if (!comma)
			return true;
	}
}

static bool day_name(const char **p, const char *end, unsigned *ret)
{
	*ret = civil_day_name(*p, (size_t)(end - *p));
	if (!*ret)
		return false;
	--*ret;
	while (*p < end && **p != ',' && **p != '.' && **p != '-')
		(*p)++;
	return true;
}

/* "Mon..Fri,Sun"; a range may go over the end of the week. */
static bool read_weekdays(const char *p, const char *end, uint8_t *bits)
{
	*bits = 0;
	for (;; p++) {
		unsigned first, last;

		if (!day_name(&p, end, &first))
			return false;
		last = first;
		if (is_two_dots(p, end) || (p < end && *p == '-')) {
			p += *p == '-' ? 1 : 2;
			if (!day_name(&p, end, &last))
				return false;
		}
		for (unsigned d = first;; d = (d + 1) % 7) {
			*bits |= (uint8_t)(1u << d);
			if (d == last)
				break;
		}
		if (p == end)
			return true;
		if (*p != ',')
			return false;
	}
}

/* Where the day begins: after the last '-' or '~'. */
static const char *last_of(const char *p, const char *end, const char *any)
{
	for (const char *at = end; at > p; at--)
		if (strchr(any, at[-1]) && at[-1])
			return at - 1;
	return NULL;
}

/* "[Y-]M-D", "*-*~1" */
static bool read_date(const char *p, const char *end, struct schedule *s)
{
	const char *day = last_of(p, end, "-~"), *month;
	uint64_t bits;

	if (!day || !read_list(day + 1, end, 1, 31, &bits))
		return false;
	s->days = *day == '-' ? (uint32_t)bits : 0;
	s->last_days = *day == '~' ? (uint32_t)bits : 0;
	month = last_of(p, day, "-");
	if (!read_list(month ? month + 1 : p, day, 1, 12, &bits))
		return false;
	s->months = (uint16_t)bits;
	return !month || read_years(p, month, s);
}

/* "h:m[:s]" */
static bool read_clock(const char *p, const char *end, struct schedule *s)
{
	const char *minute = memchr(p, ':', (size_t)(end - p)), *second;
	uint64_t hours;

	if (!minute || !read_list(p, minute, 0, 23, &hours))
		return false;
	s->hours = (uint32_t)hours;
	minute++;
	second = memchr(minute, ':', (size_t)(end - minute));
	s->seconds = 1;
	return read_list(minute, second ? second : end, 0, 59, &s->minutes) &&
	       (!second || read_list(second + 1, end, 0, 59, &s->seconds));
}

static bool is_utc(const char *word, size_t len)
{
	return len == 3 && !memcmp(word, "UTC", 3);
}

static const char *spelled_out(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(shorts); i++)
		if (strlen(shorts[i].word) == len && !memcmp(shorts[i].word, word, len))
			return shorts[i].calendar;
	return NULL;
}

static bool read_word(const char *word, size_t len, bool first, struct schedule *s)
{
	const char *calendar = first ? spelled_out(word, len) : NULL, *end = word + len;

	if (calendar)
		return schedule_calendar(calendar, strlen(calendar), s);
	if (!first && is_utc(word, len)) {
		s->utc = true;
		return true;
	}
	if (memchr(word, ':', len))
		return read_clock(word, end, s);
	if (civil_day_name(word, len))
		return read_weekdays(word, end, &s->weekdays);
	return read_date(word, end, s);
}

bool schedule_calendar(const char *text, size_t len, struct schedule *ret)
{
	struct words w = {text, text + len};
	bool some = false;
	const char *word;
	size_t n;

	*ret = (struct schedule){.seconds = 1,
		.minutes = 1,
		.hours = 1,
		.days = ~1u,
		.months = 0x1ffe,
		.weekdays = 0x7f};
	for (; words_next(&w, &word, &n); some = true)
		if (!read_word(word, n, !some, ret))
			return false;
	return some;
}
