// SPDX-License-Identifier: GPL-3.0-or-later
#define ZLIB_CONST /* the input may be constant */
#include "io/decoder.h"

#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/array.h"

/* ---- gzip: RFC 1952 ---------------------------------------------------------------------- */

#define ONLY_GZIP (MAX_WBITS + 16)

struct gzip_stream {
	z_stream z;
	gz_header head;
	bool follows; /* a member was whole */
	bool ended;   /* the last one is */
};

static int close_gzip(struct gzip_stream *g)
{
	inflateEnd(&g->z);
	return 0;
}

static int open_gzip(TALLOC_CTX *ctx, void **state, struct vmt_err *err)
{
	struct gzip_stream *g = talloc_zero(ctx, struct gzip_stream);

	if (!g || !alloc_told(inflateInit2(&g->z, ONLY_GZIP) == Z_OK ? g : NULL)) {
		talloc_free(g);
		return err_nomem(err);
	}
	talloc_set_destructor(g, close_gzip);
	inflateGetHeader(&g->z, &g->head);
	*state = g;
	return 0;
}

static bool begin_member(struct gzip_stream *g)
{
	g->ended = false;
	return inflateReset(&g->z) == Z_OK && inflateGetHeader(&g->z, &g->head) == Z_OK;
}

/* What follows the last member and is none itself is ignored, as gzip does. */
static enum decoder_result step_gzip(void *state, struct decoder_bytes *b)
{
	struct gzip_stream *g = state;
	int got;

	if (g->ended && !b->in_len)
		return b->last ? DECODER_DONE : DECODER_MORE;
	if (g->ended && !begin_member(g))
		return DECODER_DAMAGED;
	g->z.next_in = b->in;
	g->z.avail_in = (uInt)b->in_len;
	g->z.next_out = b->out;
	g->z.avail_out = (uInt)b->out_len;
	got = inflate(&g->z, Z_NO_FLUSH);
	b->in = g->z.next_in;
	b->in_len = g->z.avail_in;
	b->out = g->z.next_out;
	b->out_len = g->z.avail_out;
	if (got == Z_STREAM_END)
		g->follows = g->ended = true;
	if (got == Z_OK || got == Z_STREAM_END || got == Z_BUF_ERROR)
		return DECODER_MORE;
	if (got == Z_MEM_ERROR)
		return DECODER_NOMEM;
	return g->follows && g->head.done != 1 ? DECODER_DONE : DECODER_DAMAGED;
}

/* ---- zstd: RFC 8878 ---------------------------------------------------------------------- */

struct zstd_stream {
	ZSTD_DCtx *z;
	size_t next; /* bytes of the next block; 0: a frame is whole */
};

static int close_zstd(struct zstd_stream *s)
{
	ZSTD_freeDCtx(s->z);
	return 0;
}

static int open_zstd(TALLOC_CTX *ctx, void **state, struct vmt_err *err)
{
	struct zstd_stream *s = talloc_zero(ctx, struct zstd_stream);

	if (s)
		s->z = alloc_told(ZSTD_createDCtx());
	if (!s || !s->z) {
		talloc_free(s);
		return err_nomem(err);
	}
	s->next = ZSTD_initDStream(s->z);
	talloc_set_destructor(s, close_zstd);
	*state = s;
	return 0;
}

/* Block by block: where one is damaged, zstd tells nothing of what came before it in the same call.
 */
static enum decoder_result step_zstd(void *state, struct decoder_bytes *b)
{
	struct zstd_stream *s = state;
	ZSTD_inBuffer in = {b->in, b->in_len, 0};
	ZSTD_outBuffer out = {b->out, b->out_len, 0};

	if (!s->next && !b->in_len)
		return b->last ? DECODER_DONE : DECODER_MORE;
	if (s->next && s->next < in.size)
		in.size = s->next;
	s->next = ZSTD_decompressStream(s->z, &out, &in);
	b->in += in.pos;
	b->in_len -= in.pos;
	b->out += out.pos;
	b->out_len -= out.pos;
	return ZSTD_isError(s->next) ? DECODER_DAMAGED : DECODER_MORE;
}

static const struct decoder decoders[] = {
	{"gzip", open_gzip, step_gzip},
	{"zstd", open_zstd, step_zstd},
};

const struct decoder *decoder_find(const char *kind)
{
#ifdef HAVE_LZMA
	if (strcmp(kind, decoder_xz.kind) == 0)
		return &decoder_xz;
#endif
	for (size_t i = 0; i < ARRAY_SIZE(decoders); i++) {
		if (strcmp(decoders[i].kind, kind) == 0)
			return &decoders[i];
	}
	return NULL;
}
