/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An unlinked temporary file that is filled once and then read as a source. */
#ifndef VMT_IO_SPOOL_H
#define VMT_IO_SPOOL_H

#include "io/source.h"

/* How much temporary space may be used, and who is told how far the unpacking is. */
struct spool_limits {
	uint64_t most; /* bytes; 0: nine tenths of what is free there */
	bool fixed;    /* the user has no option for it */
	void (*progress)(void *arg, uint64_t done, uint64_t all, const char *name);
	void *arg;
};

struct spool_budget;

/*
 * Spools that are opened below it in talloc's tree share its limits, those of the nearest one
 * above. Those without one have only what the disk has. It may be freed before or after them. NULL:
 * no memory.
 */
struct spool_budget *spool_budget_new(TALLOC_CTX *ctx, const struct spool_limits *limits);

/* What the caller of the library wants. opts may be NULL. */
struct spool_limits spool_limits_of(const struct vmt_options *opts);

/*
 * Creates it in $TMPDIR, or else in /var/tmp: dumps are large, and /tmp is often in memory. name is
 * for messages, and is copied. Nobody else can open the file, and it disappears with the process.
 */
int spool_open(TALLOC_CTX *ctx, const char *name, struct source **ret, struct vmt_err *err);

/*
 * Writes at an offset, which may leave a hole before it. Blocks of zeros become holes.
 * VMT_ERR_LIMIT past CAP_UNPACKED, and past what the budget allows.
 */
int spool_write(
	struct source *spool, uint64_t off, const void *data, size_t len, struct vmt_err *err);

/* Sets the size in bytes, for a file that ends in zeros. */
int spool_resize(struct source *spool, uint64_t size, struct vmt_err *err);

/* Makes a hole of what was written. VMT_ERR_UNSUPPORTED: this file system cannot. */
int spool_forget(struct source *spool, uint64_t off, uint64_t len);

/* VMT_ERR_LIMIT if so many more bytes are more than it may have. Nothing is written. */
int spool_expect(struct source *spool, uint64_t bytes, struct vmt_err *err);

/* Tells how many bytes of a file were read to fill the spool, of how many. */
void spool_tell(struct source *spool, uint64_t done, uint64_t all);

/* Bytes that were written to it, without holes. */
uint64_t spool_used(struct source *spool);

#endif
