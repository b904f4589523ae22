/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that holds one crash: which of its files are the input. */
#ifndef VMT_FACADE_FOLDER_H
#define VMT_FACADE_FOLDER_H

#include <talloc.h>

#include "base/err.h"

/*
 * The files that a folder stands for, as one input: the parts in it, else the one file of a crash
 * that it holds by a known name. None: VMT_ERR_FORMAT.
 */
int folder_files(TALLOC_CTX *ctx, const char *folder, const char *const **paths, size_t *n,
	struct vmt_err *err);

/* All files of a crash that it holds, also those that another one is preferred to; maybe none. */
int folder_known_files(TALLOC_CTX *ctx, const char *folder, const char *const **paths, size_t *n,
	struct vmt_err *err);

#endif
