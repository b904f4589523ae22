/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel log as text: lines of dmesg, a console, netconsole, syslog or the journal, each in its
 * wrapping. Takes bytes in chunks of any size and pushes records, so a file of any length is read
 * in constant memory.
 */
#ifndef VMT_LOG_LOG_TEXT_H
#define VMT_LOG_LOG_TEXT_H

#include "base/alloc.h"
#include "base/err.h"
#include "log/log.h"

struct log_text;

/*
 * Lets the reader skip most of a log without parsing it. ahead() returns how far the next bytes
 * hold no line that the sink must see. idle() returns whether ahead() may be asked now. The sink
 * does not get the skipped lines, except the last one before each line that it does get, and the
 * last one with a time.
 *
 * ahead() may run in other threads meanwhile (log_read.h). A line that it stops at depends on that
 * line alone.
 */
struct log_skim {
	bool (*idle)(const void *arg);
	size_t (*ahead)(const void *arg, const char *text, size_t len);
	/* Gets lines of programs other than the kernel, which are no records; NULL: not wanted. */
	void (*program)(void *arg, const struct log_record *rec);
};

/* The argument of skim is the sink's arg. If skim is NULL, the sink gets all lines. */
int log_text_new(TALLOC_CTX *ctx, log_sink sink, void *arg, const struct log_skim *skim,
	struct log_text **ret, struct vmt_err *err);

/* Whether it learned prefixes of lines that no row of log_wrap.c knows. */
bool log_text_has_learned(const struct log_text *lt);

/* Call before the first byte: from has read the same text and knows the prefixes of its lines. */
void log_text_know(struct log_text *lt, const struct log_text *from);

/* The next bytes of the file. Returns 0, or what the sink returned to stop. */
int log_text_feed(struct log_text *lt, const char *data, size_t len);

/* Whether lines may be skipped. */
bool log_text_skims(const struct log_text *lt);

struct log_stops;

/*
 * What log_text_feed_ahead() needs to know of the next bytes of the file. It may be called in any
 * thread, in any order.
 */
void log_text_look_ahead(
	const struct log_text *lt, const char *data, size_t len, struct log_stops *ret);

/* Does what log_text_feed() does. */
int log_text_feed_ahead(
	struct log_text *lt, const char *data, size_t len, const struct log_stops *stops);

/* The caller knows that something is missing here, at the start of a line. */
void log_text_gap(struct log_text *lt);

/* The end of the file: the last line may lack its newline. */
int log_text_finish(struct log_text *lt);

/*
 * Where records are missing in the middle of the log according to the lines themselves, and what
 * was shortened or mixed because it exceeds caps.h.
 */
struct log_text_gaps {
	uint64_t n, lost; /* number of lost records, as far as known */
	uint64_t first_line;
	uint64_t n_long; /* lines that were cut at CAP_TEXT_LINE */
	bool mixed;	 /* records from more hosts than CAP_TEXT_HOSTS */
};

/* Call after the end. The result belongs to lt. */
const struct log_text_gaps *log_text_gaps(const struct log_text *lt);

/*
 * Whether a file with these first bytes can be a text log at all. False if they are mostly not text
 * (a binary file). Serial noise and NULs are allowed.
 */
bool log_text_probe(const uint8_t *head, size_t len);

#endif
