/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source over a file descriptor, shared by source_open_file() and the spool. */
#ifndef VMT_IO_FILE_H
#define VMT_IO_FILE_H

#include <sys/types.h>

#include "io/source.h"

struct source_file {
	struct source src; /* must be first */
	int fd;		   /* closed with the source */
	off_t offset;  /* the file offset to restore on close; -1: the descriptor is not shared */
	uint64_t base; /* where the source begins in the file */
	struct spool_use *use; /* of a spool; else NULL */
};

/* Takes over fd, even on error. name is copied. size is in bytes, as far as the caller knows it. */
int file_wrap(TALLOC_CTX *ctx, const char *name, int fd, uint64_t size, struct source_file **ret,
	struct vmt_err *err);

/* The file behind a source, or NULL if the source is a transform of another one, or memory. */
struct source_file *file_of(struct source *src);

#endif
