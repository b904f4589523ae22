// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The codecs that makedumpfile and QEMU compress pages with. If available, libdeflate inflates
 * whole pages more than twice as fast as zlib.
 */
#include "io/codec.h"

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#ifdef HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif
#ifdef HAVE_LZO
#include <lzo/lzo1x.h>
#endif
#ifdef HAVE_SNAPPY
#include <snappy-c.h>

#include "base/array.h"
#include "base/dynlib.h"
#endif

#define ZSTD_LEVEL 3

#ifdef HAVE_SNAPPY
#define SNAPPY_FUNCTIONS(F)                                                                        \
	F(snappy_compress)                                                                         \
	F(snappy_uncompress)

/* Few dumps need it, and it brings in the C++ library. */
struct snappy_api {
	SNAPPY_FUNCTIONS(DYNLIB_POINTER)
};
#endif

struct codecs {
	void *inflate; /* libdeflate_decompressor or z_stream */
	ZSTD_DCtx *zstd_in;
	ZSTD_CCtx *zstd_out;
	void *lzo_work;
#ifdef HAVE_SNAPPY
	struct snappy_api snappy;
	int snappy_rc; /* 1: loaded; < 0: why not, in snappy_err */
	struct vmt_err snappy_err;
#endif
};

/* Each returns whether it succeeded, and sets out_len to the size unpacked or packed. */
struct codec {
	const char *name;
	int (*load)(struct codecs *c, struct vmt_err *err); /* its library; NULL: it is linked */
	bool (*unpack)(struct codecs *c, struct codec_buffers *b);
	bool (*pack)(struct codecs *c, struct codec_buffers *b);
	/* Sets in_len to the size of the stream. NULL: it does not tell. */
	bool (*measure)(struct codecs *c, struct codec_buffers *b);
};

/* ---- zlib -------------------------------------------------------------------------------- */

#ifdef HAVE_LIBDEFLATE
static bool zlib_unpack(struct codecs *c, struct codec_buffers *b)
{
	if (!c->inflate)
		c->inflate = alloc_told(libdeflate_alloc_decompressor());
	return c->inflate && libdeflate_zlib_decompress(c->inflate, b->in, b->in_len, b->out,
				     b->out_len, &b->out_len) == LIBDEFLATE_SUCCESS;
}

static bool zlib_measure(struct codecs *c, struct codec_buffers *b)
{
	if (!c->inflate)
		c->inflate = alloc_told(libdeflate_alloc_decompressor());
	return c->inflate && libdeflate_zlib_decompress_ex(c->inflate, b->in, b->in_len, b->out,
				     b->out_len, &b->in_len, &b->out_len) == LIBDEFLATE_SUCCESS;
}

static void zlib_free(void *inflater)
{
	libdeflate_free_decompressor(inflater);
}
#else
static bool zlib_unpack(struct codecs *c, struct codec_buffers *b)
{
	z_stream *z = c->inflate;

	if (!z) {
		z = calloc(1, sizeof(*z));
		if (!z || inflateInit(z) != Z_OK) {
			alloc_failed();
			free(z);
			return false;
		}
		c->inflate = z;
	}
	if (inflateReset(z) != Z_OK)
		return false;
	z->next_in = (Bytef *)(uintptr_t)b->in;
	z->avail_in = (uInt)b->in_len;
	z->next_out = b->out;
	z->avail_out = (uInt)b->out_len;
	if (inflate(z, Z_FINISH) != Z_STREAM_END)
		return false;
	b->out_len = z->total_out;
	b->in_len = z->total_in;
	return true;
}

#define zlib_measure zlib_unpack

static void zlib_free(void *inflater)
{
	if (inflater)
		inflateEnd(inflater);
	free(inflater);
}
#endif

static bool zlib_pack(struct codecs *c, struct codec_buffers *b)
{
	uLongf n = b->out_len;

	(void)c;
	if (compress2(b->out, &n, b->in, b->in_len, Z_BEST_SPEED) != Z_OK)
		return false;
	b->out_len = n;
	return true;
}

/* ---- lzo --------------------------------------------------------------------------------- */

#ifdef HAVE_LZO
static bool lzo_unpack(struct codecs *c, struct codec_buffers *b)
{
	lzo_uint n = b->out_len;

	(void)c;
	if (lzo1x_decompress_safe(b->in, b->in_len, b->out, &n, NULL) != LZO_E_OK)
		return false;
	b->out_len = n;
	return true;
}

static bool lzo_pack(struct codecs *c, struct codec_buffers *b)
{
	lzo_uint n = b->out_len;

	if (!c->lzo_work)
		c->lzo_work = malloc(LZO1X_1_MEM_COMPRESS);
	if (!c->lzo_work || lzo1x_1_compress(b->in, b->in_len, b->out, &n, c->lzo_work) != LZO_E_OK)
		return false;
	b->out_len = n;
	return true;
}
#else
#define lzo_unpack NULL
#define lzo_pack NULL
#endif

/* ---- snappy ------------------------------------------------------------------------------ */

#ifdef HAVE_SNAPPY
/* A dump has many pages: looks for the library only once, even if it is missing. */
static int snap_load(struct codecs *c, struct vmt_err *err)
{
	static const char *const names[] = {SNAPPY_FUNCTIONS(DYNLIB_NAME)};
	static const struct dynlib lib = {
		"libsnappy.so.1", "libsnappy1v5", names, ARRAY_SIZE(names)};

	if (c->snappy_rc == 0) {
		int rc = dynlib_load(&lib, &c->snappy, &c->snappy_err);

		c->snappy_rc = rc < 0 ? rc : 1;
	}
	if (c->snappy_rc > 0)
		return 0;
	if (err)
		*err = c->snappy_err;
	return c->snappy_rc;
}

static bool snap_unpack(struct codecs *c, struct codec_buffers *b)
{
	return c->snappy.snappy_uncompress(b->in, b->in_len, b->out, &b->out_len) == SNAPPY_OK;
}

static bool snap_pack(struct codecs *c, struct codec_buffers *b)
{
	return c->snappy.snappy_compress(b->in, b->in_len, b->out, &b->out_len) == SNAPPY_OK;
}
#else
#define snap_load NULL
#define snap_unpack NULL
#define snap_pack NULL
#endif

/* ---- zstd -------------------------------------------------------------------------------- */

static bool zstandard_unpack(struct codecs *c, struct codec_buffers *b)
{
	if (!c->zstd_in)
		c->zstd_in = alloc_told(ZSTD_createDCtx());
	if (!c->zstd_in)
		return false;
	size_t n = ZSTD_decompressDCtx(c->zstd_in, b->out, b->out_len, b->in, b->in_len);
	if (ZSTD_isError(n))
		return false;
	b->out_len = n;
	return true;
}

static bool zstandard_measure(struct codecs *c, struct codec_buffers *b)
{
	size_t n = ZSTD_findFrameCompressedSize(b->in, b->in_len);

	if (ZSTD_isError(n))
		return false;
	b->in_len = n;
	return zstandard_unpack(c, b);
}

static bool zstandard_pack(struct codecs *c, struct codec_buffers *b)
{
	if (!c->zstd_out)
		c->zstd_out = ZSTD_createCCtx();
	if (!c->zstd_out)
		return false;
	size_t n = ZSTD_compressCCtx(c->zstd_out, b->out, b->out_len, b->in, b->in_len, ZSTD_LEVEL);
	if (ZSTD_isError(n))
		return false;
	b->out_len = n;
	return true;
}

/* ---- all --------------------------------------------------------------------------------- */

static const struct codec codec_rows[CODEC_COUNT] = {
	[CODEC_ZLIB] = {"zlib", NULL, zlib_unpack, zlib_pack, zlib_measure},
	[CODEC_LZO] = {"lzo", NULL, lzo_unpack, lzo_pack, NULL},
	[CODEC_SNAPPY] = {"snappy", snap_load, snap_unpack, snap_pack, NULL},
	[CODEC_ZSTD] = {"zstd", NULL, zstandard_unpack, zstandard_pack, zstandard_measure},
};

static int codecs_close(struct codecs *c)
{
	zlib_free(c->inflate);
	ZSTD_freeDCtx(c->zstd_in);
	ZSTD_freeCCtx(c->zstd_out);
	free(c->lzo_work);
	return 0;
}

int codecs_open(TALLOC_CTX *ctx, struct codecs **ret, struct vmt_err *err)
{
	struct codecs *c = talloc_zero(ctx, struct codecs);

	if (!c)
		return err_nomem(err);
	talloc_set_destructor(c, codecs_close);
	*ret = c;
	return 0;
}

const char *codec_name(enum codec_id id)
{
	return codec_rows[id].name;
}

int codec_load(struct codecs *codecs, enum codec_id id, struct vmt_err *err)
{
	const struct codec *row = &codec_rows[id];

	if (!row->unpack)
		return err_set(err, VMT_ERR_UNSUPPORTED, "this build of vmtriage cannot unpack %s",
			row->name);
	return row->load ? row->load(codecs, err) : 0;
}

int codec_unpack(
	struct codecs *codecs, enum codec_id id, struct codec_buffers b, struct vmt_err *err)
{
	const struct codec *row = &codec_rows[id];
	size_t want = b.out_len;
	int rc = codec_load(codecs, id, err);

	if (rc < 0)
		return rc;
	if (!row->unpack(codecs, &b))
		return err_set(
			err, VMT_ERR_CORRUPT, "not a %s stream of %zu bytes", row->name, want);
	if (b.out_len != want)
		return err_set(err, VMT_ERR_CORRUPT, "a %s stream of %zu bytes instead of %zu",
			row->name, b.out_len, want);
	return 0;
}

int codec_unpack_stream(struct codecs *codecs, enum codec_id id, struct codec_buffers b,
	size_t *used, struct vmt_err *err)
{
	const struct codec *row = &codec_rows[id];
	size_t want = b.out_len;
	int rc = codec_load(codecs, id, err);

	if (rc < 0)
		return rc;
	if (!row->measure)
		return err_set(
			err, VMT_ERR_UNSUPPORTED, "a %s stream does not tell its size", row->name);
	if (!row->measure(codecs, &b) || b.out_len != want)
		return err_set(
			err, VMT_ERR_CORRUPT, "not a %s stream of %zu bytes", row->name, want);
	*used = b.in_len;
	return 0;
}

/* LZO's worst case, the largest of the four. */
size_t codec_bound(size_t len)
{
	return len + len / 6 + 128;
}

int codec_pack(
	struct codecs *codecs, enum codec_id id, struct codec_buffers *b, struct vmt_err *err)
{
	const struct codec *row = &codec_rows[id];
	int rc = codec_load(codecs, id, err);

	if (rc < 0)
		return rc;
	if (!row->pack(codecs, b))
		return err_set(err, VMT_ERR_NOMEM, "cannot pack with %s", row->name);
	return 0;
}
