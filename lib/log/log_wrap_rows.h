/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the wrapping table that are in files of their own, and the code that they share. */
#ifndef VMT_LOG_LOG_WRAP_ROWS_H
#define VMT_LOG_LOG_WRAP_ROWS_H

#include "log/log_eat.h"
#include "log/log_wrap.h"

/* Sets the start of the text to to. */
void log_wrap_advance(struct log_wrap *w, const char *to);

/*
 * Sets the time from a date and the seconds of the day in UTC. Returns false if there is no such
 * day.
 */
bool log_wrap_set_unix(struct log_wrap *w, uint64_t y, uint64_t mon, uint64_t d, int64_t sec);

/* The same for a time at from..to without a known zone. mon is 0 if the time has no year either. */
struct log_wall {
	const char *from, *to;
};
bool log_wrap_set_wall(
	struct log_wrap *w, struct log_wall at, uint64_t y, uint64_t mon, uint64_t d, int64_t sec);

/* Rows: each strips a wrapping, or returns false and leaves the text unchanged. */
bool log_wrap_extended(struct log_wrap *w, struct log_eat s);
bool log_wrap_syslog(struct log_wrap *w, struct log_eat s);
bool log_wrap_iso(struct log_wrap *w, struct log_eat s);
bool log_wrap_full(struct log_wrap *w, struct log_eat s);
bool log_wrap_epoch(struct log_wrap *w, struct log_eat s);
bool log_wrap_rfc5424(struct log_wrap *w, struct log_eat s);
bool log_wrap_monotonic(struct log_wrap *w, struct log_eat s);
bool log_wrap_sender(struct log_wrap *w, struct log_eat s);
bool log_wrap_named(struct log_wrap *w, struct log_eat s);

#endif
