/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel log as text: lines of dmesg, a console, netconsole, syslog or the journal, each in
 * its wrapping. Takes bytes in chunks of any size and pushes records, so a file of any length
 * passes in constant memory.
 */
#ifndef VMT_LOG_LOG_TEXT_H
#define VMT_LOG_LOG_TEXT_H

#include <talloc.h>

#include "base/err.h"
#include "log/log.h"

struct log_text;

/*
 * What lets a reader pass over most of a log without taking it apart: how far the bytes ahead hold
 * no line that the sink must see (ahead), and whether that may be asked now (idle). Then it is
 * spared those lines, but for the last one before each that it gets, and the last with a time.
 */
struct log_skim {
	bool (*idle)(const void *arg);
	size_t (*ahead)(const void *arg, const char *text, size_t len);
	/* A line of another program than the kernel, which is no record; NULL: not wanted. */
	void (*program)(void *arg, const struct log_record *rec);
};

/* skim: arg is the sink's; NULL: the sink gets all lines. */
int log_text_new(TALLOC_CTX *ctx, log_sink sink, void *arg, const struct log_skim *skim,
	struct log_text **ret, struct vmt_err *err);

/* Before the first byte: from has read the same text, and knows what its lines begin with. */
void log_text_know(struct log_text *lt, const struct log_text *from);

/* The next bytes of the file. Returns 0, or what the sink returned to stop. */
int log_text_feed(struct log_text *lt, const char *data, size_t len);

/* Something is missing here, at the start of a line: the caller knows. */
void log_text_gap(struct log_text *lt);

/* The end of the file: the last line may lack its newline. */
int log_text_finish(struct log_text *lt);

/*
 * Where records are missing in the midst of the log, by what the lines themselves say; and what was
 * not taken as it is, since it is more than caps.h allows.
 */
struct log_text_gaps {
	uint64_t n, lost; /* lost: records, as far as that is known */
	uint64_t first_line;
	uint64_t n_long; /* lines that were cut at CAP_TEXT_LINE */
	bool mixed;	 /* records of more hosts than CAP_TEXT_HOSTS */
};

/* After the end; lt's. */
const struct log_text_gaps *log_text_gaps(const struct log_text *lt);

/*
 * Whether these first bytes of a file can be a text log at all: false where they are mostly no
 * text (a binary file). Serial noise and NULs are allowed for.
 */
bool log_text_probe(const uint8_t *head, size_t len);

#endif
