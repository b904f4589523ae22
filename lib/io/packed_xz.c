// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Blocks of .xz files, by the index at their end: the .xz file format, version 1.2.0. A file of
 * several streams is left to who reads from its start.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "io/lzma_api.h"
#include "io/packed.h"

static const char *const names[] = {LZMA_FUNCTIONS(DYNLIB_NAME)};
/* The soname of all versions 5. */
static const struct dynlib liblzma = {"liblzma.so.5", "liblzma5", names, ARRAY_SIZE(names)};

int lzma_api_load(struct lzma_api *lz, struct vmt_err *err)
{
	return dynlib_load(&liblzma, lz, err);
}

struct xz {
	struct lzma_api lz;
	lzma_check check;
	uint8_t in[1u << 16], out[1u << 16];
};

/* ---- the index --------------------------------------------------------------------------- */

static int read_footer(struct packed *p, struct xz *xz, lzma_stream_flags *ret)
{
	uint8_t footer[LZMA_STREAM_HEADER_SIZE];

	if (p->in->size < 2 * sizeof(footer) ||
		source_read_exact(
			p->in, p->in->size - sizeof(footer), footer, sizeof(footer), NULL) ||
		xz->lz.lzma_stream_footer_decode(ret, footer) != LZMA_OK ||
		ret->backward_size > CAP_XZ_INDEX ||
		ret->backward_size > p->in->size - 2 * sizeof(footer))
		return VMT_ERR_CORRUPT;
	xz->check = ret->check;
	return 0;
}

static int decode_index(struct packed *p, struct xz *xz, lzma_index **ret)
{
	uint64_t memory = CAP_XZ_MEMORY;
	lzma_stream_flags flags = {0};
	int rc = read_footer(p, xz, &flags);
	size_t at = 0, len = (size_t)flags.backward_size;
	uint8_t *bytes;

	if (rc)
		return rc;
	bytes = talloc_size(xz, len);
	if (!bytes)
		return VMT_ERR_NOMEM;
	if (source_read_exact(
		    p->in, p->in->size - LZMA_STREAM_HEADER_SIZE - len, bytes, len, NULL) ||
		xz->lz.lzma_index_buffer_decode(ret, &memory, NULL, bytes, &at, len) != LZMA_OK)
		rc = VMT_ERR_CORRUPT;
	talloc_free(bytes);
	return rc;
}

static int list_blocks(struct packed *p, struct xz *xz)
{
	lzma_index *index = NULL;
	lzma_index_iter i;
	int rc = decode_index(p, xz, &index);

	if (rc)
		return rc;
	if (xz->lz.lzma_index_stream_size(index) != p->in->size)
		rc = VMT_ERR_CORRUPT;
	xz->lz.lzma_index_iter_init(&i, index);
	while (!rc && !xz->lz.lzma_index_iter_next(&i, LZMA_INDEX_ITER_BLOCK))
		rc = packed_add(p, i.block.compressed_file_offset, i.block.unpadded_size,
			i.block.uncompressed_size);
	xz->lz.lzma_index_end(index, NULL);
	return rc;
}

static int list(struct packed *p)
{
	struct xz *xz = talloc_zero(p, struct xz);
	int rc;

	if (!xz)
		return VMT_ERR_NOMEM;
	p->priv = xz;
	rc = lzma_api_load(&xz->lz, NULL);
	return rc ? rc : list_blocks(p, xz);
}

/* ---- a block ----------------------------------------------------------------------------- */

/* Reads the block's header. The filters are the caller's to free. */
static int read_header(
	struct packed *p, const struct packed_part *part, lzma_block *block, struct vmt_err *err)
{
	struct xz *xz = p->priv;
	uint8_t header[LZMA_BLOCK_HEADER_SIZE_MAX];
	int rc = source_read_exact(p->in, part->in, header, 1, err);

	if (rc)
		return rc;
	block->check = xz->check;
	block->header_size = lzma_block_header_size_decode(header[0]);
	if (!header[0] || block->header_size > part->in_len)
		return err_set(err, VMT_ERR_CORRUPT, "no block begins here");
	rc = source_read_exact(p->in, part->in, header, block->header_size, err);
	if (!rc && xz->lz.lzma_block_header_decode(block, NULL, header) != LZMA_OK)
		rc = err_set(err, VMT_ERR_CORRUPT, "the header of a block is damaged");
	return rc;
}

/* Unpacks what there is of the input. *end: that was the end of the block. */
static int unpack_piece(struct packed *p, struct packed_part *part, lzma_stream *stream, bool *end,
	struct vmt_err *err)
{
	struct xz *xz = p->priv;
	int rc = 0;

	do {
		lzma_ret got;

		stream->next_out = xz->out;
		stream->avail_out = sizeof(xz->out);
		got = xz->lz.lzma_code(stream, LZMA_RUN);
		*end = got == LZMA_STREAM_END;
		rc = packed_put(p, part, xz->out, sizeof(xz->out) - stream->avail_out, err);
		if (!rc && got == LZMA_MEM_ERROR)
			rc = err_nomem(err);
		else if (!rc && got != LZMA_OK && !*end)
			rc = err_set(err, VMT_ERR_CORRUPT, "the block is damaged");
	} while (!rc && !*end && (stream->avail_in || !stream->avail_out));
	return rc;
}

static int unpack_block(struct packed *p, struct packed_part *part, lzma_block *block,
	lzma_stream *stream, struct vmt_err *err)
{
	struct xz *xz = p->priv;
	uint64_t at = block->header_size;
	bool end = false;
	int rc = 0;

	if (xz->lz.lzma_raw_decoder_memusage(block->filters) > CAP_XZ_MEMORY)
		return err_set(
			err, VMT_ERR_LIMIT, "%s: unpacking needs too much memory", p->src.name);
	if (xz->lz.lzma_block_compressed_size(block, part->in_len) != LZMA_OK ||
		xz->lz.lzma_block_decoder(stream, block) != LZMA_OK)
		return err_set(err, VMT_ERR_CORRUPT, "the header of a block is damaged");
	while (!rc && !end && at < part->in_len + 3) {
		int64_t n = source_read(p->in, part->in + at, xz->in, sizeof(xz->in), err);

		if (n <= 0)
			return n ? (int)n : err_set(err, VMT_ERR_CORRUPT, "the file ends here");
		stream->next_in = xz->in;
		stream->avail_in = (size_t)n;
		rc = unpack_piece(p, part, stream, &end, err);
		at += (uint64_t)n;
	}
	return rc || end ? rc : err_set(err, VMT_ERR_CORRUPT, "the block is not whole");
}

static int unpack(struct packed *p, struct packed_part *part, struct vmt_err *err)
{
	struct xz *xz = p->priv;
	lzma_filter filters[LZMA_FILTERS_MAX + 1] = {{LZMA_VLI_UNKNOWN, NULL}};
	lzma_block block = {.filters = filters};
	lzma_stream stream = LZMA_STREAM_INIT;
	int rc = read_header(p, part, &block, err);

	if (!rc)
		rc = unpack_block(p, part, &block, &stream, err);
	xz->lz.lzma_end(&stream);
	for (size_t i = 0; filters[i].id != LZMA_VLI_UNKNOWN; i++)
		free(filters[i].options);
	return rc;
}

const struct packed_format packed_xz = {"xz", false, 0, list, unpack};
