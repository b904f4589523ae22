/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outer layers: transforms that lie around a dump or a log. What is under them never knows.
 *
 * To add one: its open function, and a row in layers.c.
 */
#ifndef VMT_IO_LAYERS_H
#define VMT_IO_LAYERS_H

#include "io/source.h"

struct layers {
	const char *const *names; /* outermost first: "gzip", "flattened" */
	size_t n;
	const char *missing;	    /* a sentence, where a layer is cut off or damaged; else NULL */
	const char *arch, *release; /* of the kernel, where a layer itself says so; else NULL */
};

/*
 * Peels off all layers of src, by content. *ret is what is inside: src itself where there are no
 * layers, else a child of ctx, that needs src for as long as it lives. A layer that is cut off
 * yields what it still holds, and layers->missing.
 */
int layers_peel(TALLOC_CTX *ctx, struct source *src, struct source **ret, struct layers *layers,
	struct vmt_err *err);

/*
 * As layers_peel(), but a compressed layer is unpacked only up to about LAYERS_PEEK bytes: enough
 * to see what is inside (dump_is_split_file(), dump_same_split_set()), at no great cost.
 */
int layers_peek(TALLOC_CTX *ctx, struct source *src, struct source **ret, struct layers *layers,
	struct vmt_err *err);

#define LAYERS_PEEK (256u << 10)

/* What a layer's open function is asked for. */
struct layer_job {
	struct source *src;
	const char *kind;      /* the row's name */
	uint64_t limit;	       /* bytes of the inside that are wanted, at least */
	struct layers *layers; /* to note what the layer says of the kernel; NULL: nobody asks */
};

/*
 * A layer's open function: *ret reads the inside of job->src; *missing, where not NULL after, is a
 * sentence about what could not be had.
 */
typedef int (*layer_open_fn)(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err);

/* The stream of `makedumpfile -F`, of QEMU's kdump formats and of RHEL's vmcore.flat. */
int flattened_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err);

/* gzip, xz, zstd, lz4, bzip2, unpacked to a temporary file. */
int unpack_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err);

/* The field of an apport report that holds the crash, to a temporary file. */
int apport_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err);

/* A text with the link of a panic screen in it, which is replaced by the log that it holds. */
int qr_link_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err);

#endif
