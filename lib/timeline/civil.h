/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates of the Gregorian calendar, without a time zone, and the stamps that logs give lines. */
#ifndef VMT_TIMELINE_CIVIL_H
#define VMT_TIMELINE_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DAY 86400

struct civil {
	int year;
	unsigned month, day; /* from 1 */
	unsigned hour, minute, second;
	unsigned weekday; /* 0: Sunday; set by civil_split() alone */
};

/* Seconds since 1970 as if the zone were UTC, and the reverse. */
int64_t civil_seconds(const struct civil *c);
void civil_split(int64_t seconds, struct civil *ret);

/* Of the Gregorian calendar; months from 1. */
bool civil_is_leap(int year);
unsigned civil_month_days(int year, unsigned month);

/* A stamp at the start of a text. */
struct stamp {
	struct civil at;
	bool has_year;
	bool has_zone;	/* then offset is known */
	int64_t offset; /* seconds east of UTC */
	size_t length;	/* bytes, with the blank after it */
};

/* "Nov 20 23:25:01 ", "2026-11-20T23:25:01.123456+01:00 ", "2026-11-20 23:25:01 ". */
bool stamp_read(const char *text, size_t len, struct stamp *ret);

/* "Jan" to "Dec" in any case: 1 to 12; 0: it is none. Likewise days: 1 is Sunday. */
unsigned civil_month_name(const char *text, size_t len);
unsigned civil_day_name(const char *text, size_t len);

#endif
