/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the entries of a log begin and end, to skip those that no reader needs. For log_text.c. */
#ifndef VMT_LOG_LOG_ENTRIES_H
#define VMT_LOG_LOG_ENTRIES_H

#include <stdint.h>

enum log_entries {
	LOG_ENTRIES_NONE,
	LOG_ENTRIES_TEXT,     /* lines */
	LOG_ENTRIES_OBJECTS,  /* a JSON object on each line */
	LOG_ENTRIES_EXTENDED, /* records of /dev/kmsg, see log_ext.h */
	LOG_ENTRIES_BLOCKS,   /* the journal's export: an empty line after each */
};

/* The start of the entry that contains p, not before start. */
const char *log_entries_start(enum log_entries form, const char *start, const char *p);

/* What follows the entry at p. NULL: it does not end before end. */
const char *log_entries_next(enum log_entries form, const char *p, const char *end);

uint64_t log_entries_count(enum log_entries form, const char *p, const char *end);

/*
 * The first place in p..end at which the text of entries is not as the kernel wrote it, so that no
 * words can be searched for; end: there is none. p is the start of an entry.
 */
const char *log_entries_strange(enum log_entries form, const char *p, const char *end);

/*
 * The last entry with a time of the kernel's clock from the one at p back to start; otherwise
 * start.
 */
const char *log_entries_last_time(
	enum log_entries form, const char *start, const char *p, const char *end);

#endif
