/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The walk of a batch: folder by folder, in memory for one folder only, however many there are.
 * Everything in a folder that is no folder is a file here: what cannot be read has a reason, so
 * that nothing is passed over in silence.
 */
#ifndef VMT_ARCHIVE_BATCH_WALK_H
#define VMT_ARCHIVE_BATCH_WALK_H

#include <sys/types.h>

#include "archive/shard.h"
#include "base/alloc.h"
#include "base/err.h"

struct batch_file {
	const char *path;
	bool known; /* the next two */
	uint64_t size;
	int64_t mtime_ns;
	/* Not to be read, if code is not 0; an error, unless skipped. */
	struct vmt_err why;
	bool skipped;
};

struct batch_inode {
	dev_t dev;
	ino_t ino;
};

struct batch_walk {
	const char *const *paths;
	size_t n;
	const struct batch_inode *except; /* files that are passed over: the batch's own */
	size_t n_except;
	struct shard shard;   /* files of others are passed over, too */
	uint64_t n_elsewhere; /* how many these were: counted */
	/*
	 * Called with the files of a folder, by name in byte order, before the folders in it; first
	 * with the files that were named. Not 0: the walk ends with that.
	 */
	int (*take)(void *arg, const struct batch_file *files, size_t n);
	void *arg;
};

/*
 * Links to folders are not followed, unless they are named, nor are other file systems entered.
 * Fails for lack of memory, or with what take() returned.
 */
int batch_walk(struct batch_walk *walk, struct vmt_err *err);

#endif
