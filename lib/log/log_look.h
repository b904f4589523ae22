/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prefixes that no row of log_wrap.c knows: quotes, list marks, all kinds of loggers. If a line
 * that the sink waits for comes after such a prefix, and the lines after it have the same prefix,
 * the prefix is stripped from all lines. For log_text.c.
 */
#ifndef VMT_LOG_LOG_LOOK_H
#define VMT_LOG_LOG_LOOK_H

#include "base/alloc.h"
#include "base/err.h"
#include "log/log_text.h"
#include "log/log_wrap.h"

struct log_look;

#define LOG_LOOK_LINES 9 /* held lines: one, and those that decide about its prefix */

/* A line that waits until the lines after it are known. */
struct log_look_line {
	const char *text;
	size_t len;
	uint64_t number;
	bool truncated;
	bool ascii; /* known to be ASCII */
};

/* ahead is the function in struct log_skim, arg is its argument. */
int log_look_new(TALLOC_CTX *ctx, size_t (*ahead)(const void *arg, const char *text, size_t len),
	const void *arg, struct log_look **ret, struct vmt_err *err);

/* Strips all wrappings and known prefixes. look may be NULL, scratch as for log_wrap_strip(). */
void log_look_unwrap(const struct log_look *look, struct log_wrap *w, char *scratch, size_t size);

/*
 * Whether the sink waits for a line that begins after an unknown prefix in w, which is already
 * unwrapped. If so, pass this line and all later ones to log_look_hold().
 */
bool log_look_begin(struct log_look *look, const struct log_wrap *w);

/*
 * Keeps a copy. Returns true if there are enough lines, or if none can be kept: call
 * log_look_settle() then.
 */
bool log_look_hold(struct log_look *look, const struct log_look_line *line);

/* Whether it knows any prefix that lines begin with. */
bool log_look_has_learned(const struct log_look *look);

/* Takes over what another instance learned from the same text. */
void log_look_know(struct log_look *look, const struct log_look *from);

/* Notes a line that did not wait: it may help to decide about the prefix of a later line. */
void log_look_note(struct log_look *look, const struct log_look_line *line);

/* Whether it keeps lines until it knows more. NULL keeps none. */
bool log_look_is_holding(const struct log_look *look);

/*
 * Learns the prefix, or decides that it is none. Returns the held lines in order, to be read again.
 * The array is a talloc child of ctx.
 */
struct log_look_line *log_look_settle(struct log_look *look, TALLOC_CTX *ctx, size_t *n);

#endif
