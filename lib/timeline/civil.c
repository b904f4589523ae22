// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/civil.h"

#include <time.h>

#include "base/array.h"
#include "base/ascii.h"

int64_t civil_seconds(const struct civil *c)
{
	struct tm tm = {.tm_year = c->year - 1900,
		.tm_mon = (int)c->month - 1,
		.tm_mday = (int)c->day,
		.tm_hour = (int)c->hour,
		.tm_min = (int)c->minute,
		.tm_sec = (int)c->second};

	return (int64_t)timegm(&tm);
}

void civil_split(int64_t seconds, struct civil *ret)
{
	time_t t = (time_t)seconds;
	struct tm tm = {.tm_mday = 1};

	gmtime_r(&t, &tm);
	*ret = (struct civil){tm.tm_year + 1900, (unsigned)tm.tm_mon + 1, (unsigned)tm.tm_mday,
		(unsigned)tm.tm_hour, (unsigned)tm.tm_min, (unsigned)tm.tm_sec,
		(unsigned)tm.tm_wday};
}

bool civil_is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned civil_month_days(int year, unsigned month)
{
	static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && civil_is_leap(year));
}

/* ---- names ------------------------------------------------------------------------------- */

static unsigned name(const char *const *names, size_t n, const char *text, size_t len)
{
	if (len < 3)
		return 0;
	for (unsigned i = 0; i < n; i++) {
		bool same = true;

		for (size_t c = 0; c < 3; c++)
			same &= ascii_lower(text[c]) == names[i][c];
		if (same)
			return i + 1;
	}
	return 0;
}

unsigned civil_month_name(const char *text, size_t len)
{
	static const char *const months[] = {
		"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

	return name(months, ARRAY_SIZE(months), text, len);
}

unsigned civil_day_name(const char *text, size_t len)
{
	static const char *const days[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

	return name(days, ARRAY_SIZE(days), text, len);
}

/* ---- stamps ------------------------------------------------------------------------------ */

/* Digits at a fixed place; a blank before the last one counts as 0. */
static bool number(const char *s, size_t n, unsigned *ret)
{
	*ret = 0;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == ' ' && i + 1 < n && !*ret)
			continue;
		if (!ascii_is_digit(s[i]))
			return false;
		*ret = *ret * 10 + (unsigned)(s[i] - '0');
	}
	return true;
}

static bool clock_at(const char *s, size_t len, struct civil *c)
{
	return len >= 8 && number(s, 2, &c->hour) && s[2] == ':' && number(s + 3, 2, &c->minute) &&
	       s[5] == ':' && number(s + 6, 2, &c->second) && c->hour < 24 && c->minute < 60 &&
	       c->second <= 60;
}

static bool is_date(const struct civil *c)
{
	return c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= civil_month_days(c->year, c->month);
}

/* "+01:00", "+0100" or "Z". */
static size_t zone_at(const char *s, size_t len, struct stamp *ret)
{
	unsigned hours, minutes;
	size_t colon;

	if (len && s[0] == 'Z') {
		ret->has_zone = true;
		return 1;
	}
	colon = len > 3 && s[3] == ':';
	if (len < 5 + colon || (s[0] != '+' && s[0] != '-') || !number(s + 1, 2, &hours) ||
		!number(s + 3 + colon, 2, &minutes))
		return 0;
	ret->has_zone = true;
	ret->offset = (s[0] == '-' ? -1 : 1) * (int64_t)(hours * 3600 + minutes * 60);
	return 5 + colon;
}

static bool iso(const char *s, size_t len, struct stamp *ret)
{
	unsigned year;
	size_t at = 19;

	if (len < at || !number(s, 4, &year) || s[4] != '-' || s[7] != '-' ||
		(s[10] != 'T' && s[10] != ' '))
		return false;
	ret->at.year = (int)year;
	ret->has_year = true;
	/* apt writes two blanks between date and time. */
	if (s[10] == ' ' && s[11] == ' ')
		at++;
	if (!number(s + 5, 2, &ret->at.month) || !number(s + 8, 2, &ret->at.day) ||
		!is_date(&ret->at) || at > len || !clock_at(s + at - 8, 8, &ret->at))
		return false;
	if (at < len && (s[at] == '.' || s[at] == ','))
		for (at++; at < len && ascii_is_digit(s[at]); at++)
			;
	ret->length = at + zone_at(s + at, len - at, ret);
	return true;
}

static bool syslog_stamp(const char *s, size_t len, struct stamp *ret)
{
	if (len < 15 || s[3] != ' ' || s[6] != ' ')
		return false;
	ret->at.month = civil_month_name(s, 3);
	ret->at.year = 2000; /* a leap year */
	ret->length = 15;
	return number(s + 4, 2, &ret->at.day) && is_date(&ret->at) &&
	       clock_at(s + 7, len - 7, &ret->at);
}

bool stamp_read(const char *text, size_t len, struct stamp *ret)
{
	*ret = (struct stamp){0};
	if (!iso(text, len, ret)) {
		*ret = (struct stamp){0};
		if (!syslog_stamp(text, len, ret))
			return false;
	}
	while (ret->length < len && text[ret->length] == ' ')
		ret->length++;
	return true;
}
