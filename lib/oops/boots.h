/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How one boot of a log ends and the next one begins, and what went wrong shortly before. */
#ifndef VMT_OOPS_BOOTS_H
#define VMT_OOPS_BOOTS_H

#include "oops/header.h"

struct oops_boots {
	bool clean_end; /* this boot was shut down */
	bool programs;	/* the log has lines of programs, so a shutdown would be seen */
	bool marked;	/* the journal says that another boot follows */
	bool torn;	/* the log has NULs: text that was being written was lost */
	bool explained; /* a report explains why the boot before this one ended */
	/* the last complaint of a device's driver */
	char trouble[256];
	size_t trouble_len;
	uint64_t trouble_seq, trouble_ns;
	bool trouble_has_ts;
	/* the kdump kernel, which sees only a part of the machine */
	struct oops_boot *crashed;	   /* the boot before it; NULL: no such kernel was seen */
	const char *capture;		   /* the line that shows such a kernel */
	uint64_t capture_seq, capture_end; /* line numbers; end 0: it has not ended */
};

/* Phrases of lines that complain about a device. header.c looks for them. */
extern const char *const oops_trouble[];
extern const size_t oops_n_trouble;

/* Takes a line of the kernel with one of these phrases. */
void oops_boots_trouble_line(
	struct oops_boots *b, const struct log_record *rec, const char *line, size_t len);

/* The last complaint in the minutes before the record, as a talloc child of ctx. NULL: none. */
const char *oops_boots_trouble(
	const struct oops_boots *b, TALLOC_CTX *ctx, const struct log_record *rec);

/* Whether a running system was reset just before the record, which is the first of a boot. */
bool oops_boots_is_reset(
	const struct oops_boots *b, const struct oops_log *log, const struct log_record *rec);

/* A boot begins. */
void oops_boots_next(struct oops_boots *b);

#endif
