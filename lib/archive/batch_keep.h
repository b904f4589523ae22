/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a batch must not lose: its crashes go to the history, its records to the journal. Several
 * inputs are written at once, the history first: what a kill takes has no line in the journal, and
 * is read again.
 */
#ifndef VMT_ARCHIVE_BATCH_KEEP_H
#define VMT_ARCHIVE_BATCH_KEEP_H

#include "archive/batch_done.h"

struct batch_keep {
	struct batch_done *done;
	struct vmt_history *history; /* NULL: none, or it failed */
	struct vmt_err failed;	     /* of the history; code 0: nothing */
	TALLOC_CTX *ctx;	     /* of what waits */
	struct vmt_report **crashes;
	size_t n_crashes;
	char *lines;
	size_t len, room;
	int64_t since_ms; /* when it was last written */
};

/* The report becomes a child of what waits. */
int batch_keep_crash(
	struct batch_keep *k, TALLOC_CTX *ctx, struct vmt_report *crash, struct vmt_err *err);

/* Appends a line, which is copied, to those that are kept. They are a talloc child of ctx. */
int batch_keep_line(struct batch_keep *k, TALLOC_CTX *ctx, const char *line, struct vmt_err *err);

/* Whether so much waits, or for so long, that it should be written. */
bool batch_keep_is_due(const struct batch_keep *k);

/* That the history fails is no failure of the batch; it is not tried again. */
int batch_keep_flush(struct batch_keep *k, struct vmt_err *err);

#endif
