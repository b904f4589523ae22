/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files in a tar or zip file, and files that can be read only once. */
#ifndef VMT_ARCHIVE_CONTENTS_H
#define VMT_ARCHIVE_CONTENTS_H

#include "archive/walk.h"
#include "io/bundle.h"

struct contents {
	const struct walk_file *archive;
	struct bundle *bundle;
	const char *lost; /* a sentence if the archive's compression is damaged, else NULL */
};

/* Opens a file of any kind but memory. A pipe is refused. */
int contents_open(
	TALLOC_CTX *ctx, const struct vmt_file *file, struct source **ret, struct vmt_err *err);

/*
 * Replaces what can be read only once (standard input, a FIFO) by a copy that lives as long as ctx.
 * Nothing happens to other files. opts: how much temporary space the copy may take.
 */
int contents_hold(TALLOC_CTX *ctx, const struct vmt_options *opts, struct vmt_file *file,
	struct vmt_err *err);

/* Whether the file is an archive, perhaps a compressed one. */
bool contents_probe(const struct vmt_file *file);

/*
 * Opens the archive, whose members can be read as long as ctx lives. opts: how much temporary space
 * it may take.
 */
int contents_read(TALLOC_CTX *ctx, const struct vmt_options *opts, const struct walk_file *archive,
	struct contents *ret, struct vmt_err *err);

/* Fills *ret, a file of the name "a.tar:folder/vmcore". */
int contents_member(TALLOC_CTX *ctx, const struct contents *contents, size_t i,
	struct walk_file *ret, struct vmt_err *err);

/* What is wrong with an archive as a whole, as an error. Both return err. */
const struct vmt_err *contents_missing(const struct contents *contents, struct vmt_err *err);
const struct vmt_err *contents_empty(struct vmt_err *err);

#endif
