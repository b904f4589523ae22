/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records of batches that are merged: which of several of one file count, and what stands in for
 * those that are lost. Which records are kept does not depend on how they were divided or ordered:
 *
 * - The records of a file are of a state: the file's time, then the rules that judged it (this
 *   program's before all others), its size, whether no worker failed, how many records it has. Of
 *   several states only the first in this order counts, the newest time before others.
 * - Of a state's records with the same number one counts: one that was read before a failure, then
 *   the first in byte order.
 */
#ifndef VMT_ARCHIVE_MERGE_RECORD_H
#define VMT_ARCHIVE_MERGE_RECORD_H

#include <jansson.h>

#include "base/alloc.h"
#include "base/err.h"

/* Error ids of records that stand in for others. */
#define MERGE_DAMAGED "record-damaged" /* a line that was no record */
#define MERGE_MISSING "record-missing" /* is made anew by each merge, whatever it reads */

/* The most records of one file. */
#define MERGE_RECORDS (1u << 24)

struct merge_record {
	const char *line; /* with its newline */
	size_t len;
	/* What it is sorted by. The first bytes are of the file, the next of its state. */
	uint8_t *key;
	size_t key_len, file_len, state_len;
	uint32_t number, of;
	bool missing; /* MERGE_MISSING: not to be kept */
};

/*
 * Reads a line with its newline, a text that ends with NUL. All is a talloc child of ctx, or points
 * into it. VMT_ERR_CORRUPT: it is no record.
 */
int merge_record_read(
	TALLOC_CTX *ctx, const char *line, struct merge_record *ret, struct vmt_err *err);

/* Where in a sorted key the parts end, and what it says; key and key_len are set. */
void merge_record_parts(struct merge_record *r);

/*
 * A record for a line that is none: of the path that it names, if it begins as a record does. len:
 * of all of the line, of which there is only a beginning in memory.
 */
char *merge_record_damaged(TALLOC_CTX *ctx, const char *line, uint64_t len, uint64_t hash);

/* A record that says which are missing of those of a file; r: one of them. */
char *merge_record_missing(
	TALLOC_CTX *ctx, const struct merge_record *r, uint32_t number, uint32_t n_missing);

#endif
