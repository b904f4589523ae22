// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A wrong bit in the second bitmap gives all pages after it the descriptors of others. It shows
 * in the number of bits. Where it is can be told by pages that say where they belong: the kernel's
 * memory is full of list_heads, and one whose list is empty points to itself, twice. Its address
 * less its place in the page is the page's address, in the linear mapping of all memory or in that
 * of the image. Both begin at a multiple of 2 MiB, which is not known and is put to the vote.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cur.h"
#include "dump/kdump_internal.h"

#define BASE_ALIGN (2u << 20)
#define KERNEL_HALF 0xffff000000000000u /* of all addresses, on 64-bit machines */
#define MAX_BASES 64
#define MAX_SHIFT 64   /* of the pages whose base is put to the vote */
#define FEW_PAGES 8192 /* all of them are read */
#define SAMPLES 512    /* otherwise, the pages at so many places */
#define NEAR_PAGES 64  /* at each of them */
#define TWIN_SHARE 16  /* two bitmaps are meant to be equal if so few of the bits differ */
#define MAX_RUNS 4     /* linear mappings of memory */
#define BLOCK_BITS 512 /* counted at once */

/* A page that says where it belongs. */
struct anchor {
	uint64_t index; /* of its descriptor */
	uint64_t va;	/* of the page */
	int64_t pfn;	/* -1: not known */
};

/* Where a linear mapping of physical memory begins. */
struct base {
	uint64_t base;
	size_t votes;
};

struct mender {
	struct kdump *kd;
	const struct split_file *file;
	uint64_t n_bits, n_descs;
	size_t len;
	uint8_t *bits, *exists; /* len bytes each */
	bool twins;		/* both bitmaps were the same */
	uint64_t *before;	/* set bits below each block of BLOCK_BITS; and below the end */
	size_t n_blocks;
	struct anchor *anchors; /* by index */
	size_t n_anchors;
	uint8_t *page;
	struct base bases[MAX_BASES];
	size_t n_bases;
};

static bool get(const uint8_t *bits, uint64_t i)
{
	return bits[i / 8] >> i % 8 & 1;
}

static void put(uint8_t *bits, uint64_t i, bool value)
{
	uint8_t mask = (uint8_t)(1u << i % 8);

	bits[i / 8] = (uint8_t)(value ? bits[i / 8] | mask : bits[i / 8] & ~mask);
}

static uint64_t count(const uint8_t *bits, uint64_t from, uint64_t to)
{
	uint64_t n = 0;

	for (; from < to && from % 64; from++)
		n += get(bits, from);
	for (; from + 64 <= to; from += 64) {
		uint64_t word;

		memcpy(&word, bits + from / 8, sizeof(word));
		n += (uint64_t)__builtin_popcountll(word);
	}
	for (; from < to; from++)
		n += get(bits, from);
	return n;
}

/* The number of the set bit that has `rank` set bits below it. There must be one. */
static uint64_t bit_of_rank(const struct mender *m, uint64_t rank)
{
	size_t low = 0, high = m->n_blocks;
	uint64_t bit, below;

	/* The last block that begins with at most so many. */
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (m->before[mid] <= rank)
			low = mid;
		else
			high = mid;
	}
	bit = (uint64_t)low * BLOCK_BITS;
	below = m->before[low];
	for (; bit + 8 <= m->n_bits; bit += 8) {
		unsigned n = (unsigned)__builtin_popcount(m->bits[bit / 8]);

		if (below + n > rank)
			break;
		below += n;
	}
	for (;; bit++) {
		if (get(m->bits, bit) && below++ == rank)
			return bit;
	}
}

/* ---- two equal bitmaps ------------------------------------------------------------------- */

/* Most of the bits near this one are set. */
static bool is_dense(const struct mender *m, uint64_t bit)
{
	uint64_t from = bit < 32 ? 0 : bit - 32;
	uint64_t to = bit + 32 < m->n_bits ? bit + 32 : m->n_bits;

	return 2 * count(m->bits, from, to) > to - from;
}

/*
 * If nothing was left out, or if vmtriage itself wrote the file, both bitmaps are the same. Where
 * they are not, one is damaged: probably the one that differs from its surroundings.
 */
static void compare_twins(struct mender *m)
{
	uint64_t differ = 0, set = count(m->bits, 0, m->n_bits);
	uint8_t *old;

	for (size_t i = 0; i < m->len; i++)
		differ += (uint64_t)__builtin_popcount(m->bits[i] ^ m->exists[i]);
	/* All of the differences are damage to this one. */
	if (differ && count(m->exists, 0, m->n_bits) == m->n_descs) {
		memcpy(m->bits, m->exists, m->len);
		m->twins = true;
		return;
	}
	m->twins = differ <= set / TWIN_SHARE;
	if (!m->twins || !differ)
		return;
	old = talloc_memdup(m->page, m->bits, m->len);
	for (uint64_t i = 0; old && i < m->n_bits; i++)
		if (m->bits[i / 8] == m->exists[i / 8])
			i |= 7; /* the rest of this byte, too */
		else if (get(m->bits, i) != get(m->exists, i))
			put(m->bits, i, is_dense(m, i));
	/* It was a guess. */
	if (old && count(m->bits, 0, m->n_bits) != m->n_descs) {
		memcpy(m->bits, old, m->len);
		m->twins = false;
	}
	talloc_free(old);
}

/* ---- pages that say where they belong ---------------------------------------------------- */

/* The address of the page, by the first empty list in it. */
static bool find_self(const struct mender *m, uint64_t *va)
{
	uint32_t size = m->kd->h.block_size;

	for (uint32_t at = 0; at + 16 <= size; at += 8) {
		uint64_t word;

		if (memcmp(m->page + at, m->page + at + 8, 8) != 0)
			continue;
		word = cur_load(m->page + at, 8, m->kd->h.big_endian);
		if ((word & (size - 1)) != at || word < KERNEL_HALF)
			continue;
		*va = word - at;
		return true;
	}
	return false;
}

static int read_anchor(struct mender *m, uint64_t index, bool *found, struct vmt_err *err)
{
	struct anchor *more;
	uint64_t va;

	*found = false;
	if (kdump_index_read(m->kd, m->file, index, m->page, NULL) < 0 || !find_self(m, &va))
		return 0;
	more = ARRAY_ROOM(m->page, m->anchors, m->n_anchors);
	if (!more)
		return err_nomem(err);
	m->anchors = more;
	more[m->n_anchors++] = (struct anchor){index, va, -1};
	*found = true;
	return 0;
}

static int read_anchors(struct mender *m, struct vmt_err *err)
{
	uint64_t step = m->n_descs <= FEW_PAGES ? 1 : m->n_descs / SAMPLES;
	bool found;
	int rc = 0;

	for (uint64_t i = 0; i < m->n_descs && rc == 0; i += step) {
		found = false;
		for (uint64_t k = 0;
			k < NEAR_PAGES && k < step && i + k < m->n_descs && !found && rc == 0; k++)
			rc = read_anchor(m, i + k, &found, err);
	}
	return rc;
}

/* The base of the mapping in which this page's address would be that of this pfn. */
static void vote(struct mender *m, uint64_t va, uint64_t pfn)
{
	uint64_t base = va - pfn * m->kd->h.block_size;
	size_t i;

	if (base % BASE_ALIGN != 0)
		return;
	for (i = 0; i < m->n_bases && m->bases[i].base != base; i++)
		;
	if (i == MAX_BASES)
		return;
	m->n_bases += i == m->n_bases;
	m->bases[i].base = base;
	m->bases[i].votes++;
}

static int by_votes(const void *a, const void *b)
{
	const struct base *x = a, *y = b;

	return x->votes < y->votes ? 1 : x->votes > y->votes ? -1 : 0;
}

/* Pages near the place that the bitmap says are enough for a vote. */
static void find_bases(struct mender *m)
{
	size_t first = 0;

	for (int64_t away = 0; away <= MAX_SHIFT; away++)
		for (size_t i = 0; i < m->n_anchors; i++)
			for (int side = away ? -1 : 1; side <= 1; side += 2) {
				int64_t at = (int64_t)m->anchors[i].index + side * away;

				if (at >= 0 && at < (int64_t)m->before[m->n_blocks])
					vote(m, m->anchors[i].va, bit_of_rank(m, (uint64_t)at));
			}
	qsort(m->bases, m->n_bases, sizeof(m->bases[0]), by_votes);
	while (first < m->n_bases && first < MAX_RUNS &&
		m->bases[first].votes >= 2 + m->bases[0].votes / 32)
		first++;
	m->n_bases = first;
}

static void place_anchors(struct mender *m)
{
	for (size_t i = 0; i < m->n_anchors; i++)
		for (size_t b = 0; b < m->n_bases && m->anchors[i].pfn < 0; b++) {
			uint64_t pfn = (m->anchors[i].va - m->bases[b].base) / m->kd->h.block_size;

			if (m->anchors[i].va >= m->bases[b].base && pfn < m->n_bits)
				m->anchors[i].pfn = (int64_t)pfn;
		}
}

/* Keeps the longest series in which the places rise with the descriptors. */
static int keep_rising(struct mender *m, struct vmt_err *err)
{
	size_t n = m->n_anchors, len = 0;
	size_t *last =
		talloc_array(m->page, size_t, n + 1); /* anchor that ends a series of this length */
	size_t *before = talloc_array(m->page, size_t, n + 1);

	if (!last || !before)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		size_t low = 0, high = len;

		if (m->anchors[i].pfn < 0)
			continue;
		while (low < high) {
			size_t mid = low + (high - low) / 2;

			if (m->anchors[last[mid]].pfn < m->anchors[i].pfn)
				low = mid + 1;
			else
				high = mid;
		}
		before[i] = low ? last[low - 1] : n;
		last[low] = i;
		len += low == len;
	}
	for (size_t i = 0, at = len ? last[len - 1] : n; i < n; i++) {
		size_t k = n - 1 - i;

		if (k == at)
			at = before[at];
		else
			m->anchors[k].pfn = -1;
	}
	n = 0;
	for (size_t i = 0; i < m->n_anchors; i++)
		if (m->anchors[i].pfn >= 0)
			m->anchors[n++] = m->anchors[i];
	m->n_anchors = n;
	return 0;
}

/* ---- between two of them ----------------------------------------------------------------- */

/* Pages (from, to) that have n descriptors. */
struct span {
	uint64_t from, to, n;
};

static void copy_bits(struct mender *m, const struct span *s, const uint8_t *with, int how)
{
	for (uint64_t i = s->from; i < s->to; i++) {
		bool a = get(m->bits, i), b = get(with, i);

		put(m->bits, i, how == '&' ? a && b : how == '|' ? a || b : b);
	}
}

static uint64_t count_both(const struct mender *m, const struct span *s)
{
	uint64_t n = 0;

	for (uint64_t i = s->from; i < s->to; i++)
		n += get(m->bits, i) && get(m->exists, i);
	return n;
}

/* Whether the first bitmap explains the number. */
static bool try_first(struct mender *m, const struct span *s)
{
	if (count_both(m, s) == s->n)
		copy_bits(m, s, m->exists, '&');
	else if (m->twins && count(m->exists, s->from, s->to) == s->n)
		copy_bits(m, s, m->exists, '=');
	else
		return false;
	return true;
}

/* Whether one byte does that would be as those around it. */
static bool try_byte(struct mender *m, const struct span *s)
{
	int64_t delta = (int64_t)s->n - (int64_t)count(m->bits, s->from, s->to);
	size_t found = 0, which = 0;

	for (size_t i = (size_t)(s->from + 7) / 8; i + 1 < s->to / 8; i++) {
		uint8_t fill = i ? m->bits[i - 1] : 0;

		if (!i || (fill != 0 && fill != 0xff) || m->bits[i + 1] != fill ||
			__builtin_popcount(fill) - __builtin_popcount(m->bits[i]) != delta)
			continue;
		found++;
		which = i;
	}
	if (found != 1)
		return false;
	m->bits[which] = m->bits[which - 1];
	return true;
}

static int add_doubt(struct mender *m, const struct span *s, struct vmt_err *err)
{
	struct kdump_doubt *more = ARRAY_ROOM(m->kd, m->kd->doubts, m->kd->n_doubts);

	if (!more)
		return err_nomem(err);
	m->kd->doubts = more;
	more[m->kd->n_doubts++] = (struct kdump_doubt){s->from, s->to};
	return 0;
}

/* Makes the number of bits right, so that at least the pages after it are. */
static void fill_up(struct mender *m, const struct span *s)
{
	uint64_t have = count(m->bits, s->from, s->to);

	for (uint64_t i = s->to; i-- > s->from && have != s->n;) {
		bool bit = get(m->bits, i);

		if (bit == (have < s->n))
			continue;
		put(m->bits, i, !bit);
		have += bit ? (uint64_t)-1 : 1;
	}
}

static int mend_span(struct mender *m, const struct span *s, struct vmt_err *err)
{
	if (count(m->bits, s->from, s->to) == s->n)
		return 0;
	if (s->n == 0 || s->n == s->to - s->from) {
		for (uint64_t i = s->from; i < s->to; i++)
			put(m->bits, i, s->n != 0);
		return 0;
	}
	if (try_first(m, s) || try_byte(m, s))
		return 0;
	fill_up(m, s);
	return add_doubt(m, s, err);
}

static int mend_spans(struct mender *m, struct vmt_err *err)
{
	uint64_t index = 0, pfn = 0;
	int rc = 0;

	for (size_t i = 0; i <= m->n_anchors && rc == 0; i++) {
		bool last = i == m->n_anchors;
		uint64_t to = last ? m->n_bits : (uint64_t)m->anchors[i].pfn;
		uint64_t upto = last ? m->n_descs : m->anchors[i].index;

		rc = mend_span(m, &(struct span){pfn, to, upto - index}, err);
		if (last || rc)
			break;
		put(m->bits, to, true);
		pfn = to + 1;
		index = upto + 1;
	}
	return rc;
}

/* ---- all --------------------------------------------------------------------------------- */

static int count_blocks(struct mender *m, struct vmt_err *err)
{
	uint64_t n = 0;

	m->n_blocks = (size_t)((m->n_bits + BLOCK_BITS - 1) / BLOCK_BITS);
	m->before = talloc_array(m->page, uint64_t, m->n_blocks + 1);
	if (!m->before)
		return err_nomem(err);
	for (size_t i = 0; i < m->n_blocks; i++) {
		uint64_t from = (uint64_t)i * BLOCK_BITS, left = m->n_bits - from;

		m->before[i] = n;
		n += count(m->bits, from, from + (left < BLOCK_BITS ? left : BLOCK_BITS));
	}
	m->before[m->n_blocks] = n;
	return 0;
}

static int load(struct mender *m, uint64_t max_pfn, struct vmt_err *err)
{
	const struct kdump_header *h = &m->kd->h;
	int rc;

	m->n_bits = max_pfn;
	m->len = (size_t)(max_pfn + 7) / 8;
	m->bits = talloc_zero_array(m->kd, uint8_t, m->len + 1);
	m->page = talloc_array(m->bits, uint8_t, h->block_size);
	m->exists = talloc_zero_array(m->bits, uint8_t, m->len + 1);
	if (!m->bits || !m->page || !m->exists)
		return err_nomem(err);
	rc = source_read_exact(m->file->src, h->bitmap2, m->bits, m->len, err);
	if (!rc)
		rc = source_read_exact(m->file->src, h->bitmap1, m->exists, m->len, err);
	if (!rc && m->n_bits % 8) {
		uint8_t mask = (uint8_t)((1u << m->n_bits % 8) - 1);

		m->bits[m->len - 1] &= mask;
		m->exists[m->len - 1] &= mask;
	}
	return rc;
}

/* Lets the reader take the mended bitmap. */
static int install(struct mender *m, struct vmt_err *err)
{
	struct source *src;
	int rc = source_open_memory(m->kd, m->file->src->name, m->bits, m->len, &src, err);

	return rc ? rc
		  : bitmap_open(m->kd, &(struct bitmap_place){src, 0, m->n_bits}, m->kd->blocks,
			    &m->kd->stored, err);
}

static int mend(struct mender *m, struct vmt_err *err)
{
	int rc = 0;

	compare_twins(m);
	if (m->twins && count(m->bits, 0, m->n_bits) == m->n_descs)
		return install(m, err);
	rc = count_blocks(m, err);
	if (!rc)
		rc = read_anchors(m, err);
	if (!rc) {
		find_bases(m);
		place_anchors(m);
		rc = keep_rising(m, err);
	}
	if (!rc)
		rc = mend_spans(m, err);
	return rc ? rc : install(m, err);
}

bool kdump_mend_bitmap(struct dump *dump, struct kdump *kd)
{
	struct mender m = {.kd = kd, .file = &kd->files[0], .n_descs = kd->n_descs};
	bool done;

	if (kd->n != 1 || kd->h.split || !kd->n_descs || !kd->h.is_64 ||
		kd->h.bitmap1 == kd->h.bitmap2)
		return false;
	done = load(&m, dump->max_pfn, NULL) == 0 && mend(&m, NULL) == 0;
	if (!done) {
		kd->n_doubts = 0;
		TALLOC_FREE(kd->doubts);
	}
	talloc_free(m.page);
	talloc_free(m.exists);
	return done;
}
