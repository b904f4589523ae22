/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes down records, to compare what two readers passed on. For tests only. */
#ifndef VMT_LOG_SAMPLE_RECORDS_H
#define VMT_LOG_SAMPLE_RECORDS_H

#include <stdio.h>

#include "log/log.h"

static inline void sample_write(FILE *out, const char *what, const struct log_record *r)
{
	fprintf(out, "%s %llu+%llu line %llu time %llu %lld %s %d %.*s boot %u caller %u ", what,
		(unsigned long long)r->seq, (unsigned long long)r->more,
		(unsigned long long)r->line, (unsigned long long)r->ts_ns, (long long)r->unix_ns,
		r->wall, r->has_year, r->host ? (int)r->host_len : 0, r->host ? r->host : "",
		r->boot_id[0], r->caller_id);
	fprintf(out, "level %u.%u has %d%d%d%d lost %d %llu %d%d%d%d wraps %x columns %u ",
		r->level, r->facility, r->has_ts, r->has_unix, r->has_level, r->has_caller, r->gap,
		(unsigned long long)r->lost, r->truncated, r->capped, r->torn, r->continues,
		r->wraps, r->columns);
	fwrite(r->text, 1, r->len, out);
	fputc('\n', out);
}

#endif
