/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One record of the kernel log, wherever it comes from: the ring in a dump's memory (log_prb.c,
 * log_record.c, log_bytes.c) or a line of a text file (log_text.c). Readers push records to a sink
 * one by one, so a log of any length is read in constant memory.
 */
#ifndef VMT_LOG_LOG_H
#define VMT_LOG_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmtriage.h"

#define LOG_WALL_MAX 40

#define LOG_CALLER_CPU 0x80000000u /* caller_id is a CPU number, otherwise a thread id */

#define LOG_WRAPS_ROW 1u	    /* shifted left by the index of a row in log_wrap.c */
#define LOG_WRAPS_SHAPE 0x1000000u  /* shifted left by the index of a learned prefix */
#define LOG_WRAPS_FIELD 0x40000000u /* a field of JSON or of the journal */

struct log_record {
	const char *text; /* any bytes, not NUL-terminated; a dump's record may hold newlines */
	size_t len;
	uint64_t seq;	 /* from the ring; in text: counts each record and each line left out */
	uint64_t more;	 /* numbers after seq of lines that were joined to it */
	uint64_t line;	 /* line in a text file, from 1; 0: not from a text */
	uint64_t ts_ns;	 /* since boot */
	int64_t unix_ns; /* wall clock, if the line has one (journal, syslog with a year) */
	/* A wall clock without a time zone, as written; "": none. unix_ns then reads it as UTC. */
	char wall[LOG_WALL_MAX];
	bool has_year;	  /* wall includes the year; otherwise there is no unix_ns */
	const char *host; /* of a syslog, journal or netconsole line; NULL: none */
	size_t host_len;
	uint8_t boot_id[16]; /* of a journal's entry; zeros: none */
	uint32_t caller_id;
	uint8_t level, facility;
	bool has_ts, has_unix, has_level, has_caller;
	bool gap;	  /* records before this one were lost */
	uint64_t lost;	  /* how many, if known */
	bool truncated;	  /* the end of this record is lost */
	bool chopped;	  /* at the column where a terminal or a picture ended */
	bool capped;	  /* because it was longer than CAP_TEXT_LINE */
	bool torn;	  /* NULs precede it: the writer crashed and lost the data */
	bool continues;	  /* continues the line of the previous record (printed in pieces) */
	uint32_t wraps;	  /* what was stripped off the line: LOG_WRAPS_...; 0: nothing */
	uint32_t columns; /* of the complete line; 0: not from a text */
};

/*
 * Takes one record. Its pointers are valid until the sink returns. Nonzero: the reader stops and
 * returns that value.
 */
typedef int (*log_sink)(void *arg, const struct log_record *rec);

/* What could not be read of a log, and what need not be. */
struct log_loss {
	uint64_t from;	      /* set by the caller: records with lower numbers may be left out */
	uint64_t records;     /* known to exist, but their memory is not in the dump */
	struct vmt_err first; /* reason for the first one */
	bool capped;	      /* the log is larger than caps.h allows */
};

#endif
