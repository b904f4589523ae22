/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of log_text share: a text that is being read. */
#ifndef VMT_LOG_LOG_TEXT_INTERNAL_H
#define VMT_LOG_LOG_TEXT_INTERNAL_H

#include "base/caps.h"
#include "log/log_clean.h"
#include "log/log_ext.h"
#include "log/log_journal.h"
#include "log/log_look.h"
#include "log/log_stops.h"
#include "log/log_text.h"

/* An entry of JSON or of the journal; log_look.c has its text. */
struct log_waiting {
	struct log_record rec;
	char *host;
	uint64_t line;
};

struct log_text {
	log_sink sink;
	void *arg;
	const struct log_skim *skim;
	struct log_ahead ahead;
	bool entwined; /* lines that depend on earlier lines were seen: extended records, JSON */
	uint64_t seq;  /* number of the next record */
	uint64_t line; /* being read; it may be several records, or part of one */
	uint64_t n_lines;
	bool ascii;	       /* the line being read is known to be ASCII */
	struct log_look *look; /* NULL: the sink does not say what it waits for */
	struct log_utf16 utf16;
	struct log_ext *ext;
	struct log_journal *journal;
	bool tags;	/* lines that say who wrote them were seen */
	bool after_ext; /* the last line was an extended record: its key=value lines follow */
	bool torn;	/* NULs preceded this line */
	bool gap;	/* the kernel said that this many records were lost */
	uint64_t lost;
	struct log_text_gaps gaps;
	struct log_waiting waiting[LOG_LOOK_LINES]; /* entries, until a prefix is known */
	size_t n_waiting;
	bool overlong; /* the line being gathered exceeds the cap: its rest is dropped */
	size_t held;
	char *long_hold;	     /* the same, of JSON that is longer; NULL: it is not */
	char hold[CAP_TEXT_LINE];    /* a line that began in an earlier chunk */
	char scratch[CAP_TEXT_LINE]; /* a line without its control characters or escapes */
};

/* log_text.c: a raw line, which is not held back. */
int log_text_take(struct log_text *lt, const char *p, size_t len, bool truncated);

/* Hands a record to the sink, with its number and what was lost before it. */
int log_text_push(struct log_text *lt, struct log_record *rec);

/* log_text_entry.c: an entry of JSON or of the journal, for log_journal_new(). */
int log_text_take_entry(void *arg, const struct log_record *rec);

/* Reads the waiting entries, now that the prefix of the first one is known or ruled out. */
int log_text_settle_entries(struct log_text *lt);

/*
 * log_text_skim.c: skips to the next entry that the sink must see, or to the one before it. On the
 * way, feeds the last one that has a time. *p is the start of an entry before and after.
 */
int log_text_skip(struct log_text *lt, const char **p, const char *end);

#endif
