/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One record of the kernel log, wherever it comes from: the ring in a dump's memory (log_prb.c,
 * log_record.c, log_bytes.c) or a line of a text file (log_text.c). Readers push records to a
 * sink one by one, so a log of any length passes in constant memory.
 */
#ifndef VMT_LOG_LOG_H
#define VMT_LOG_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmtriage.h"

#define LOG_WALL_MAX 40

#define LOG_CALLER_CPU 0x80000000u /* caller_id is a CPU number, else a thread id */

#define LOG_WRAPS_ROW 1u	    /* shifted left by the number of a row of log_wrap.c */
#define LOG_WRAPS_SHAPE 0x1000000u  /* by that of a learned prefix */
#define LOG_WRAPS_FIELD 0x40000000u /* a field of JSON or of the journal */

struct log_record {
	const char *text; /* not NUL-terminated; any bytes; a dump's record may hold newlines */
	size_t len;
	uint64_t seq; /* of the ring; of a text: one more for each record, and each line left out */
	uint64_t line;	 /* of a text's file, from 1; 0: it is none of a text */
	uint64_t ts_ns;	 /* since boot */
	int64_t unix_ns; /* wall clock of a line that has one (journal, syslog with a year) */
	/* of a clock whose zone is not given, as it stands; "": none. unix_ns: as if it were UTC's
	 */
	char wall[LOG_WALL_MAX];
	bool has_year;	  /* it gives one; else it has no unix_ns */
	const char *host; /* of a syslog, journal or netconsole line; NULL: none */
	size_t host_len;
	uint32_t caller_id;
	uint8_t level, facility;
	bool has_ts, has_unix, has_level, has_caller;
	bool gap;	  /* records before this one were lost */
	uint64_t lost;	  /* how many, where that is known */
	bool truncated;	  /* the end of this one is lost */
	bool capped;	  /* since it was longer than CAP_TEXT_LINE */
	bool torn;	  /* NULs stand before it: a crash of the writer lost what they were for */
	bool continues;	  /* the line of the one before it, which was printed in pieces */
	uint32_t wraps;	  /* what was taken off the line: LOG_WRAPS_..., 0: nothing */
	uint32_t columns; /* of the whole line; 0: it is none of a text */
};

/* Takes one record; its pointers are good until it returns. Not 0: stop, and return that. */
typedef int (*log_sink)(void *arg, const struct log_record *rec);

/* What of a log could not be read. */
struct log_loss {
	uint64_t records;     /* known of, but their memory is not in the dump */
	struct vmt_err first; /* why, of the first */
	bool capped;	      /* the log is larger than caps.h allows */
};

#endif
