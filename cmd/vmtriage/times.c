// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Not getdate() or strptime(): they go by the locale, and know neither a span nor a zone beside the
 * local one.
 */
#include "times.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define NS INT64_C(1000000000)
#define DAY (86400 * NS)
#define DIGITS "0123456789"

/* Later times do not fit into nanoseconds. */
#define LAST_YEAR 2260

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

/* Takes up to most digits; false: there are none, or more. */
static bool take_number(const char **s, size_t most, int64_t *ret)
{
	size_t n = strspn(*s, DIGITS);

	if (!n || n > most)
		return false;
	*ret = 0;
	for (size_t i = 0; i < n; i++)
		*ret = *ret * 10 + (*(*s)++ - '0');
	return true;
}

static bool take_char(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* ".5": nanoseconds. Digits after the ninth are ignored. */
static int64_t take_fraction(const char **s)
{
	int64_t ns = 0, unit = NS / 10;

	if (**s != '.' || !strspn(*s + 1, DIGITS))
		return 0;
	for ((*s)++; strspn(*s, DIGITS); (*s)++, unit /= 10)
		ns += unit * (**s - '0');
	return ns;
}

/* ---- dates ------------------------------------------------------------------------------- */

static bool take_date(const char **s, int64_t *ret)
{
	int64_t year, month, day;
	struct tm tm;

	if (!take_number(s, 4, &year) || !take_char(s, '-') || !take_number(s, 2, &month) ||
		!take_char(s, '-') || !take_number(s, 2, &day))
		return false;
	if (year < 1970 || year > LAST_YEAR || month < 1 || month > 12)
		return false;
	tm = (struct tm){
		.tm_year = (int)year - 1900, .tm_mon = (int)month - 1, .tm_mday = (int)day};
	*ret = (int64_t)timegm(&tm) * NS;
	return tm.tm_mday == day; /* timegm() takes 31 November for 1 December */
}

/* "23:25", "23:25:12", "23:25:12.5" */
static bool take_clock(const char **s, int64_t *ret)
{
	int64_t hour, minute, second = 0;

	if (!take_number(s, 2, &hour) || !take_char(s, ':') || !take_number(s, 2, &minute))
		return false;
	if (take_char(s, ':') && !take_number(s, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	*ret = ((hour * 60 + minute) * 60 + second) * NS + take_fraction(s);
	return true;
}

/* "", "Z", "UTC", "+01:00", "+0100", "+01": how far the clock is ahead of UTC. */
static bool take_zone(const char **s, int64_t *ret)
{
	int64_t hours, minutes = 0;
	bool west;

	*ret = 0;
	*s = skip_blanks(*s);
	if (!**s || take_char(s, 'Z'))
		return true;
	if (!strncasecmp(*s, "UTC", 3)) {
		*s += 3;
		return true;
	}
	if (**s != '+' && **s != '-')
		return false;
	west = *(*s)++ == '-';
	if (!take_number(s, 4, &hours))
		return false;
	if (hours > 99) { /* +0100 */
		minutes = hours % 100;
		hours /= 100;
	} else if (take_char(s, ':') && !take_number(s, 2, &minutes)) {
		return false;
	}
	*ret = (hours * 60 + minutes) * 60 * NS * (west ? -1 : 1);
	return hours < 24 && minutes < 60;
}

static int64_t midnight(int64_t now)
{
	return now - now % DAY;
}

/* A day, a time of day, or both. */
static bool parse_date(const char *s, int64_t now, int64_t *ret)
{
	int64_t day = midnight(now), clock = 0, zone;
	bool has_day = s[strspn(s, DIGITS)] == '-';

	if (has_day && !take_date(&s, &day))
		return false;
	if (has_day && *s == 'T')
		s++;
	s = skip_blanks(s);
	if ((!has_day || strspn(s, DIGITS)) && !take_clock(&s, &clock))
		return false;
	if (!take_zone(&s, &zone) || *skip_blanks(s))
		return false;
	*ret = day + clock - zone;
	return true;
}

/* ---- relative times ---------------------------------------------------------------------- */

/* As systemd.time(7) has them; a month and a year are averages. */
static const struct {
	const char *name;
	int64_t ns;
} units[] = {
	{"s", NS},
	{"sec", NS},
	{"second", NS},
	{"seconds", NS},
	{"m", 60 * NS},
	{"min", 60 * NS},
	{"minute", 60 * NS},
	{"minutes", 60 * NS},
	{"h", 3600 * NS},
	{"hr", 3600 * NS},
	{"hour", 3600 * NS},
	{"hours", 3600 * NS},
	{"d", DAY},
	{"day", DAY},
	{"days", DAY},
	{"w", 7 * DAY},
	{"week", 7 * DAY},
	{"weeks", 7 * DAY},
	{"M", 2629800 * NS},
	{"month", 2629800 * NS},
	{"months", 2629800 * NS},
	{"y", 31557600 * NS},
	{"year", 31557600 * NS},
	{"years", 31557600 * NS},
};

static int64_t take_unit(const char **s)
{
	size_t n = strspn(*s, "abcdefghijklmnopqrstuvwxyzM");

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strlen(units[i].name) != n || strncmp(units[i].name, *s, n) != 0)
			continue;
		*s += n;
		return units[i].ns;
	}
	return 0;
}

/* "2 hours", "1h30min", "1.5h", "90" (seconds) */
static bool take_span(const char **s, int64_t *ret)
{
	*ret = 0;
	do {
		int64_t n, fraction, unit;

		if (!take_number(s, 9, &n))
			return false;
		fraction = take_fraction(s);
		*s = skip_blanks(*s);
		unit = **s ? take_unit(s) : NS;
		if (!unit || n > INT64_MAX / 4 / unit)
			return false;
		*ret += n * unit + (int64_t)((double)unit / (double)NS * (double)fraction);
		if (*ret > INT64_MAX / 4)
			return false;
		*s = skip_blanks(*s);
	} while (strspn(*s, DIGITS));
	return true;
}

/* "-2h", "+5min", "2 hours ago" */
static bool parse_span(const char *s, int64_t now, int64_t *ret)
{
	char sign = *s == '-' || *s == '+' ? *s++ : '\0';
	int64_t span;

	s = skip_blanks(s);
	if (!take_span(&s, &span))
		return false;
	if (!sign && strcmp(s, "ago") != 0)
		return false;
	if (sign && *s)
		return false;
	*ret = sign == '+' ? now + span : now - span;
	return true;
}

/* ---- all --------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	bool midnight;
	int days;
} words[] = {
	{"now", false, 0},
	{"today", true, 0},
	{"yesterday", true, -1},
	{"tomorrow", true, 1},
};

/* "yesterday", or "yesterday 12:00" */
static bool parse_word(const char *s, int64_t now, int64_t *ret)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i].name);
		int64_t clock = 0;

		if (strncasecmp(s, words[i].name, n) != 0)
			continue;
		s = skip_blanks(s + n);
		if (*s && (!words[i].midnight || !take_clock(&s, &clock) || *skip_blanks(s)))
			return false;
		*ret = (words[i].midnight ? midnight(now) : now) + words[i].days * DAY + clock;
		return true;
	}
	return false;
}

/* "@1763680000.5" */
static bool parse_epoch(const char *s, int64_t *ret)
{
	int64_t seconds;

	if (!take_number(&s, 10, &seconds) || seconds > INT64_MAX / 2 / NS)
		return false;
	*ret = seconds * NS + take_fraction(&s);
	return !*s;
}

bool times_parse(const char *text, int64_t now, int64_t *ret)
{
	const char *s = skip_blanks(text);

	if (*s == '@')
		return parse_epoch(s + 1, ret);
	return parse_word(s, now, ret) || parse_date(s, now, ret) || parse_span(s, now, ret);
}
