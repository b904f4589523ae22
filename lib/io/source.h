/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A source: bytes that can be read at any offset. A file, a slice of memory, or a transform of
 * another source (an unpacked .gz, a reassembled flattened stream): who reads never knows which.
 *
 * To add a transform: a function that takes a source and returns one, and a row in layers.c.
 */
#ifndef VMT_IO_SOURCE_H
#define VMT_IO_SOURCE_H

#include <talloc.h>

#include "base/err.h"

struct source;

struct source_ops {
	/*
	 * Reads up to len bytes at off into buf. Returns the count, less than len only at the end
	 * (0 past it), or a negative code. Short counts inside the file do not happen.
	 */
	int64_t (*read)(
		struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err);

	/* As source_next_data(); NULL: not known. */
	uint64_t (*next_data)(struct source *src, uint64_t off);
};

struct source {
	const struct source_ops *ops;
	const char *name;    /* for messages */
	uint64_t size;	     /* bytes */
	uint64_t bytes_read; /* so far, for --stats */
};

/* What source_ops.read does, with the counting. */
int64_t source_read(struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err);

/* All len bytes, or VMT_ERR_TRUNCATED. */
int source_read_exact(struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err);

/*
 * The first offset, not below off, from which on there may be bytes that are not zero: what lies
 * between is a hole. The size where nothing follows. A hint, without system errors: off itself
 * where holes are not known.
 */
uint64_t source_next_data(struct source *src, uint64_t off);

/*
 * Opens a file; "-" is standard input (spooled to an unlinked file when it is not seekable).
 * Refuses directories and devices by name (VMT_ERR_FORMAT). Freed with talloc_free().
 */
int source_open_file(TALLOC_CTX *ctx, const char *path, struct source **ret, struct vmt_err *err);

/*
 * Opens what is behind fd, which stays the caller's. All of a regular file, wherever its offset is;
 * a pipe is read to its end into a spool. name is for messages and copied.
 */
int source_open_fd(
	TALLOC_CTX *ctx, int fd, const char *name, struct source **ret, struct vmt_err *err);

/* Bytes that stay the caller's and must outlive the source. name is copied. */
int source_open_memory(TALLOC_CTX *ctx, const char *name, const void *data, size_t len,
	struct source **ret, struct vmt_err *err);

#endif
