/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the table of wrappings that are in files of their own, and what they share. */
#ifndef VMT_LOG_LOG_WRAP_ROWS_H
#define VMT_LOG_LOG_WRAP_ROWS_H

#include "log/log_eat.h"
#include "log/log_wrap.h"

/* The text begins at to. */
void log_wrap_advance(struct log_wrap *w, const char *to);

/* A date, and seconds of its day in UTC. False where there is no such day. */
bool log_wrap_set_unix(struct log_wrap *w, uint64_t y, uint64_t mon, uint64_t d, int64_t sec);

/*
 * The same of a time from..to whose zone is not given. With mon 0 it is one that gives no year,
 * either.
 */
struct log_wall {
	const char *from, *to;
};
bool log_wrap_set_wall(
	struct log_wrap *w, struct log_wall at, uint64_t y, uint64_t mon, uint64_t d, int64_t sec);

/* Rows: take a wrapping off, or return false and leave the text as it is. */
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
