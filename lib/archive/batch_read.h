/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the workers of a batch do. */
#ifndef VMT_ARCHIVE_BATCH_READ_H
#define VMT_ARCHIVE_BATCH_READ_H

#include "contain/contain.h"

enum batch_task {
	BATCH_GROUP = 1, /* which of these files belong together: sends a uint32_t for each */
	BATCH_READ,	 /* the crashes in one input, or in an archive: sends replies (reply.h) */
};

/* What a worker knows of the batch. */
struct batch_reader {
	struct vmt_options opts;
	bool remember; /* a slim report of each crash is wanted, too */
};

/*
 * The bytes of a job; a talloc child of ctx, whose talloc size is their number. NULL: no memory.
 * skip: of an archive, so many members were read before. with_fd: the first file is the job's
 * descriptor.
 */
uint8_t *batch_job(TALLOC_CTX *ctx, enum batch_task task, const char *const *paths, size_t n,
	uint32_t skip, bool with_fd);

/*
 * A contain_run; arg: struct batch_reader. The text of a reply is of batch_record_judge(); the slim
 * report of a crash comes before it.
 */
int batch_read(
	void *arg, struct contain_worker *worker, TALLOC_CTX *ctx, const void *job, size_t len);

#endif
