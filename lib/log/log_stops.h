/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which lines of a block of text skimming must not pass. That depends on each line alone, so blocks
 * can be looked at in any order, in any thread, before the lines are read.
 */
#ifndef VMT_LOG_LOG_STOPS_H
#define VMT_LOG_LOG_STOPS_H

#include "log/log_text.h"

#define LOG_STOPS_MAX 4096 /* of a block; what comes after the last of them is not looked at */

struct log_stops {
	size_t to; /* the bytes that were looked at: whole lines, or all */
	size_t n;
	uint32_t at[LOG_STOPS_MAX]; /* one for each line that has any, ascending */
};

/* A block of at most 4 GiB, of a text whose bytes are its characters (not UTF-16). */
void log_stops_find(const struct log_skim *skim, const void *arg, const char *text, size_t len,
	struct log_stops *ret);

/*
 * The stops of the chunk that is being read: those that were found before, and what comes after
 * them is looked at when it is asked for.
 */
struct log_ahead {
	const char *chunk;
	const struct log_stops *stops; /* NULL: it was not looked at */
	size_t stop;		       /* the next of them */
	const char *noise;	       /* the next byte that no plain line has; NULL: not known */
	const char *wanted;	       /* what the sink waits for next; NULL: not known */
};

/* Another chunk; stops are the caller's to set. */
void log_ahead_begin(struct log_ahead *a, const char *chunk);

/* The first place of p..end that skimming must not pass; end: there is none. p only moves on. */
const char *log_ahead_next(struct log_ahead *a, const struct log_skim *skim, const void *arg,
	const char *p, const char *end);

#endif
