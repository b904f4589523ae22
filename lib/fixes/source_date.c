// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Dates as changelogs have them, whatever their order: a day, a month's name, a year, a clock and
 * a zone. Also git's raw ones, "1795217100 +0100".
 */
#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "fixes/source_draft.h"
#include "timeline/civil.h"

struct date {
	struct civil at;
	int64_t offset;
};

static bool number(const char *p, size_t len, int64_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < len; i++) {
		if (!ascii_is_digit(p[i]) || *ret > INT64_MAX / 20)
			return false;
		*ret = *ret * 10 + (p[i] - '0');
	}
	return len > 0;
}

static void take_clock(struct civil *at, const char *p, size_t len)
{
	int64_t hour, minute, second = 0;

	if (len >= 5 && p[2] == ':' && number(p, 2, &hour) && number(p + 3, 2, &minute) &&
		(len < 8 || number(p + 6, 2, &second)) && hour < 24 && minute < 60 && second < 61) {
		at->hour = (unsigned)hour;
		at->minute = (unsigned)minute;
		at->second = (unsigned)second;
	}
}

static bool take_zone(struct date *d, const char *p, size_t len)
{
	int64_t n;

	if (len == 5 && (*p == '+' || *p == '-') && number(p + 1, 4, &n)) {
		d->offset = (n / 100 * 3600 + n % 100 * 60) * (*p == '-' ? -1 : 1);
		return true;
	}
	/* SUSE's build hosts are in Nuremberg. */
	if (len >= 3 && !memcmp(p, "CET", 3))
		d->offset = 3600;
	else if (len >= 4 && !memcmp(p, "CEST", 4))
		d->offset = 7200;
	else
		return false;
	return true;
}

static void take_word(struct date *d, const char *p, size_t len)
{
	unsigned month = len == 3 ? civil_month_name(p, len) : 0;
	int64_t n;

	if (month)
		d->at.month = month;
	else if (take_zone(d, p, len))
		;
	else if (memchr(p, ':', len))
		take_clock(&d->at, p, len);
	else if (number(p, len, &n) && n >= 1970 && n < 10000)
		d->at.year = (int)n;
	else if (number(p, len, &n) && n >= 1 && n <= 31 && !d->at.day)
		d->at.day = (unsigned)n;
}

int64_t fix_time_read(const char *text, size_t len)
{
	const char *end = text + len, *p = text;
	struct date d = {0};
	int64_t raw;
	size_t n;

	for (unsigned words = 0; p < end && words < 8; p += n, words++) {
		while (p < end && strchr(" ,()", *p))
			p++;
		for (n = 0; p + n < end && !strchr(" ,()", p[n]);)
			n++;
		if (!words && n >= 9 && number(p, n, &raw))
			return raw;
		/* "2026-11-16T11:17:40Z" */
		if (n >= 10 && p[4] == '-' && p[7] == '-') {
			struct stamp s;
			char padded[20];

			snprintf(padded, sizeof(padded), "%.*s%s", n < 19 ? 10 : 19, p,
				n < 19 ? "T00:00:00" : "");
			return stamp_read(padded, 19, &s) ? civil_seconds(&s.at) - s.offset : 0;
		}
		take_word(&d, p, n);
	}
	if (!d.at.year || !d.at.month || !d.at.day ||
		d.at.day > civil_month_days(d.at.year, d.at.month))
		return 0;
	return civil_seconds(&d.at) - d.offset;
}
