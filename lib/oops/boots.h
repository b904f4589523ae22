/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How one boot of a log ends and the next one begins, and what was wrong shortly before. */
#ifndef VMT_OOPS_BOOTS_H
#define VMT_OOPS_BOOTS_H

#include "oops/header.h"

struct oops_boots {
	bool clean_end; /* this boot was shut down */
	bool programs;	/* the log has lines of programs, so a shutdown would be seen */
	bool marked;	/* the journal says that another boot follows */
	bool torn;	/* NULs: what was to be written was lost */
	bool explained; /* a report tells why the boot before this one ended */
	/* what a device's driver complained about last */
	char trouble[256];
	size_t trouble_len;
	uint64_t trouble_seq, trouble_ns;
	bool trouble_has_ts;
	/* the kernel that takes the dump: what it runs on is a part of the machine */
	struct oops_boot *crashed;	   /* the boot before it; NULL: no such kernel was seen */
	const char *capture;		   /* the line that says so */
	uint64_t capture_seq, capture_end; /* lines; 0: it has no end yet */
};

/* Phrases of lines that the reader of a log must see; for the search ahead. */
extern const char *const oops_trouble[];
extern const size_t oops_n_trouble;

/* A line of the kernel that no header row is for. */
void oops_boots_line(
	struct oops_boots *b, const struct log_record *rec, const char *line, size_t len);

/* What a device said in the minutes before the record, a copy for ctx; NULL: nothing. */
const char *oops_boots_trouble(
	const struct oops_boots *b, TALLOC_CTX *ctx, const struct log_record *rec);

/* Whether a system that ran was reset where the record, the first of a boot, stands. */
bool oops_boots_is_reset(
	const struct oops_boots *b, const struct oops_log *log, const struct log_record *rec);

/* A boot begins. */
void oops_boots_next(struct oops_boots *b);

#endif
