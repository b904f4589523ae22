/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads files of a machine's tree. */
#ifndef VMT_ARCHIVE_MACHINE_READ_H
#define VMT_ARCHIVE_MACHINE_READ_H

#include <sys/types.h>

#include "base/alloc.h"
#include "base/err.h"

struct machine_text {
	char *bytes; /* with a NUL after them */
	size_t len;
	time_t changed;
};

/*
 * Reads a file, unpacked. 1: it is there. 0: it is not, or cannot be read: other files may say
 * enough. Less: an error.
 */
int machine_read(TALLOC_CTX *ctx, const char *path, struct machine_text *ret, struct vmt_err *err);

/* The same for an input of the caller, which must be readable. */
int machine_read_input(TALLOC_CTX *ctx, const struct vmt_file *file, struct machine_text *ret,
	struct vmt_err *err);

/* Calls take() with each entry of a folder, by name; a folder that is not there has none. */
int machine_read_folder(const char *path,
	int (*take)(void *arg, const char *path, const char *name, struct vmt_err *err), void *arg,
	struct vmt_err *err);

#endif
