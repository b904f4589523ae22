/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compressed streams that are unpacked up to the first byte that is missing or damaged. libarchive
 * hands out whole blocks of 64 KiB, and none of the last one.
 *
 * To add a kind: write its functions, and add a row to decoder.c.
 */
#ifndef VMT_IO_DECODER_H
#define VMT_IO_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/err.h"

enum decoder_result {
	DECODER_MORE,
	DECODER_DONE, /* the stream is whole, and what may follow is no part of it */
	DECODER_DAMAGED,
	DECODER_NOMEM,
};

/* What is still to be unpacked, and where there is room. Each step moves them on. */
struct decoder_bytes {
	const uint8_t *in;
	size_t in_len;
	uint8_t *out;
	size_t out_len;
	bool last; /* nothing follows the input */
};

struct decoder {
	const char *kind; /* of the layer */
	/* *state is a child of ctx, and is closed with it. VMT_ERR_UNSUPPORTED: no library. */
	int (*open)(TALLOC_CTX *ctx, void **state, struct vmt_err *err);
	/* Where it changes nothing of b, and there was room, the stream goes no further. */
	enum decoder_result (*step)(void *state, struct decoder_bytes *b);
};

/* NULL: only libarchive unpacks this kind. */
const struct decoder *decoder_find(const char *kind);

#ifdef HAVE_LZMA
extern const struct decoder decoder_xz;
#endif

#endif
