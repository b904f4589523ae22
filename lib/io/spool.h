/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An unlinked temporary file that is filled once and then read as a source. */
#ifndef VMT_IO_SPOOL_H
#define VMT_IO_SPOOL_H

#include "io/source.h"

/*
 * Creates it in $TMPDIR, or else in /var/tmp: dumps are large, and /tmp is often in memory. name is
 * for messages, and is copied. Nobody else can open the file, and it disappears with the process.
 */
int spool_open(TALLOC_CTX *ctx, const char *name, struct source **ret, struct vmt_err *err);

/*
 * Writes at an offset, which may leave a hole before it. Blocks of zeros become holes.
 * VMT_ERR_LIMIT past CAP_UNPACKED.
 */
int spool_write(
	struct source *spool, uint64_t off, const void *data, size_t len, struct vmt_err *err);

/* Sets the size in bytes, for a file that ends in zeros. */
int spool_resize(struct source *spool, uint64_t size, struct vmt_err *err);

#endif
