/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When something is due: the lines of crontab(5), and OnCalendar= of systemd.time(7). */
#ifndef VMT_TIMELINE_SCHEDULE_H
#define VMT_TIMELINE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "timeline/zone.h"

#define SCHEDULE_YEARS 8

struct schedule_years {
	int first, last, step;
};

/* By the clocks of the machine: a bit for each value that fits. */
struct schedule {
	uint64_t seconds, minutes; /* bits 0 to 59 */
	uint32_t hours;		   /* bits 0 to 23 */
	uint32_t days;		   /* bits 1 to 31 */
	uint32_t last_days;	   /* the same from the end of the month: 1 is its last day */
	uint16_t months;	   /* bits 1 to 12 */
	uint8_t weekdays;	   /* bits 0 to 6, 0: Sunday */
	bool either;		   /* the day of the month or the weekday; else both must fit */
	bool utc;		   /* by UTC's clock instead */
	bool reboot;		   /* @reboot: when the machine boots, and the rest is 0 */
	struct schedule_years years[SCHEDULE_YEARS];
	size_t n_years; /* 0: all */
};

/* "5 4 * * mon" or "@daily". *rest is set to what follows. */
bool schedule_cron(const char *text, size_t len, struct schedule *ret, size_t *rest);

/* "Mon..Fri *-*-* 02:00". False: it is none, or in a zone of its own that is not UTC. */
bool schedule_calendar(const char *text, size_t len, struct schedule *ret);

/* What is wanted of a schedule: each time, UTC, from first to last. */
struct schedule_run {
	const struct zone *zone;
	int64_t first, last;
	int (*take)(void *arg, int64_t at, struct vmt_err *err);
	void *arg;
};

/* Ends with what take() returns, if that is not 0. */
int schedule_times(const struct schedule *s, const struct schedule_run *run, struct vmt_err *err);

/* "1h 30min", "90", "2d": seconds, of systemd.time(7). */
bool schedule_span(const char *text, size_t len, int64_t *ret);

#endif
