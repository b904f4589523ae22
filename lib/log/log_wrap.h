/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wrapping of one line of a text log: taken off row by row. For log_text.c. */
#ifndef VMT_LOG_LOG_WRAP_H
#define VMT_LOG_LOG_WRAP_H

#include "log/log.h"

struct log_wrap {
	struct log_record rec; /* text and len: what is left of the line */
	uint32_t used;	       /* rows that have been taken off; each is tried once */
	bool unwrapped;	       /* any was */
	bool is_ext;	       /* it is an extended record; ext_seq is its number */
	bool escaped;	       /* its text holds \xNN */
	uint64_t ext_seq;
	char cont;	    /* of an extended record: its flag, '-', 'c' or '+' */
	const char *header; /* of a fragment: up to its ncfrag; its siblings have the same */
	size_t header_len;
	uint64_t frag_offset, frag_total; /* bytes; total 0: no fragment */
	bool ends_line;			  /* the text was followed by a newline */
	bool foreign; /* not the kernel's: another program's line of the same journal */
};

void log_wrap_init(struct log_wrap *w, const char *text, size_t len);

/*
 * Takes all wrappings off. Text that must be rewritten (JSON) goes to scratch; an extended record's
 * escapes stay, for it may be a fragment.
 */
void log_wrap_strip(struct log_wrap *w, char *scratch, size_t size);

/* Puts in what \xNN and the like stand for, where there are any: text is in scratch then. */
void log_wrap_unescape(struct log_wrap *w, char *scratch, size_t size);

/* Where in a fragment's text its next sibling begins on the same line; NULL: nowhere. */
const char *log_wrap_next_fragment(const struct log_wrap *w);

/* Whether a word is a level's name, as of syslog. */
bool log_wrap_is_level(const char *p, size_t len);

/* Where a printk time stamp begins after other text on the line; 0: nowhere. */
size_t log_wrap_find_stamp(const char *text, size_t len);

/*
 * Whether text is a remark that messages were dropped: printk's, or journald's that reads after it.
 * *n: how many.
 */
bool log_wrap_is_dropped(const char *text, size_t len, uint64_t *n);

#endif
