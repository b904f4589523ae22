/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that holds one crash: which of its files are the input. */
#ifndef VMT_FACADE_FOLDER_H
#define VMT_FACADE_FOLDER_H

#include "base/alloc.h"
#include "base/err.h"

/* Files that are one input: the parts of a log from pstore, or a single file. */
struct folder_input {
	const char *const *paths;
	size_t n;
};

struct folder {
	struct folder_input *inputs; /* the same crash in each; the best source first */
	size_t n;
};

/*
 * Finds the files of the crash by the names that services give them: the parts that pstore saved,
 * then dumps, then logs. VMT_ERR_SEVERAL: there are none, there may be other crashes below, or
 * there are several dumps.
 */
int folder_read(TALLOC_CTX *ctx, const char *path, struct folder *ret, struct vmt_err *err);

/* All crash files in the folder, even those that are no input; may be none. */
int folder_known_files(TALLOC_CTX *ctx, const char *folder, const char *const **paths, size_t *n,
	struct vmt_err *err);

#endif
