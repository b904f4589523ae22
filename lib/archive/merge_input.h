/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of a batch's output, which may be compressed, and may have been copied by any program.
 */
#ifndef VMT_ARCHIVE_MERGE_INPUT_H
#define VMT_ARCHIVE_MERGE_INPUT_H

#include <stdio.h>

#include "base/alloc.h"
#include "base/err.h"

/*
 * A line without its newline (of MS-DOS, too). text is followed by a newline and a NUL; of a line
 * that is too long for a record it is the beginning.
 */
struct merge_line {
	char *text;
	size_t n;	    /* bytes of text */
	uint64_t len, hash; /* of the whole line; see merge_input_hash() */
	uint64_t number;    /* from 1 on */
	bool cut;	    /* the line is longer than text */
};

struct merge_input;

/* "-" is standard input. A file that is compressed is unpacked. Free with talloc_free(). */
int merge_input_open(
	TALLOC_CTX *ctx, const char *path, struct merge_input **ret, struct vmt_err *err);

/* The next line, valid until the next call; *ret NULL: there is none. */
int merge_input_next(struct merge_input *in, const struct merge_line **ret, struct vmt_err *err);

/* Why the end of a compressed file is missing; NULL: it is whole. */
const char *merge_input_missing(const struct merge_input *in);

/* What tells lines apart that are no records. */
uint64_t merge_input_hash(const char *text, size_t len);

#endif
