/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compressed streams that are unpacked up to the first byte that is missing or damaged. libarchive
 * hands out whole blocks of 64 KiB, and none of the last one.
 *
 * To add a format: write its functions, and add a row to stream.c.
 */
#ifndef VMT_IO_STREAM_H
#define VMT_IO_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/err.h"

enum stream_result {
	STREAM_MORE,
	STREAM_DONE, /* the stream is whole, and what may follow is no part of it */
	STREAM_DAMAGED,
	STREAM_NOMEM,
};

/* What is still to be unpacked, and where there is room. Each step moves them on. */
struct stream_bytes {
	const uint8_t *in;
	size_t in_len;
	uint8_t *out;
	size_t out_len;
	bool last; /* nothing follows the input */
};

struct stream_format {
	const char *kind; /* of the layer */
	/* *state is a child of ctx, and is closed with it. VMT_ERR_UNSUPPORTED: no library. */
	int (*open)(TALLOC_CTX *ctx, void **state, struct vmt_err *err);
	/* Where it changes nothing of b, there is nothing more. */
	enum stream_result (*step)(void *state, struct stream_bytes *b);
};

/* NULL: only libarchive unpacks this kind. */
const struct stream_format *stream_find(const char *kind);

#ifdef HAVE_LZMA
extern const struct stream_format stream_xz;
#endif

#endif
