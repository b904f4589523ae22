// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Pages whose descriptors are damaged. Page data follows each other without gaps in the order of
 * the descriptors, but for pages of zeros, which share one page of data. So a descriptor follows
 * from its neighbours, and where several are lost in a row, from the compressed pages between.
 */
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "dump/kdump_internal.h"

/* How far to look for a neighbour: a block of 64 KiB has 2730 descriptors. */
#define REACH 3000
#define MOST_STREAMS (1u << 20) /* pages between two good descriptors */
#define MOST_COMPARED 8192	/* each descriptor with each stream */

/* A compressed page between two good neighbours. */
struct stream {
	uint64_t off;
	uint32_t size, flags;
};

/* Kept for the next page: those of one gap are often read in a row. */
struct gap {
	struct kdump *kd;
	const struct split_file *file;
	uint64_t index;		 /* the one that is wanted */
	int rc;			 /* of walking the streams */
	uint64_t first, end;	 /* the descriptors between its neighbours */
	uint64_t data, data_end; /* the bytes between their pages */
	struct stream *streams;
	size_t n_streams;
	uint8_t *raw, *page; /* block_size bytes each */
};

/* Whether this is page data that a descriptor may point to. */
static bool is_possible(const struct gap *g, const struct kdump_desc *desc)
{
	return kdump_desc_check(g->kd, desc, NULL) == 0 && desc->off > g->file->descs &&
	       desc->off < g->file->src->size && desc->size <= g->file->src->size - desc->off;
}

static bool is_zero(const uint8_t *page, size_t len)
{
	return page[0] == 0 && memcmp(page, page + 1, len - 1) == 0;
}

/* Whether a descriptor has a page of its own: not the one that all pages of zeros share. */
static bool is_good(struct gap *g, uint64_t index, struct kdump_desc *desc)
{
	return kdump_desc_at(g->kd, g->file, index, desc, NULL) == 0 && is_possible(g, desc) &&
	       kdump_desc_read(g->kd, g->file, desc, g->page, NULL) == 0 &&
	       !is_zero(g->page, g->kd->h.block_size);
}

/* Page data before this one is that of the shared page of zeros, if there is one. */
static uint64_t data_start(struct gap *g, uint64_t n)
{
	return g->file->descs + n * KDUMP_DESC_SIZE;
}

/* The nearest good descriptor before, other than that of a page of zeros. */
static void find_before(struct gap *g, uint64_t n)
{
	struct kdump_desc desc;

	g->first = 0;
	g->data = data_start(g, n);
	for (uint64_t i = g->index; i-- > 0 && g->index - i < REACH;) {
		if (!is_good(g, i, &desc))
			continue;
		g->first = i + 1;
		g->data = desc.off + desc.size;
		return;
	}
}

static void find_after(struct gap *g, uint64_t n)
{
	struct kdump_desc desc;

	g->end = n;
	g->data_end = g->file->src->size;
	for (uint64_t i = g->index + 1; i < n && i - g->index < REACH; i++) {
		if (!is_good(g, i, &desc) || desc.off < g->data)
			continue;
		g->end = i;
		g->data_end = desc.off;
		return;
	}
}

/* What is stored at `at`. False: neither a compressed page nor a whole one. */
static bool measure(struct gap *g, uint64_t at, struct stream *ret)
{
	static const uint32_t flags[] = {KDUMP_ZLIB, KDUMP_ZSTD};
	uint32_t block = g->kd->h.block_size;
	uint64_t left = g->data_end - at;
	size_t len = left < block ? (size_t)left : block, used;

	if (source_read_exact(g->file->src, at, g->raw, len, NULL) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (codec_unpack_stream(g->kd->codecs, kdump_codec(flags[i]),
			    (struct codec_buffers){g->raw, len, g->page, block}, &used,
			    NULL) == 0) {
			*ret = (struct stream){at, (uint32_t)used, flags[i]};
			return true;
		}
	/* Anything else may be a page that could not be packed, if it ends where it should. */
	*ret = (struct stream){at, block, 0};
	return left >= block && g->data_end < g->file->src->size;
}

static int walk_streams(struct gap *g)
{
	uint64_t room = g->end - g->first, at = g->data;

	TALLOC_FREE(g->streams);
	g->n_streams = 0;
	if (room > MOST_STREAMS)
		return VMT_ERR_CORRUPT;
	g->streams = talloc_array(g, struct stream, (unsigned)room);
	if (!g->streams)
		return VMT_ERR_NOMEM;
	while (at < g->data_end && g->n_streams < room) {
		if (!measure(g, at, &g->streams[g->n_streams]))
			return VMT_ERR_CORRUPT;
		at += g->streams[g->n_streams++].size;
	}
	/* Behind the last page of the file there may be other data. */
	return at == g->data_end || g->data_end == g->file->src->size ? 0 : VMT_ERR_CORRUPT;
}

/* One descriptor is lost, and what it points to is known. */
static bool try_single(struct gap *g, uint8_t *buf)
{
	static const uint32_t flags[] = {KDUMP_ZLIB, KDUMP_LZO, KDUMP_SNAPPY, KDUMP_ZSTD};
	uint32_t block = g->kd->h.block_size;
	uint64_t size = g->data_end - g->data;
	struct kdump_desc desc = {.off = g->data, .size = (uint32_t)size};

	if (size > block)
		return false;
	if (size == 0) {
		memset(buf, 0, block);
		return true;
	}
	if (size == block)
		return kdump_desc_read(g->kd, g->file, &desc, buf, NULL) == 0;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		desc.flags = flags[i];
		if (kdump_desc_read(g->kd, g->file, &desc, buf, NULL) == 0)
			return true;
	}
	return false;
}

/* Whether a damaged descriptor still has enough of what the stream's must have. */
static bool resembles(const struct kdump_desc *desc, const struct stream *s)
{
	return desc->off == s->off ||
	       (desc->size == s->size && desc->flags == s->flags && desc->flags != 0);
}

/*
 * Which stream is that of the wanted descriptor. As many descriptors as streams: they are in the
 * same order. Otherwise some are of pages of zeros, and it depends on what their neighbours still
 * say. n_streams: it is one of these pages itself. Negative: not known.
 */
static int64_t choose_stream(struct gap *g)
{
	uint64_t target = g->index - g->first, n = g->end - g->first;
	int64_t before_d = -1, before_s = -1, after_d = (int64_t)n;
	int64_t after_s = (int64_t)g->n_streams;

	if (n == g->n_streams)
		return (int64_t)target;
	if (n > MOST_COMPARED || g->n_streams > MOST_COMPARED)
		return -1;
	for (uint64_t d = 0; d < n; d++) {
		struct kdump_desc desc;

		if (kdump_desc_at(g->kd, g->file, g->first + d, &desc, NULL) < 0)
			return -1;
		for (int64_t s = before_s + 1; s < (int64_t)g->n_streams; s++) {
			if (!resembles(&desc, &g->streams[s]))
				continue;
			if (d == target)
				return s;
			if (d > target) {
				after_d = (int64_t)d;
				after_s = s;
				goto done;
			}
			before_d = (int64_t)d;
			before_s = s;
			break;
		}
	}
done:
	if (after_s - before_s == 1)
		return (int64_t)g->n_streams;
	if (after_s - before_s == after_d - before_d)
		return before_s + ((int64_t)target - before_d);
	return -1;
}

/* Whether the wanted descriptor is in the gap that was looked at last. */
static bool is_known(const struct gap *g)
{
	return g->index >= g->first && g->index < g->end;
}

static void find_gap(struct gap *g)
{
	uint64_t n = g->kd->n_descs;

	find_before(g, n);
	find_after(g, n);
	g->rc = g->data_end < g->data ? VMT_ERR_CORRUPT : 0;
	if (g->rc == 0 && g->end - g->first > 1)
		g->rc = walk_streams(g);
}

/*
 * Whether a descriptor is what it must be: then the page itself is damaged, or the file ends
 * before.
 */
static bool is_sound(struct gap *g)
{
	struct kdump_desc desc, next;

	if (kdump_desc_at(g->kd, g->file, g->index, &desc, NULL) < 0 ||
		kdump_desc_check(g->kd, &desc, NULL) < 0 ||
		(desc.flags && kdump_codec(desc.flags) == CODEC_COUNT))
		return false;
	return kdump_desc_at(g->kd, g->file, g->index + 1, &next, NULL) == 0 &&
	       next.off == desc.off + desc.size;
}

/* The descriptor leads there, but both its size and its flags differ: it is the page that is
 * damaged. */
static bool contradicts(const struct gap *g, const struct stream *s)
{
	struct kdump_desc desc;

	return kdump_desc_at(g->kd, g->file, g->index, &desc, NULL) == 0 && desc.off == s->off &&
	       desc.size != s->size && desc.flags != s->flags;
}

static int mend(struct gap *g, uint8_t *buf)
{
	struct kdump_desc desc;
	int64_t which;

	if (!is_known(g))
		find_gap(g);
	if (g->rc == 0 && g->end - g->first == 1)
		return try_single(g, buf) ? 0 : VMT_ERR_CORRUPT;
	which = g->rc ? -1 : choose_stream(g);
	if (which < 0)
		return VMT_ERR_CORRUPT;
	if (which == (int64_t)g->n_streams) {
		memset(buf, 0, g->kd->h.block_size);
		return 0;
	}
	if (contradicts(g, &g->streams[which]))
		return VMT_ERR_CORRUPT;
	desc.off = g->streams[which].off;
	desc.size = g->streams[which].size;
	desc.flags = g->streams[which].flags;
	return kdump_desc_read(g->kd, g->file, &desc, buf, NULL);
}

static struct gap *new_gap(struct kdump *kd)
{
	struct gap *g = talloc_zero(kd, struct gap);

	if (!g)
		return NULL;
	g->kd = kd;
	g->file = &kd->files[0];
	g->raw = talloc_array(g, uint8_t, 2 * (size_t)kd->h.block_size);
	g->page = g->raw + kd->h.block_size;
	if (g->raw)
		return g;
	talloc_free(g);
	return NULL;
}

int kdump_mend_page(struct kdump *kd, uint64_t index, uint8_t *buf, struct vmt_err *err)
{
	int rc;

	if (index >= kd->n_descs || kd->n_unmended >= CAP_UNMENDED_PAGES ||
		(kd->h.status & KDUMP_INCOMPLETE && !kd->h.old))
		return err_set(err, VMT_ERR_CORRUPT, "the descriptor is damaged");
	if (!kd->gap)
		kd->gap = new_gap(kd);
	if (!kd->gap)
		return err_nomem(err);
	kd->gap->index = index;
	if (index + 1 < kd->n_descs && is_sound(kd->gap))
		return err_set(err, VMT_ERR_CORRUPT, "the page is damaged, not its descriptor");
	rc = mend(kd->gap, buf);
	if (rc) {
		kd->n_unmended++;
		return err_set(err, rc,
			"the descriptor is damaged, and those beside it do not "
			"tell where the page is");
	}
	return 0;
}
