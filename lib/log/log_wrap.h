/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wrapping of one line of a text log, stripped row by row. For log_text.c. */
#ifndef VMT_LOG_LOG_WRAP_H
#define VMT_LOG_LOG_WRAP_H

#include "log/log.h"

struct log_wrap {
	struct log_record rec; /* text and len: the rest of the line */
	uint32_t used;	       /* rows already applied; each is tried once */
	bool unwrapped;	       /* some row was applied */
	bool is_ext;	       /* an extended record; ext_seq is its number */
	bool escaped;	       /* its text contains \xNN */
	uint64_t ext_seq;
	char cont;	    /* flag of an extended record: '-', 'c' or '+' */
	const char *header; /* of a fragment: its header up to ncfrag, as in its siblings */
	size_t header_len;
	uint64_t frag_offset, frag_total; /* in bytes; total 0: not a fragment */
	bool ends_line;			  /* the text was followed by a newline */
	bool foreign; /* not from the kernel: another program's line in the same journal */
	bool tagged;  /* after the host comes who wrote the line: the kernel or a program */
	bool named;   /* after the host comes "word: ": a program's, if other lines are tagged */
};

/* A line of len bytes, from which no wrapping is removed yet. text must outlive w. */
void log_wrap_init(struct log_wrap *w, const char *text, size_t len);

/*
 * Strips all wrappings. Text that must be rewritten (JSON) goes to scratch. The escapes of an
 * extended record stay, because it may be a fragment.
 */
void log_wrap_strip(struct log_wrap *w, char *scratch, size_t size);

/* Decodes \xNN and similar escapes, if there are any: text then points to scratch. */
void log_wrap_unescape(struct log_wrap *w, char *scratch, size_t size);

/* Where the next fragment of the record begins on the same line; NULL: nowhere. */
const char *log_wrap_next_fragment(const struct log_wrap *w);

/* Whether a word is the name of a syslog level. */
bool log_wrap_is_level(const char *p, size_t len);

/* Where a printk time stamp begins after other text on the line; 0: nowhere. */
size_t log_wrap_find_stamp(const char *text, size_t len);

/* Whether one begins at p. */
bool log_wrap_is_stamp(const char *p, const char *end);

/*
 * Whether text says that messages were dropped, as printk or journald (which reads from it) writes
 * it. *n: how many.
 */
bool log_wrap_is_dropped(const char *text, size_t len, uint64_t *n);

#endif
