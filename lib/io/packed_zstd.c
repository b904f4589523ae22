// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Frames of zstd: RFC 8878, section 3.1. Each block of a frame begins with its length, so that
 * frames are found without unpacking them. Their headers have to tell the unpacked length. The
 * seekable format's own table is a frame to skip, like any other.
 */
#include <zstd.h>

#include "base/cur.h"
#include "io/blocks.h"
#include "io/packed.h"

#define MAGIC 0xfd2fb528u
#define MAGIC_SKIP 0x184d2a50u /* and the 15 that follow */
#define HEADER_MAX 18
#define BLOCK_RLE 1
#define BLOCK_RESERVED 3

struct walk {
	struct blocks *blocks;
	struct source *in;
	uint64_t at;
};

static bool load(struct walk *w, unsigned size, uint64_t *ret)
{
	uint8_t bytes[8];

	if (blocks_read(w->blocks, w->in, w->at, bytes, size, NULL))
		return false;
	*ret = cur_load_little(bytes, size);
	return true;
}

/* The length of a frame's header, by its descriptor. */
static unsigned header_len(uint8_t descriptor)
{
	static const unsigned size_lens[] = {0, 2, 4, 8}, dictionary_lens[] = {0, 1, 2, 4};
	bool single = descriptor >> 5 & 1;
	unsigned size = size_lens[descriptor >> 6];

	return 5 + !single + dictionary_lens[descriptor & 3] + (single && !size ? 1 : size);
}

/* Moves past the blocks of a frame and its checksum. */
static bool skip_blocks(struct walk *w, uint8_t descriptor)
{
	uint64_t head = 0;

	while (!(head & 1)) {
		unsigned type;

		if (!load(w, 3, &head))
			return false;
		type = head >> 1 & 3;
		if (type == BLOCK_RESERVED)
			return false;
		w->at += 3 + (type == BLOCK_RLE ? 1 : head >> 3);
	}
	w->at += descriptor >> 2 & 1 ? 4 : 0;
	return w->at <= w->in->size;
}

static int add_frame(struct packed *p, struct walk *w)
{
	uint8_t header[HEADER_MAX] = {0};
	uint64_t start = w->at, left = w->in->size - start, size;
	size_t n = left < sizeof(header) ? (size_t)left : sizeof(header);

	if (blocks_read(w->blocks, w->in, start, header, n, NULL))
		return VMT_ERR_CORRUPT;
	size = ZSTD_getFrameContentSize(header, n);
	w->at += header_len(header[4]);
	if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
		!skip_blocks(w, header[4]))
		return VMT_ERR_CORRUPT;
	return packed_add(p, start, w->at - start, size);
}

static int list_frames(struct packed *p, struct walk *w)
{
	int rc = 0;

	while (!rc && w->at < w->in->size) {
		uint64_t magic, len;

		if (!load(w, 4, &magic))
			return VMT_ERR_CORRUPT;
		if (magic == MAGIC) {
			rc = add_frame(p, w);
			continue;
		}
		w->at += 4;
		if ((magic & ~15ull) != MAGIC_SKIP || !load(w, 4, &len))
			return VMT_ERR_CORRUPT;
		w->at += 4 + len;
	}
	return rc ? rc : w->at == w->in->size ? 0 : VMT_ERR_CORRUPT;
}

static int list(struct packed *p)
{
	struct walk w = {.in = p->in};
	int rc = blocks_open(p, &w.blocks, NULL);

	if (rc)
		return rc;
	rc = list_frames(p, &w);
	talloc_free(w.blocks);
	return rc;
}

struct stream {
	ZSTD_DCtx *z;
	uint8_t in[1u << 16], out[1u << 17];
};

static int close_stream(struct stream *s)
{
	ZSTD_freeDCtx(s->z);
	return 0;
}

static struct stream *open_stream(struct packed *p)
{
	struct stream *s = p->priv;

	if (s)
		return s;
	s = talloc_zero(p, struct stream);
	if (!s)
		return NULL;
	s->z = alloc_told(ZSTD_createDCtx());
	if (!s->z) {
		talloc_free(s);
		return NULL;
	}
	talloc_set_destructor(s, close_stream);
	p->priv = s;
	return s;
}

/* Unpacks one piece of the input. *left: what zstd still expects; 0: the frame is whole. */
static int unpack_piece(
	struct packed *p, struct packed_part *part, size_t len, size_t *left, struct vmt_err *err)
{
	struct stream *s = p->priv;
	ZSTD_inBuffer in = {s->in, len, 0};
	ZSTD_outBuffer out;

	do {
		int rc;

		out = (ZSTD_outBuffer){s->out, sizeof(s->out), 0};
		*left = ZSTD_decompressStream(s->z, &out, &in);
		if (ZSTD_isError(*left))
			return err_set(err, VMT_ERR_CORRUPT, "%s", ZSTD_getErrorName(*left));
		rc = packed_put(p, part, s->out, out.pos, err);
		if (rc)
			return rc;
	} while (*left && (in.pos < in.size || out.pos == out.size));
	return 0;
}

static int unpack(struct packed *p, struct packed_part *part, struct vmt_err *err)
{
	struct stream *s = open_stream(p);
	size_t left = 1;

	if (!s)
		return err_nomem(err);
	ZSTD_DCtx_reset(s->z, ZSTD_reset_session_only);
	for (uint64_t at = 0; left && at < part->in_len;) {
		size_t len = part->in_len - at < sizeof(s->in) ? (size_t)(part->in_len - at)
							       : sizeof(s->in);
		int rc = source_read_exact(p->in, part->in + at, s->in, len, err);

		if (!rc)
			rc = unpack_piece(p, part, len, &left, err);
		if (rc)
			return rc;
		at += len;
	}
	return left ? err_set(err, VMT_ERR_CORRUPT, "the frame is not whole") : 0;
}

const struct packed_format packed_zstd = {"zstd", false, 0, list, unpack};
