// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The flattened stream: a file written to a pipe as blocks {offset, size, bytes} whose offsets may
 * go backwards. It is written by makedumpfile -F (always on Debian and openSUSE) and by QEMU. All
 * numbers are big-endian. Only the block headers are read, once, to build an index by offset.
 */
#include <string.h>

#include "base/big.h"
#include "base/caps.h"
#include "base/cur.h"
#include "base/sort.h"
#include "io/layers.h"

/* For the heap. The blocks themselves are in a struct big. */
CAP_FITS(CAP_FLAT_BLOCKS, sizeof(uint32_t));

#define FLAT_HEADER_SIZE 4096
#define FLAT_TYPE 1
#define FLAT_VERSION 1

struct flat_block {
	uint64_t off;  /* in the original file */
	uint64_t pos;  /* in the stream */
	uint64_t size; /* bytes */
};

struct source_flat {
	struct source src; /* must be first */
	struct source *in;
	struct flat_block *blocks; /* sorted by off, disjoint */
	size_t n;
	struct big *bytes; /* holds the blocks */
};

/* ---- reading ----------------------------------------------------------------------------- */

/* The first block that ends past off. */
static size_t find_block(const struct source_flat *flat, uint64_t off)
{
	size_t lo = 0, hi = flat->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (flat->blocks[mid].off + flat->blocks[mid].size > off)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

static int64_t flat_read(
	struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	struct source_flat *flat = (struct source_flat *)src;
	size_t todo = len < src->size - off ? len : (size_t)(src->size - off), done = 0;

	for (size_t i = find_block(flat, off); done < todo; i++) {
		const struct flat_block *b = &flat->blocks[i];
		uint64_t at = off + done;
		size_t left = todo - done, n;

		if (b->off > at) {
			/* Between blocks: zeros. */
			n = b->off - at < left ? (size_t)(b->off - at) : left;
			memset((uint8_t *)buf + done, 0, n);
			done += n;
			at += n;
			left -= n;
		}
		n = b->off + b->size - at < left ? (size_t)(b->off + b->size - at) : left;
		if (n > 0) {
			int rc = source_read_exact(
				flat->in, b->pos + (at - b->off), (uint8_t *)buf + done, n, err);
			if (rc < 0)
				return rc;
		}
		done += n;
	}
	return (int64_t)done;
}

static uint64_t flat_next_data(struct source *src, uint64_t off)
{
	struct source_flat *flat = (struct source_flat *)src;
	size_t i = find_block(flat, off);

	if (i == flat->n)
		return src->size;
	return flat->blocks[i].off > off ? flat->blocks[i].off : off;
}

static const struct source_ops flat_ops = {.read = flat_read, .next_data = flat_next_data};

/* ---- the index --------------------------------------------------------------------------- */

static int add_block(struct source_flat *flat, struct flat_block block, struct vmt_err *err)
{
	struct flat_block *all;

	if (flat->n == CAP_FLAT_BLOCKS)
		return err_set(err, VMT_ERR_LIMIT, "%s: more than %u blocks in a flattened stream",
			flat->src.name, CAP_FLAT_BLOCKS);
	if (!flat->bytes)
		flat->bytes = big_new(flat);
	all = flat->bytes ? big_room(flat->bytes, sizeof(*all), flat->n) : NULL;
	if (!all)
		return err_nomem(err);
	flat->blocks = all;
	flat->blocks[flat->n++] = block;
	return 0;
}

/*
 * Block headers are as far apart as the blocks are long: large blocks take one small read each, and
 * one larger read covers many small blocks.
 */
struct flat_window {
	struct source *in;
	uint64_t start;
	size_t len;
	uint8_t buf[65536];
};

static int window_get(struct flat_window *w, uint64_t pos, size_t hint, size_t need,
	const uint8_t **p, struct vmt_err *err)
{
	if (pos < w->start || pos + need > w->start + w->len) {
		int64_t n = source_read(w->in, pos, w->buf, hint, err);
		if (n < 0)
			return (int)n;
		w->start = pos;
		w->len = (size_t)n;
	}
	*p = pos + need <= w->start + w->len ? w->buf + (pos - w->start) : NULL;
	return 0;
}

static int cut_off(struct source_flat *flat, uint64_t pos, const char *how, const char **missing,
	struct vmt_err *err)
{
	*missing = talloc_asprintf(
		flat, "the flattened stream %s at offset %llu", how, (unsigned long long)pos);
	return *missing ? 0 : err_nomem(err);
}

/* Reads all headers up to the end mark, or as far as they can be read. */
static int read_headers(
	struct source_flat *flat, struct flat_window *w, const char **missing, struct vmt_err *err)
{
	uint64_t pos = FLAT_HEADER_SIZE, size = 0, usual = 0;
	const uint8_t *p = NULL;
	int rc;

	for (;;) {
		struct flat_block b;

		/*
		 * makedumpfile's large data blocks alternate with small blocks of descriptors: a
		 * small read gets past those too.
		 */
		usual = (3 * usual + (size < 65536 ? size : 65536)) / 4;
		rc = window_get(w, pos, usual > 8192 ? 1024 : sizeof(w->buf), 16, &p, err);
		if (rc < 0)
			return rc;
		if (!p)
			return cut_off(flat, pos, "ends without its end mark", missing, err);
		b.off = cur_load(p, 8, true);
		b.size = size = cur_load(p + 8, 8, true);
		b.pos = pos += 16;
		if (b.off == UINT64_MAX && size == UINT64_MAX)
			return 0;
		if (b.off > INT64_MAX || size > INT64_MAX || b.off + size > INT64_MAX)
			return cut_off(flat, pos - 16, "is damaged", missing, err);
		if (b.size > flat->in->size - pos)
			b.size = flat->in->size - pos;
		if (b.size > 0)
			rc = add_block(flat, b, err);
		if (rc < 0)
			return rc;
		if (b.size < size)
			return cut_off(flat, pos + b.size, "ends inside a block", missing, err);
		pos += size;
	}
}

static int by_offset(const void *a, const void *b)
{
	const struct flat_block *x = a, *y = b;

	if (x->off != y->off)
		return x->off < y->off ? -1 : 1;
	return x->pos < y->pos ? -1 : x->pos > y->pos;
}

static bool is_sorted(const struct source_flat *flat, bool *overlap)
{
	const struct flat_block *b = flat->blocks;
	bool sorted = true;

	*overlap = false;
	for (size_t i = 1; i < flat->n; i++) {
		sorted &= b[i - 1].off <= b[i].off;
		*overlap |= b[i - 1].off + b[i - 1].size > b[i].off;
	}
	return sorted;
}

/* ---- overlaps: what was written later counts ---------------------------------------------- */

/* A heap of block numbers, with the block latest in the stream on top. */
struct flat_heap {
	const struct flat_block *blocks;
	uint32_t *items;
	size_t n;
};

static bool heap_above(const struct flat_heap *h, size_t i, size_t j)
{
	return h->blocks[h->items[i]].pos > h->blocks[h->items[j]].pos;
}

static void heap_swap(struct flat_heap *h, size_t i, size_t j)
{
	uint32_t t = h->items[i];

	h->items[i] = h->items[j];
	h->items[j] = t;
}

static void heap_push(struct flat_heap *h, uint32_t item)
{
	size_t i = h->n++;

	h->items[i] = item;
	for (; i > 0 && heap_above(h, i, (i - 1) / 2); i = (i - 1) / 2)
		heap_swap(h, i, (i - 1) / 2);
}

static void heap_pop(struct flat_heap *h)
{
	size_t i = 0, child;

	h->items[0] = h->items[--h->n];
	while ((child = 2 * i + 1) < h->n) {
		if (child + 1 < h->n && heap_above(h, child + 1, child))
			child++;
		if (!heap_above(h, child, i))
			break;
		heap_swap(h, i, child);
		i = child;
	}
}

/* Sweeps over sorted blocks that may overlap, and adds disjoint pieces to flat. */
static int sweep(struct source_flat *flat, struct flat_heap *heap, const struct flat_block *blocks,
	size_t n, struct vmt_err *err)
{
	uint64_t at = 0;
	size_t next = 0;

	while (next < n || heap->n > 0) {
		const struct flat_block *top;
		uint64_t end;
		int rc;

		if (heap->n == 0)
			at = blocks[next].off;
		while (next < n && blocks[next].off <= at)
			heap_push(heap, (uint32_t)next++);
		top = &blocks[heap->items[0]];
		end = top->off + top->size;
		if (end <= at) {
			heap_pop(heap);
			continue;
		}
		if (next < n && blocks[next].off < end)
			end = blocks[next].off;
		rc = add_block(
			flat, (struct flat_block){at, top->pos + (at - top->off), end - at}, err);
		if (rc < 0)
			return rc;
		at = end;
	}
	return 0;
}

static int resolve_overlaps(struct source_flat *flat, struct vmt_err *err)
{
	struct flat_block *blocks = flat->blocks;
	struct flat_heap heap = {.blocks = blocks};
	struct big *bytes = flat->bytes;
	size_t n = flat->n;
	int rc;

	heap.items = talloc_array(flat, uint32_t, n);
	flat->blocks = NULL;
	flat->bytes = NULL;
	flat->n = 0;
	rc = heap.items ? sweep(flat, &heap, blocks, n, err) : err_nomem(err);
	talloc_free(heap.items);
	talloc_free(bytes);
	return rc;
}

static int build_index(struct source_flat *flat, const char **missing, struct vmt_err *err)
{
	struct flat_window *w = talloc_zero(flat, struct flat_window);
	bool overlap;
	int rc;

	if (!w)
		return err_nomem(err);
	w->in = flat->in;
	rc = read_headers(flat, w, missing, err);
	talloc_free(w);
	if (rc < 0 || flat->n == 0)
		return rc;
	if (!is_sorted(flat, &overlap)) {
		sort_items(flat->blocks, flat->n, sizeof(flat->blocks[0]), by_offset);
		is_sorted(flat, &overlap);
	}
	if (overlap) {
		rc = resolve_overlaps(flat, err);
		if (rc < 0)
			return rc;
	}
	if (flat->n) {
		const struct flat_block *last = &flat->blocks[flat->n - 1];

		flat->src.size = last->off + last->size;
	}
	return 0;
}

int flattened_open(TALLOC_CTX *ctx, const struct layer_job *job, struct source **ret,
	const char **missing, struct vmt_err *err)
{
	struct source_flat *flat;
	uint8_t head[32];
	uint64_t type, version;
	int rc = source_read_exact(job->src, 0, head, sizeof(head), err);

	if (rc < 0)
		return rc;
	type = cur_load(head + 16, 8, true);
	version = cur_load(head + 24, 8, true);
	if (type != FLAT_TYPE || version != FLAT_VERSION)
		return err_set(err, VMT_ERR_UNSUPPORTED,
			"%s: unknown flattened stream: type %llu, version %llu", job->src->name,
			(unsigned long long)type, (unsigned long long)version);
	flat = talloc_zero(ctx, struct source_flat);
	if (!flat)
		return err_nomem(err);
	flat->src.ops = &flat_ops;
	flat->src.name = job->src->name;
	flat->in = job->src;
	rc = build_index(flat, missing, err);
	if (rc < 0)
		talloc_free(flat);
	else
		*ret = &flat->src;
	return rc;
}
