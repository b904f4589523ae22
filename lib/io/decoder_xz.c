// SPDX-License-Identifier: GPL-3.0-or-later
/* .xz files from their start: the .xz file format, version 1.2.0. */
#include "io/lzma_api.h"
#include "io/decoder.h"

/* A dictionary of more than this is not worth its memory. What is used of it is far less. */
#define MEMORY (UINT64_C(1) << 30)

struct xz_stream {
	struct lzma_api lz;
	lzma_stream z;
};

static int close_xz(struct xz_stream *s)
{
	s->lz.lzma_end(&s->z);
	return 0;
}

static int open_xz(TALLOC_CTX *ctx, void **state, struct vmt_err *err)
{
	struct xz_stream *s = talloc_zero(ctx, struct xz_stream);
	int rc = s ? lzma_api_load(&s->lz, err) : err_nomem(err);

	if (rc) {
		talloc_free(s);
		return rc;
	}
	talloc_set_destructor(s, close_xz);
	if (!alloc_told(s->lz.lzma_stream_decoder(&s->z, MEMORY, LZMA_CONCATENATED) == LZMA_OK
				? s
				: NULL)) {
		talloc_free(s);
		return err_nomem(err);
	}
	*state = s;
	return 0;
}

static enum decoder_result step_xz(void *state, struct decoder_bytes *b)
{
	struct xz_stream *s = state;
	lzma_ret got;

	s->z.next_in = b->in;
	s->z.avail_in = b->in_len;
	s->z.next_out = b->out;
	s->z.avail_out = b->out_len;
	got = s->lz.lzma_code(&s->z, b->last ? LZMA_FINISH : LZMA_RUN);
	b->in = s->z.next_in;
	b->in_len = s->z.avail_in;
	b->out = s->z.next_out;
	b->out_len = s->z.avail_out;
	if (got == LZMA_OK || got == LZMA_BUF_ERROR)
		return DECODER_MORE;
	if (got == LZMA_MEM_ERROR)
		return DECODER_NOMEM;
	return got == LZMA_STREAM_END ? DECODER_DONE : DECODER_DAMAGED;
}

const struct decoder decoder_xz = {"xz", open_xz, step_xz};
