/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A source: bytes that can be read at any offset. It is a file, a slice of memory, or a transform
 * of another source (an unpacked .gz, a reassembled flattened stream). The reader never knows
 * which.
 *
 * To add a transform: write a function that takes a source and returns one, and add a row to
 * layers.c.
 */
#ifndef VMT_IO_SOURCE_H
#define VMT_IO_SOURCE_H

#include "base/alloc.h"
#include "base/err.h"

struct source;

struct source_ops {
	/*
	 * Reads up to len bytes at off into buf. Returns the count, or a negative code. The count
	 * is less than len only at the end of the source, and 0 past it.
	 */
	int64_t (*read)(
		struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err);

	/* As source_next_data(). NULL: holes are not known. */
	uint64_t (*next_data)(struct source *src, uint64_t off);

	bool shared; /* read() may run in several threads at once */
};

struct source {
	const struct source_ops *ops;
	const char *name;    /* for messages */
	uint64_t size;	     /* bytes */
	uint64_t bytes_read; /* so far, for --stats */
};

/* Does what source_ops.read does, and counts the bytes. */
int64_t source_read(struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err);

/*
 * The same for several threads at once, of a source that can be shared. It does not count: one
 * thread adds what is used to bytes_read.
 */
bool source_is_shared(const struct source *src);
int64_t source_read_shared(
	struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err);

/* Reads all len bytes, or returns VMT_ERR_TRUNCATED. */
int source_read_exact(struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err);

/*
 * The first offset, not below off, where there may be bytes other than zero. Everything from off up
 * to there is a hole. Returns the size if only zeros follow, and off itself if holes are not known.
 * A hint that never fails.
 */
uint64_t source_next_data(struct source *src, uint64_t off);

/*
 * Opens a file. "-" is standard input (spooled to an unlinked file if it is not seekable). Refuses
 * directories, devices and pipes with a message that says what they are (VMT_ERR_FORMAT). Free with
 * talloc_free().
 */
int source_open_file(TALLOC_CTX *ctx, const char *path, struct source **ret, struct vmt_err *err);

/*
 * Opens what fd refers to. fd remains the caller's. A regular file is read completely, whatever its
 * current offset is. A pipe is read to its end into a spool. name is for messages, and is copied.
 */
int source_open_fd(
	TALLOC_CTX *ctx, int fd, const char *name, struct source **ret, struct vmt_err *err);

/*
 * Opens what a VMT_FILE_SLICE describes, as far as its file has these bytes. Its descriptor remains
 * the caller's.
 */
int source_open_slice(
	TALLOC_CTX *ctx, const struct vmt_file *slice, struct source **ret, struct vmt_err *err);

/*
 * The same for a path that a user gave: what can be read only once (a FIFO, a pipe or a socket
 * behind /dev/stdin or /dev/fd/N) is read to its end into a spool. A FIFO is waited for, as cat(1)
 * does.
 */
int source_open_operand(
	TALLOC_CTX *ctx, const char *path, struct source **ret, struct vmt_err *err);

/* Fails, as for an empty file: a dump that was never written is no mere file without content. */
int source_refuse_empty(const char *name, struct vmt_err *err);

/* Reads bytes of the caller, which must outlive the source. name is copied. */
int source_open_memory(TALLOC_CTX *ctx, const char *name, const void *data, size_t len,
	struct source **ret, struct vmt_err *err);

#endif
