/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One record of a batch. Its JSON is the record; text and CSV are made of that. Workers make most
 * of it; the parent adds which file it is of.
 */
#ifndef VMT_ARCHIVE_BATCH_RECORD_H
#define VMT_ARCHIVE_BATCH_RECORD_H

#include <jansson.h>

#include "base/alloc.h"
#include "base/err.h"

/* The status of a record. */
#define BATCH_CRASH "crash"
#define BATCH_NO_CRASH "no-crash"
#define BATCH_UNREAD "unread"	/* in part: what is missing may have a crash */
#define BATCH_FAILED "failed"	/* nothing could be read */
#define BATCH_OTHER "other"	/* neither a dump nor a kernel log */
#define BATCH_SKIPPED "skipped" /* not a file */

struct batch_record {
	const char *path, *member; /* member: "folder/vmcore" of an archive, or NULL */
	bool known;		   /* the next two, of the file on disk */
	uint64_t size;
	int64_t mtime_ns;
	const char *status;
	const char *error;  /* JSON: an object, or null */
	const char *judged; /* JSON: what a report tells, or nulls; the members after "record" */
	bool broken;	    /* a worker failed while it read the file: it may have more records */
	size_t number, of;  /* of the records of this file; number is 1 the first */
};

/*
 * What a record says of a report, for batch_record_take(): a talloc child of ctx. NULL: no memory.
 * A worker makes it, so that the parent has nothing to do but to check it.
 */
char *batch_record_judge(TALLOC_CTX *ctx, const struct vmt_report *report);

/*
 * Sets status, error and judged; judged points into text. VMT_ERR_CORRUPT: it is not of
 * batch_record_judge().
 */
int batch_record_take(TALLOC_CTX *ctx, struct batch_record *r, const char *text);

/* The same for what could not be read. NULL memory is left out. */
void batch_record_error(TALLOC_CTX *ctx, struct batch_record *r, const struct vmt_err *error);
void batch_record_fail(TALLOC_CTX *ctx, struct batch_record *r, const char *status, const char *id,
	const char *message);

/* The record as JSON on one line, with its newline; a talloc child of ctx. NULL: no memory. */
char *batch_record_line(TALLOC_CTX *ctx, const struct batch_record *r);

/* As batch_record_line(), of a record that was read. */
char *batch_record_text(TALLOC_CTX *ctx, const json_t *record);

enum batch_format { BATCH_JSON, BATCH_TEXT, BATCH_CSV };

/* NULL: JSON. VMT_ERR_USAGE: there is none of that name. */
int batch_format_find(const char *name, enum batch_format *ret, struct vmt_err *err);

/* What precedes the first record. */
void batch_record_begin(enum batch_format format, FILE *out);

/* line: of batch_record_line(). The caller checks out for errors. */
int batch_record_write(const char *line, enum batch_format format, FILE *out, struct vmt_err *err);

#endif
