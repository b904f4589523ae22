/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that a list of paths stands for: a folder stands for the regular files below it. */
#ifndef VMT_ARCHIVE_WALK_H
#define VMT_ARCHIVE_WALK_H

#include <talloc.h>

#include "base/err.h"

struct walk_file {
	const char *path;
	size_t folder;	      /* files of one folder have one number and follow each other */
	bool named;	      /* by the caller; all of these share folder 0 */
	int64_t mtime_ns;     /* since 1970; 0 where the file cannot be asked */
	struct vmt_err error; /* code not 0: a folder that cannot be read, or a cap */
};

struct walk {
	struct walk_file *files; /* talloc child */
	size_t n;
};

/*
 * Fills *ret, with memory that hangs on ctx. Order: the named files, then folder by folder, names
 * in byte order. A file or folder that can be reached twice (by a link) comes once; links that go
 * round end there. Fails only for lack of memory.
 */
int walk_paths(
	TALLOC_CTX *ctx, const char *const *paths, size_t n, struct walk *ret, struct vmt_err *err);

#endif
