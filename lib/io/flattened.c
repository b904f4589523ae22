// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The flattened stream: a file written to a pipe as blocks {offset, size, bytes} whose offsets may
 * go backwards. It is written by makedumpfile -F (always on Debian and openSUSE) and by QEMU. All
 * numbers are big-endian. Only the block headers are read, once, to build an index by offset.
 * Damaged ones are passed: flattened_mend.h.
 */
#include <string.h>

#include "base/big.h"
#include "base/caps.h"
#include "base/cur.h"
#include "base/sort.h"
#include "io/flattened_mend.h"
#include "io/layers.h"

/* For the heap. The blocks themselves are in a struct big. */
CAP_FITS(CAP_FLAT_BLOCKS, sizeof(uint32_t));

#define FLAT_HEADER_SIZE 4096
#define FLAT_TYPE 1
#define FLAT_VERSION 1

/* Blocks whose headers are damaged: with more, little is left of the dump anyway. */
#define MAX_LOST 64
#define CANDIDATES (1u << 18) /* for headers after the damage */

struct source_flat {
	struct source src; /* must be first */
	struct source *in;
	struct flat_block *blocks; /* sorted by off, disjoint */
	size_t n;
	struct big *bytes; /* holds the blocks */
};

/* The headers while they are read. */
struct flat_index {
	struct source_flat *flat;
	struct flat_window *window;
	struct flat_look look;
	struct flat_lost lost[MAX_LOST];
	size_t n_lost;
	bool gap;	      /* the next block follows a lost one */
	const char **missing; /* a sentence on the first damage */
	struct vmt_err *err;
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

static int note(struct flat_index *ix, uint64_t pos, const char *how)
{
	if (!*ix->missing)
		*ix->missing = talloc_asprintf(ix->flat, "the flattened stream %s at offset %llu",
			how, (unsigned long long)pos);
	return *ix->missing ? 0 : err_nomem(ix->err);
}

/*
 * A block that does not begin where the one before it ends, though the next one begins where it
 * would end then: its offset is damaged.
 */
static void mend_offset(struct source_flat *flat, const struct flat_block *next)
{
	struct flat_block *b = flat->n < 2 ? NULL : &flat->blocks[flat->n - 1];
	uint64_t end = b ? b[-1].off + b[-1].size : 0;

	if (b && b->off != end && next->off == end + b->size &&
		b->pos == b[-1].pos + b[-1].size + FLAT_BLOCK_HEADER &&
		next->pos == b->pos + b->size + FLAT_BLOCK_HEADER)
		b->off = end;
}

static int take_block(struct flat_index *ix, struct flat_block b)
{
	if (ix->gap)
		ix->lost[ix->n_lost - 1].after = b.off;
	ix->gap = false;
	mend_offset(ix->flat, &b);
	return b.size ? add_block(ix->flat, b, ix->err) : 0;
}

/* Whether a block that would go on up to a header in the stream leads to another one then. */
static bool ends_at(const struct source_flat *flat, const struct flat_block *b, uint64_t next)
{
	uint64_t end = b->off + (next - b->pos);

	for (size_t i = 0; i < flat->n; i++)
		if (flat->blocks[i].off == end)
			return true;
	return flat_leads_to(flat->in, next, end);
}

/*
 * At pos there is no header. Either it is damaged, or the one before it was, and told a wrong size.
 * The next one is looked for. Returns 1, and sets *next to where it is, or 0.
 */
static int pass_damage(struct flat_index *ix, uint64_t pos, uint64_t *next)
{
	struct source_flat *flat = ix->flat;
	struct flat_block *last = flat->n ? &flat->blocks[flat->n - 1] : NULL;
	uint64_t end = pos + FLAT_BLOCK_HEADER, before = last ? last->off + last->size : 0;
	int rc = 0;

	ix->look.shifts[0] = before - end;
	ix->look.shifts[1] = last ? last->off - last->pos : before - end;

	if (ix->n_lost < MAX_LOST)
		rc = flat_find_header(ix, &ix->look, last ? last->pos + 1 : end, next, ix->err);
	if (rc <= 0)
		return rc;
	if (last && (*next < end || ends_at(flat, last, *next))) {
		last->size = *next - last->pos;
	} else if (*next > end) {
		ix->lost[ix->n_lost++] = (struct flat_lost){{0, end, *next - end}, before, 0};
		ix->gap = true;
	}
	rc = note(ix, pos, "is damaged");
	return rc < 0 ? rc : 1;
}

/* Where the stream ends early, or nothing more of it can be found. */
static int give_up(struct flat_index *ix, struct flat_block b)
{
	uint64_t left = ix->flat->in->size - b.pos;
	int rc;

	if (b.off > INT64_MAX || b.size > INT64_MAX || b.off + b.size > INT64_MAX || b.size <= left)
		return note(ix, b.pos - FLAT_BLOCK_HEADER, "is damaged");
	b.size = left;
	rc = take_block(ix, b);
	return rc < 0 ? rc : note(ix, ix->flat->in->size, "ends inside a block");
}

/* Whether an end mark is that of the stream, and not what a wrong size leads to. */
static bool is_last(const struct flat_index *ix, uint64_t pos)
{
	struct source *in = ix->flat->in;

	return pos + FLAT_BLOCK_HEADER == in->size || !flat_has_end(in);
}

/* Reads all headers up to the end mark, or as far as they can be read. */
static int read_headers(struct flat_index *ix)
{
	uint64_t pos = FLAT_HEADER_SIZE, size = 0, usual = 0;
	const uint8_t *p = NULL;
	int rc;

	for (;;) {
		struct flat_block b;
		enum flat_word word;

		/*
		 * makedumpfile's large data blocks alternate with small blocks of descriptors: a
		 * small read gets past those too.
		 */
		usual = (3 * usual + (size < 65536 ? size : 65536)) / 4;
		rc = window_get(ix->window, pos, usual > 8192 ? 1024 : sizeof(ix->window->buf),
			FLAT_BLOCK_HEADER, &p, ix->err);
		if (rc < 0)
			return rc;
		if (!p)
			return note(ix, pos, "ends without its end mark");
		word = flat_parse(p, pos + FLAT_BLOCK_HEADER, ix->flat->in->size, &b);
		if (word == FLAT_END && is_last(ix, pos))
			return 0;
		if (word == FLAT_END)
			word = FLAT_BAD;
		rc = word == FLAT_BAD ? pass_damage(ix, pos, &pos) : take_block(ix, b);
		if (rc < 0)
			return rc;
		if (word == FLAT_BAD && rc == 0)
			return give_up(ix, b);
		if (word == FLAT_BLOCK)
			pos = b.pos + b.size;
		size = b.size;
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

static void sort_blocks(struct source_flat *flat, bool *overlap)
{
	if (is_sorted(flat, overlap))
		return;
	sort_items(flat->blocks, flat->n, sizeof(flat->blocks[0]), by_offset);
	is_sorted(flat, overlap);
}

/* Adds the blocks whose headers were damaged. */
static int add_lost(struct flat_index *ix)
{
	size_t n = ix->flat->n;

	for (size_t i = 0; i < ix->n_lost; i++) {
		int rc = flat_place(ix->flat->blocks, n, &ix->lost[i])
				 ? add_block(ix->flat, ix->lost[i].block, ix->err)
				 : 0;

		if (rc < 0)
			return rc;
	}
	return 0;
}

static int build_index(struct flat_index *ix)
{
	struct source_flat *flat = ix->flat;
	bool overlap = false;
	int rc = read_headers(ix);

	if (rc < 0)
		return rc;
	sort_blocks(flat, &overlap);
	if (ix->n_lost) {
		rc = add_lost(ix);
		sort_blocks(flat, &overlap);
	}
	if (!rc && overlap)
		rc = resolve_overlaps(flat, ix->err);
	if (!rc && flat->n) {
		const struct flat_block *last = &flat->blocks[flat->n - 1];

		flat->src.size = last->off + last->size;
	}
	return rc;
}

static int read_index(struct source_flat *flat, const char **missing, struct vmt_err *err)
{
	struct flat_index *ix = talloc_zero(flat, struct flat_index);
	int rc;

	if (!ix)
		return err_nomem(err);
	*ix = (struct flat_index){.flat = flat,
		.window = talloc_zero(ix, struct flat_window),
		.look = {.in = flat->in, .candidates = CANDIDATES},
		.missing = missing,
		.err = err};
	if (!ix->window) {
		talloc_free(ix);
		return err_nomem(err);
	}
	ix->window->in = flat->in;
	rc = build_index(ix);
	talloc_free(ix);
	return rc;
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
	type = cur_load_big(head + 16, 8);
	version = cur_load_big(head + 24, 8);
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
	rc = read_index(flat, missing, err);
	if (rc < 0)
		talloc_free(flat);
	else
		*ret = &flat->src;
	return rc;
}
