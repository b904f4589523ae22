/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A compressed file of several parts that can each be unpacked alone: zstd frames (pzstd, the
 * seekable format, joined files), xz blocks (xz -T0, --block-size), blocks of large gzip files.
 * Only the parts that are read are unpacked, each once, into a temporary file with holes.
 *
 * To add a format: write a function that lists its parts and one that unpacks a part, and add a row
 * to packed.c.
 */
#ifndef VMT_IO_PACKED_H
#define VMT_IO_PACKED_H

#include "io/layers.h"

struct packed_part {
	uint64_t in, in_len; /* where it is in the compressed file */
	uint64_t out, out_len;
	uint64_t got; /* bytes that were unpacked; PACKED_NOT_TRIED */
};

#define PACKED_NOT_TRIED UINT64_MAX

struct packed {
	struct source src; /* must be first */
	const struct packed_format *format;
	struct source *in, *spool;
	struct packed_part *parts;
	size_t n;
	uint64_t again; /* bytes of parts that made room, in all */
	void *priv;	/* of the format; a talloc child */
};

struct packed_format {
	const char *kind; /* of the layer */
	/* All of a file is read for its list of parts: not worth it for a small one. */
	bool read_whole;
	/* Bytes at the end of a part that the next one needs to be unpacked. */
	uint32_t window;
	/* Lists all parts. Not 0: the file does not consist of such parts. */
	int (*list)(struct packed *p);
	/* Unpacks a part by packed_put(). */
	int (*unpack)(struct packed *p, struct packed_part *part, struct vmt_err *err);
};

extern const struct packed_format packed_gzip, packed_zstd;
#ifdef HAVE_LZMA
extern const struct packed_format packed_xz;
#endif

/*
 * Opens it if that saves something: there are several parts, and the inside is neither another
 * layer nor a text, which are read from end to end. Returns 1, 0 if it does not, or a negative
 * code.
 */
int packed_open(
	TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret, struct vmt_err *err);

/* For formats: appends a part of in_len bytes at in. It continues where the last one ends. */
int packed_add(struct packed *p, uint64_t in, uint64_t in_len, uint64_t out_len);

/* For formats: writes what follows what there is of the part. VMT_ERR_CORRUPT: that is too much. */
int packed_put(struct packed *p, struct packed_part *part, const void *data, size_t len,
	struct vmt_err *err);

#endif
