/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Page codecs: one page in, one page out. To add one, add a row to codec.c. */
#ifndef VMT_IO_CODEC_H
#define VMT_IO_CODEC_H

#include "base/alloc.h"
#include "base/err.h"

enum codec_id {
	CODEC_ZLIB,   /* RFC 1950 */
	CODEC_LZO,    /* a raw LZO1X block */
	CODEC_SNAPPY, /* a raw block, no framing */
	CODEC_ZSTD,   /* one frame */
	CODEC_COUNT
};

/* State that the codecs keep from page to page. */
struct codecs;

/* Loads nothing yet. A talloc child of ctx. */
int codecs_open(TALLOC_CTX *ctx, struct codecs **ret, struct vmt_err *err);

/* "zlib", for messages. */
const char *codec_name(enum codec_id id);

/*
 * Loads the codec's library, as its first use would. VMT_ERR_UNSUPPORTED: this build lacks the
 * codec, or this machine its library; the message says what to install.
 */
int codec_load(struct codecs *codecs, enum codec_id id, struct vmt_err *err);

/* What to read and where to write. */
struct codec_buffers {
	const void *in;
	size_t in_len;
	void *out;
	size_t out_len;
};

/*
 * Unpacks to exactly out_len bytes. VMT_ERR_CORRUPT if the bytes are not such a stream or unpack to
 * another size (the contents of out are then undefined). VMT_ERR_UNSUPPORTED as for
 * codec_load(). Allocates only at the first use of a codec.
 */
int codec_unpack(
	struct codecs *codecs, enum codec_id id, struct codec_buffers b, struct vmt_err *err);

/*
 * As codec_unpack(), of a stream that may end before in_len. *used is its size. VMT_ERR_UNSUPPORTED
 * also for a codec whose streams do not tell where they end.
 */
int codec_unpack_stream(struct codecs *codecs, enum codec_id id, struct codec_buffers b,
	size_t *used, struct vmt_err *err);

/* The buffer size that codec_pack() cannot overflow for len bytes. */
size_t codec_bound(size_t len);

/* Packs. out_len is the size of out on entry and of the stream on return. Deterministic. */
int codec_pack(
	struct codecs *codecs, enum codec_id id, struct codec_buffers *b, struct vmt_err *err);

#endif
