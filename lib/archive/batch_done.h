/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What earlier batches have done: the journal of one that was interrupted, and a complete output.
 * Both are JSON Lines. A record counts if its file has the same size and time, and the rules are
 * the same.
 */
#ifndef VMT_ARCHIVE_BATCH_DONE_H
#define VMT_ARCHIVE_BATCH_DONE_H

#include "archive/batch_record.h"
#include "archive/batch_walk.h"

struct batch_done;

/*
 * journal: the file to add records to; what is in it counts, but for a last line that was torn. It
 * is made if it does not exist; VMT_ERR_USAGE if it does and resume is false, or if another batch
 * writes to it. earlier: a file whose records count; may be missing. Both may be NULL.
 */
int batch_done_open(TALLOC_CTX *ctx, const char *journal, bool resume, const char *earlier,
	struct batch_done **ret, struct vmt_err *err);

/* The inodes of these files. */
size_t batch_done_files(const struct batch_done *done, struct batch_inode ret[2]);

/*
 * The records of a file that has not changed, an array for json_decref(); NULL: there are none. Of
 * r, path, size and time are read.
 */
json_t *batch_done_find(struct batch_done *done, const struct batch_record *r);

/* Adds lines to the journal, if there is one: all records of a file. */
int batch_done_add(struct batch_done *done, const char *lines, size_t len, struct vmt_err *err);

#endif
