/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prefixes that no row of log_wrap.c knows: quotes, list marks, loggers of all kinds. Where a line
 * that the sink waits for begins behind one, and the lines after it begin alike, it is taken off
 * all lines. For log_text.c.
 */
#ifndef VMT_LOG_LOG_LOOK_H
#define VMT_LOG_LOG_LOOK_H

#include <talloc.h>

#include "base/err.h"
#include "log/log_text.h"
#include "log/log_wrap.h"

struct log_look;

#define LOG_LOOK_LINES 9 /* that are held: one, and those that tell whether its prefix is one */

/* A line that waits until those after it are known. */
struct log_look_line {
	const char *text;
	size_t len;
	uint64_t number;
	bool truncated;
	bool ascii; /* known to be that */
};

/* ahead: as in struct log_skim; arg is its. */
int log_look_new(TALLOC_CTX *ctx, size_t (*ahead)(const void *arg, const char *text, size_t len),
	const void *arg, struct log_look **ret, struct vmt_err *err);

/* Takes all wrappings and known prefixes off; look may be NULL, scratch as for log_wrap_strip(). */
void log_look_unwrap(const struct log_look *look, struct log_wrap *w, char *scratch, size_t size);

/*
 * Whether such a line begins behind an unknown prefix of what is left of an unwrapped one. Then all
 * lines from this one on must be given to log_look_hold().
 */
bool log_look_begin(struct log_look *look, const struct log_wrap *w);

/* Keeps a copy. Returns whether enough lines are there, or none can be kept: settle now. */
bool log_look_hold(struct log_look *look, const struct log_look_line *line);

/* Takes over what another one learned: it has read the same text. */
void log_look_know(struct log_look *look, const struct log_look *from);

/* A line that did not wait: it may tell whether the prefix of a later one is one. */
void log_look_note(struct log_look *look, const struct log_look_line *line);

bool log_look_is_holding(const struct log_look *look);

/* Learns the prefix or not. Returns the held lines, in order, to be read again; a child of ctx. */
struct log_look_line *log_look_settle(struct log_look *look, TALLOC_CTX *ctx, size_t *n);

#endif
