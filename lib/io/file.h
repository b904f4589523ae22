/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source over a file descriptor: what source_open_file() and the spool share. */
#ifndef VMT_IO_FILE_H
#define VMT_IO_FILE_H

#include <sys/types.h>

#include "io/source.h"

struct source_file {
	struct source src; /* first */
	int fd;		   /* closed with it */
	off_t offset;	   /* where the file's offset goes back to then; -1: it is ours alone */
};

/* Takes over fd, also on error. name is copied; size is what the caller knows of it. */
int file_wrap(TALLOC_CTX *ctx, const char *name, int fd, uint64_t size, struct source_file **ret,
	struct vmt_err *err);

#endif
