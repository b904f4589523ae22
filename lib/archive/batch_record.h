/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One record of a batch. Its JSON is the record; text and CSV are made of that. */
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
	const char *error_id, *message;	 /* NULL: no error */
	size_t number, of;		 /* of the records of this file; number is 1 the first */
	const struct vmt_report *report; /* or NULL */
};

/* Sets status, error and report. Texts are talloc children of ctx. NULL memory is left out. */
void batch_record_report(TALLOC_CTX *ctx, struct batch_record *r, const struct vmt_report *report);
void batch_record_error(TALLOC_CTX *ctx, struct batch_record *r, const struct vmt_err *error);

/* NULL: no memory. */
json_t *batch_record_json(const struct batch_record *r);

enum batch_format { BATCH_JSON, BATCH_TEXT, BATCH_CSV };

/* NULL: JSON. VMT_ERR_USAGE: there is none of that name. */
int batch_format_find(const char *name, enum batch_format *ret, struct vmt_err *err);

/* What precedes the first record. */
void batch_record_begin(enum batch_format format, FILE *out);

/* The caller checks out for errors. */
int batch_record_write(
	const json_t *record, enum batch_format format, FILE *out, struct vmt_err *err);

#endif
