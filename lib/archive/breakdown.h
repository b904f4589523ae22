/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The crashes of a list, counted by one of their properties. */
#ifndef VMT_ARCHIVE_BREAKDOWN_H
#define VMT_ARCHIVE_BREAKDOWN_H

#include "base/alloc.h"
#include "base/err.h"

struct breakdown_row {
	const char *value; /* NULL: not known */
	size_t crashes;
	size_t hosts;	   /* that are known by name */
	size_t signatures; /* different ones */
	struct vmt_time first, last;
	bool suspect; /* by host: nearly every crash is another one, as with bad hardware */
};

struct breakdown {
	const char *heading; /* "KERNEL" */
	const char *by;	     /* "kernel" */
	bool of_hosts;	     /* suspect can be true */
	bool of_time; /* hours or days: rows are in the order of the clock, with empty ones */
	struct breakdown_row *rows; /* else most crashes first */
	size_t n;
};

/* Crashes while they are counted, which have all of this in common. */
struct breakdown_crash {
	const char *value, *host, *signature;
	struct vmt_time first, last;
	size_t n;
};

/* The names of the properties, from 0 on; NULL after the last. */
const char *breakdown_name(size_t i);

/* What counts of an entry with a crash. Texts belong to it, or to ctx. */
int breakdown_crash_of(TALLOC_CTX *ctx, const char *by, const struct vmt_list_entry *e,
	struct breakdown_crash *ret, struct vmt_err *err);

/* Counts them, and puts them in another order. */
int breakdown_count(TALLOC_CTX *ctx, const char *by, struct breakdown_crash *crashes, size_t n,
	struct breakdown *ret, struct vmt_err *err);

/* Rows that were counted elsewhere, in any order: sets all that follows from them. */
int breakdown_finish(TALLOC_CTX *ctx, const char *by, struct breakdown *b, struct vmt_err *err);

/* "Monday" is 0; NULL: there is none. */
const char *breakdown_day(unsigned from_monday);

/*
 * Entries without a crash are not counted. If the list has counts, these are taken. VMT_ERR_USAGE:
 * there is no such property.
 */
int breakdown_make(TALLOC_CTX *ctx, const struct vmt_list *list, const char *by,
	struct breakdown *ret, struct vmt_err *err);

#endif
