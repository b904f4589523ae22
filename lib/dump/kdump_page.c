// SPDX-License-Identifier: GPL-3.0-or-later
/* Pages of a kdump file by the number of their descriptor. */
#include <string.h>

#include "base/array.h"
#include "base/cur.h"
#include "dump/kdump_internal.h"
#include "io/blocks.h"
#include "io/unpacked.h"

int kdump_desc_at(struct kdump *kd, const struct split_file *file, uint64_t index,
	struct kdump_desc *desc, struct vmt_err *err)
{
	uint8_t data[KDUMP_DESC_SIZE] = {0};
	int rc = blocks_read(kd->blocks, file->src, file->descs + index * KDUMP_DESC_SIZE, data,
		sizeof(data), err);

	desc->off = cur_load(data, 8, kd->h.big_endian);
	desc->size = (uint32_t)cur_load(data + 8, 4, kd->h.big_endian);
	desc->flags = (uint32_t)cur_load(data + 12, 4, kd->h.big_endian);
	return rc;
}

/*
 * The codec of a page is in its descriptor's flags. The header only says which one was requested.
 */
static const struct {
	uint32_t flag;
	enum codec_id codec;
} page_codecs[] = {{KDUMP_ZLIB, CODEC_ZLIB}, {KDUMP_LZO, CODEC_LZO}, {KDUMP_SNAPPY, CODEC_SNAPPY},
	{KDUMP_ZSTD, CODEC_ZSTD}};

enum codec_id kdump_codec(uint32_t flags)
{
	for (size_t i = 0; i < ARRAY_SIZE(page_codecs); i++)
		if ((flags & KDUMP_CODECS) == page_codecs[i].flag)
			return page_codecs[i].codec;
	return CODEC_COUNT;
}

int kdump_desc_check(const struct kdump *kd, const struct kdump_desc *desc, struct vmt_err *err)
{
	if (desc->off == 0)
		return err_set(
			err, VMT_ERR_TRUNCATED, "lost: the dump could not be written completely");
	if (desc->size == 0 || desc->size > kd->h.block_size || desc->off > INT64_MAX)
		return err_set_at(err, VMT_ERR_CORRUPT, desc->off,
			"damaged descriptor: %u bytes at offset %#llx", desc->size,
			(unsigned long long)desc->off);
	if (desc->flags == 0 && desc->size != kd->h.block_size)
		return err_set_at(err, VMT_ERR_CORRUPT, desc->off,
			"damaged descriptor: %u bytes, not compressed", desc->size);
	return 0;
}

int kdump_desc_read(struct kdump *kd, const struct split_file *file, const struct kdump_desc *desc,
	uint8_t *buf, struct vmt_err *err)
{
	enum codec_id codec = desc->flags & ~KDUMP_CODECS ? CODEC_COUNT : kdump_codec(desc->flags);
	int rc;

	if (desc->flags == 0)
		return source_read_exact(file->src, desc->off, buf, desc->size, err);
	if (codec == CODEC_COUNT)
		return err_set(err, VMT_ERR_UNSUPPORTED, "unknown page flags: %#x", desc->flags);
	rc = source_read_exact(file->src, desc->off, kd->packed, desc->size, err);
	return rc < 0 ? rc
		      : unpacked_read(kd->unpacked, kd->codecs, codec,
				(struct codec_buffers){
					kd->packed, desc->size, buf, kd->h.block_size},
				err);
}

int kdump_index_read(struct kdump *kd, const struct split_file *file, uint64_t index, uint8_t *buf,
	struct vmt_err *err)
{
	struct kdump_desc desc;
	int rc = kdump_desc_at(kd, file, index, &desc, err);

	if (rc < 0)
		return rc;
	rc = kdump_desc_check(kd, &desc, err);
	if (rc == 0)
		rc = kdump_desc_read(kd, file, &desc, buf, err);
	if (rc < 0 && rc != VMT_ERR_NOMEM && kd->n_descs &&
		kdump_mend_page(kd, index, buf, NULL) == 0)
		return 0;
	return rc;
}

/* Descriptors that are looked at for the first page's data. */
#define FIRST_DESCS 64

/* Whether page data that begins here leaves room for a whole number of descriptors. */
static bool is_table_end(struct kdump *kd, const struct split_file *file, uint64_t end, uint64_t *n)
{
	struct kdump_desc last;

	if (end <= file->descs || (end - file->descs) % KDUMP_DESC_SIZE != 0)
		return false;
	*n = (end - file->descs) / KDUMP_DESC_SIZE;
	return kdump_desc_at(kd, file, *n - 1, &last, NULL) == 0 &&
	       (last.off == 0 || kdump_desc_check(kd, &last, NULL) == 0);
}

uint64_t kdump_desc_count(struct kdump *kd, const struct split_file *file)
{
	uint64_t upto = UINT64_MAX, n = 0;

	for (uint64_t i = 0; i < FIRST_DESCS; i++) {
		struct kdump_desc desc;
		uint64_t one;

		if (file->descs + (i + 1) * KDUMP_DESC_SIZE > upto ||
			kdump_desc_at(kd, file, i, &desc, NULL) < 0)
			break;
		if (kdump_desc_check(kd, &desc, NULL) < 0 || desc.off >= upto ||
			desc.off >= file->src->size)
			continue;
		if (is_table_end(kd, file, desc.off, &one) ||
			is_table_end(kd, file, desc.off - kd->h.block_size, &one)) {
			upto = desc.off;
			n = one;
		}
	}
	return n;
}
