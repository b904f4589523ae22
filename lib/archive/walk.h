/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that a list of paths leads to: a folder is replaced by the regular files below it. */
#ifndef VMT_ARCHIVE_WALK_H
#define VMT_ARCHIVE_WALK_H

#include "base/alloc.h"
#include "base/err.h"

struct walk_file {
	const char *path;
	struct vmt_file file;	     /* to read it by */
	size_t folder;		     /* files of one folder have one number and follow each other */
	bool named;		     /* by the caller; all named files have folder 0 */
	int64_t mtime_ns;	     /* since 1970; 0: not known */
	const struct vmt_err *error; /* a folder that cannot be read, or a cap; NULL: none */
};

/* What is below a named folder, but is not read. */
struct walk_left {
	const char *path, *reason;
};

struct walk {
	struct walk_file *files; /* talloc child */
	size_t n;
	uint64_t n_skipped;	/* files and folders of the kernel's own file systems */
	struct walk_left *left; /* these, links to nothing, sockets, ...; talloc child */
	size_t n_left;
};

/* As vmt_options.progress; show may be NULL. */
struct walk_progress {
	void (*show)(void *arg, uint64_t done, uint64_t all, const char *path);
	void *arg;
};

/*
 * Fills *ret, whose memory is talloc children of ctx. The named files come first, then folder by
 * folder, by name in byte order. A file or folder that can be reached twice (through a link) comes
 * once, so link cycles end. Other file systems below a folder are not entered: those of the kernel
 * are counted, others have an error. Fails only for lack of memory.
 */
int walk_paths(TALLOC_CTX *ctx, const char *const *paths, size_t n,
	const struct walk_progress *progress, struct walk *ret, struct vmt_err *err);

#endif
