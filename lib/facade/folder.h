/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that holds one crash: which of its files are the input. */
#ifndef VMT_FACADE_FOLDER_H
#define VMT_FACADE_FOLDER_H

#include <talloc.h>

#include "base/err.h"

/*
 * The files that make up a folder's one input: the pstore parts in it, else the first file with a
 * known name. VMT_ERR_FORMAT: there is none.
 */
int folder_files(TALLOC_CTX *ctx, const char *folder, const char *const **paths, size_t *n,
	struct vmt_err *err);

/* All crash files in the folder, even those that folder_files() would not choose; may be none. */
int folder_known_files(TALLOC_CTX *ctx, const char *folder, const char *const **paths, size_t *n,
	struct vmt_err *err);

#endif
