/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outer layers: transforms around a dump or a log. The code that reads their content never sees
 * them.
 *
 * To add one: write its open function, and add a row to layers.c.
 */
#ifndef VMT_IO_LAYERS_H
#define VMT_IO_LAYERS_H

#include "io/source.h"

struct layers {
	const char *const *names; /* outermost first: "gzip", "flattened" */
	size_t n;
	const char *missing;	    /* a sentence if a layer is truncated or damaged, else NULL */
	const char *arch, *release; /* of the kernel, if a layer itself records them, else NULL */
	/* The last layer that was unpacked whole, to so many bytes, and as many of these on disk.
	 */
	const char *spooled;
	uint64_t unpacked, on_disk;
};

/*
 * Removes all layers of src, recognized by content. *ret is the inside: src itself if there are no
 * layers, else a child of ctx that needs src for as long as it exists. A truncated layer yields
 * what is left of it and sets layers->missing.
 */
int layers_peel(TALLOC_CTX *ctx, struct source *src, struct source **ret, struct layers *layers,
	struct vmt_err *err);

/*
 * As layers_peel(), but unpacks a compressed layer only up to about LAYERS_PEEK bytes: cheap, and
 * enough to see what is inside (dump_is_split_file(), dump_same_split_set()).
 */
int layers_peek(TALLOC_CTX *ctx, struct source *src, struct source **ret, struct layers *layers,
	struct vmt_err *err);

/* Whether src begins like a compressed file. */
bool layers_is_packed(struct source *src);

/* The layer whose inside is known only when src was read to its end; NULL: there is none. */
const char *layers_stream(struct source *src);

/* Whether src begins like any layer. */
bool layers_has_layer(struct source *src);

#define LAYERS_PEEK (256u << 10)

/* A report reads some hundred places of a dump: of less than this, most of the file. */
#define LAYERS_INDEX_FROM (512ull << 20)

/* The request to a layer's open function. */
struct layer_job {
	struct source *src;
	const char *kind; /* of the row */
	/*
	 * Compressed bytes from which on it pays to read a file that has no index twice: once for
	 * an index, and then here and there.
	 */
	uint64_t index_from;
	uint64_t limit;	       /* how many bytes of the inside are needed, at least */
	struct layers *layers; /* receives what the layer says about the kernel; NULL: not wanted */
};

/*
 * A layer's open function: *ret reads the inside of job->src. Sets *missing to a sentence if part
 * of it could not be read.
 */
typedef int (*layer_open_fn)(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err);

/* The stream of `makedumpfile -F`, of QEMU's kdump formats and of RHEL's vmcore.flat. */
int flattened_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err);

/* gzip, xz, zstd, lz4 or bzip2, unpacked to a temporary file. */
int unpack_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err);

/* The field of an apport report that holds the crash, extracted to a temporary file. */
int apport_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err);

/* A text that is base64 of another one, or of a compressed file. */
int base64_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err);

/* A text with the link of a panic screen in it, which is replaced by the log that it holds. */
int qr_link_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err);

#endif
