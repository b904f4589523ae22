// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Names of kallsyms without reading many pages. Each page of the dump must be decompressed, and
 * neighbours in the table that is sorted by name are anywhere among the names. So it is remembered
 * which pages were read: a search goes by the names in them where it can. The global variables in
 * them are indexed, since those that belong together are often together in the image, too.
 */
#include <string.h>

#include "base/cur.h"
#include "base/name_index.h"
#include "image/kallsyms_table.h"

/* Entries on each side of the middle among which one in a known page is looked for. */
#define NEAR 680

/* If there is none, entries on each side that are compared by what they cost. */
#define COMPARED 200

/* Names that are indexed without growing. */
#define INDEXED 2048

/* No block of names is larger. */
#define BLOCK_MAX (KALLSYMS_BLOCK * (KALLSYMS_NAME_MAX + 2u))

/* Data is looked up more often than functions. */
#define WEIGHT_DATA 4

/* What the entry weighs whose symbol is where it most likely is; and parts of the image, by which
 * it is less for each that another one is away. */
#define WEIGHT_LIKELY 2048
#define PARTS 1024

struct walked {
	uint32_t off; /* from the start of the block */
	uint16_t n;   /* names of the block that are indexed */
};

struct kallsyms_near {
	uint32_t *markers; /* of all blocks, and the end of the last */
	struct walked *walked;
	bool *read; /* pages of the names */
	uint32_t n_pages;
	bool *read_seqs;  /* pages of kallsyms_seqs_of_names */
	bool global[256]; /* tokens that begin with the type of a global variable */
	struct name_index *index;
};

static uint32_t page_in(const struct kallsyms *ks, uint64_t table, uint64_t off)
{
	return (uint32_t)((table % ks->page + off) / ks->page);
}

static uint32_t names_page(const struct kallsyms *ks, uint64_t off)
{
	return page_in(ks, ks->at.names, off);
}

static uint32_t seqs_page(const struct kallsyms *ks, uint32_t pos)
{
	return page_in(ks, ks->at.seqs, (uint64_t)KALLSYMS_SEQ_SIZE * pos);
}

/* The first entry that begins in a page, at least low. */
static uint32_t seqs_page_start(const struct kallsyms *ks, uint32_t page, uint32_t low)
{
	uint64_t before = (uint64_t)page * ks->page, head = ks->at.seqs % ks->page;
	uint64_t pos =
		before <= head ? 0 : (before - head + KALLSYMS_SEQ_SIZE - 1) / KALLSYMS_SEQ_SIZE;

	return pos > low ? (uint32_t)pos : low;
}

/* ---- setting up -------------------------------------------------------------------------- */

static bool read_markers(struct kallsyms *ks, struct kallsyms_near *near)
{
	uint32_t n = kallsyms_blocks(ks);

	near->markers = talloc_array(near, uint32_t, n + 1);
	if (!near->markers)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		uint64_t at;

		if (kallsyms_block_start(ks, i, &at, NULL))
			return false;
		at -= ks->at.names;
		if (i && (at <= near->markers[i - 1] || at - near->markers[i - 1] > BLOCK_MAX))
			return false;
		near->markers[i] = (uint32_t)at;
	}
	if (near->markers[0])
		return false;
	/* As long as the block before it: this only serves to estimate. */
	near->markers[n] = near->markers[n - 1] +
			   (n > 1 ? near->markers[n - 1] - near->markers[n - 2] : KALLSYMS_CHUNK);
	return near->markers[n] > near->markers[n - 1];
}

static bool make_near(struct kallsyms *ks, struct kallsyms_near *near)
{
	uint32_t blocks = kallsyms_blocks(ks);

	if (!read_markers(ks, near))
		return false;
	near->n_pages = names_page(ks, near->markers[blocks]) + 2;
	near->read = talloc_zero_array(near, bool, near->n_pages);
	near->read_seqs = talloc_zero_array(near, bool, seqs_page(ks, ks->n) + 2);
	near->walked = talloc_zero_array(near, struct walked, blocks);
	for (unsigned i = 0; i < 256; i++) {
		char type = ks->tokens[ks->token_at[i]];

		near->global[i] = type >= 'A' && type <= 'Z' && type != 'T' && type != 'W';
	}
	return near->read && near->read_seqs && near->walked &&
	       name_index_new(near, INDEXED, &near->index, NULL) == 0;
}

void kallsyms_near_open(struct kallsyms *ks)
{
	struct kallsyms_near *near = talloc_zero(ks, struct kallsyms_near);

	if (near && make_near(ks, near))
		ks->near = near;
	else
		talloc_free(near);
}

void kallsyms_near_note(struct kallsyms *ks, uint64_t va)
{
	uint64_t off = va - ks->at.names;

	if (ks->near && off < UINT32_MAX && names_page(ks, off) < ks->near->n_pages)
		ks->near->read[names_page(ks, off)] = true;
}

static bool is_read(const struct kallsyms *ks, uint64_t off)
{
	uint32_t page = names_page(ks, off);

	return page < ks->near->n_pages && ks->near->read[page];
}

/* ---- the names in pages that were read ---------------------------------------------------- */

/* Goes over the names of a block that are whole in one chunk, and indexes the global ones. */
static size_t walk_chunk(
	struct kallsyms *ks, uint32_t block, uint32_t last, const uint8_t *p, size_t len)
{
	struct kallsyms_near *near = ks->near;
	struct walked *w = &near->walked[block];
	uint32_t done = w->n;
	size_t at = 0;

	for (; done < last && at < len; done++) {
		size_t n = p[at], head = 1;

		if (n & 0x80 && (ks->form != LENGTH_TWO_BYTES || at + 1 == len))
			break;
		if (n & 0x80)
			n = (n & 0x7f) | (size_t)p[at + head++] << 7;
		if (!n || n > KALLSYMS_NAME_MAX || n > len - at - head)
			break;
		if (near->global[p[at + head]] &&
			name_index_add(near->index, kallsyms_hash_raw(ks, p + at + head, n),
				block * KALLSYMS_BLOCK + done, NULL))
			break;
		at += head + n;
	}
	w->n = (uint16_t)done;
	w->off += (uint32_t)at;
	return at;
}

/* The name that is in two pages. */
static bool walk_over(struct kallsyms *ks, uint32_t block)
{
	struct walked *w = &ks->near->walked[block];
	uint64_t start = ks->near->markers[block] + w->off;
	struct name_cursor c = {.form = ks->form, .va = ks->at.names + start};
	uint8_t raw[KALLSYMS_NAME_MAX];
	size_t len;

	if (!is_read(ks, start) || !is_read(ks, start + KALLSYMS_CHUNK) ||
		kallsyms_raw_name(ks, &c, raw, &len, NULL) || (c.big && ks->form == LENGTH_UNKNOWN))
		return false;
	if (ks->near->global[raw[0]])
		name_index_add(ks->near->index, kallsyms_hash_raw(ks, raw, len),
			block * KALLSYMS_BLOCK + w->n, NULL);
	w->off = (uint32_t)(c.va - ks->at.names - ks->near->markers[block]);
	w->n++;
	return true;
}

static uint32_t names_in(const struct kallsyms *ks, uint32_t block)
{
	uint32_t left = ks->n - block * KALLSYMS_BLOCK;

	return left < KALLSYMS_BLOCK ? left : KALLSYMS_BLOCK;
}

static void walk_block(struct kallsyms *ks, uint32_t block)
{
	struct kallsyms_near *near = ks->near;
	struct walked *w = &near->walked[block];
	uint32_t last = names_in(ks, block);

	while (w->n < last) {
		uint64_t off = near->markers[block] + w->off;
		const uint8_t *p;
		size_t len;

		if (!is_read(ks, off) || kallsyms_chunk(ks, ks->at.names + off, &p, &len, NULL))
			return;
		if (!walk_chunk(ks, block, last, p, len) && !walk_over(ks, block))
			return;
	}
}

void kallsyms_near_learn(struct kallsyms *ks, uint32_t block)
{
	struct kallsyms_near *near = ks->near;

	if (!ks->hashes && !(ks->hashes = kallsyms_hash_tokens(ks, ks)))
		return;
	for (uint32_t b = block ? block - 1 : 0; b < kallsyms_blocks(ks); b++) {
		if (b > block &&
			(near->walked[b].n == names_in(ks, b) || !is_read(ks, near->markers[b])))
			return;
		walk_block(ks, b);
	}
}

bool kallsyms_near_find(struct kallsyms *ks, const char *name, uint32_t *ret)
{
	uint32_t cursor = 0, i;
	uint32_t hash = name_hash_of_sum(name_hash_sum(0, name, strlen(name)));

	for (unsigned tries = 0; ks->near && tries < KALLSYMS_COLLISIONS &&
				 name_index_next(ks->near->index, hash, &cursor, &i);
		tries++) {
		struct kallsym sym;

		if (kallsyms_name(ks, i, &sym, NULL) || strcmp(sym.name, name) != 0)
			continue;
		*ret = i;
		return true;
	}
	return false;
}

/* ---- choosing what to look at ------------------------------------------------------------ */

/* The pages that must be read for a name. */
static unsigned cost_of(const struct kallsyms *ks, uint32_t seq)
{
	const struct kallsyms_near *near = ks->near;
	uint32_t block = seq / KALLSYMS_BLOCK, start = near->markers[block];
	uint32_t end = start + (uint32_t)((uint64_t)(near->markers[block + 1] - start) *
					  (seq % KALLSYMS_BLOCK + 1) / names_in(ks, block));
	unsigned cost = 0;

	for (uint32_t page = names_page(ks, start); page <= names_page(ks, end); page++)
		cost += page < near->n_pages && !near->read[page];
	return cost;
}

static bool is_free(const struct kallsyms *ks, uint32_t seq)
{
	return is_read(ks, ks->near->markers[seq / KALLSYMS_BLOCK]) && cost_of(ks, seq) == 0;
}

/* A part of the table, all in one page. */
struct part {
	uint32_t from, to;
	uint8_t raw[KALLSYMS_CHUNK];
};

static uint32_t seq_in(const struct part *part, uint32_t pos)
{
	const uint8_t *p = part->raw + (size_t)KALLSYMS_SEQ_SIZE * (pos - part->from);

	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

/* Reads the entries of [low, high) around mid that are whole in its page. */
static bool read_part(struct kallsyms *ks, uint32_t low, uint32_t mid, uint32_t high,
	uint32_t around, struct part *part)
{
	uint32_t page = seqs_page(ks, mid);

	part->from = seqs_page_start(ks, page, mid - low < around ? low : mid - around);
	part->to = high - mid < around ? high : mid + around;
	while (part->to > mid && seqs_page(ks, part->to) != page)
		part->to = part->to - mid > 16 ? mid + (part->to - mid) / 2 : part->to - 1;
	if (part->from > mid || part->to <= part->from ||
		mem_read(ks->space, ks->at.seqs + (uint64_t)KALLSYMS_SEQ_SIZE * part->from,
			part->raw, (size_t)KALLSYMS_SEQ_SIZE * (part->to - part->from), NULL))
		return false;
	ks->near->read_seqs[page] = true;
	return true;
}

/* The entry nearest to the middle whose name costs nothing. */
static bool choose_free(
	const struct kallsyms *ks, const struct part *part, uint32_t mid, uint32_t *ret)
{
	for (uint32_t away = 0; away < part->to - part->from; away++)
		for (int side = -1; side <= 1; side += 2) {
			uint32_t pos = side < 0 ? mid - away : mid + away, seq;

			if (pos < part->from || pos >= part->to)
				continue;
			seq = seq_in(part, pos);
			if (seq < ks->n && is_free(ks, seq)) {
				*ret = pos;
				return true;
			}
		}
	return false;
}

/* How likely it is that this symbol is the one, against others. */
static uint64_t weight_of(const struct kallsyms *ks, const struct kallsyms_search *in, uint32_t seq)
{
	uint32_t away = seq > in->likely ? seq - in->likely : in->likely - seq;

	if (!in->knows_likely)
		return seq >= ks->data ? WEIGHT_DATA : 1;
	return WEIGHT_DATA + WEIGHT_LIKELY / (1 + (uint64_t)away * PARTS / ks->n);
}

/* The entry of a part that divides it best for what it costs. */
static uint32_t choose_cheap(const struct kallsyms *ks, const struct part *part,
	const struct kallsyms_search *in, uint32_t mid)
{
	uint32_t from = mid - part->from < COMPARED ? part->from : mid - COMPARED;
	uint32_t to = part->to - mid < COMPARED ? part->to : mid + COMPARED;
	uint64_t all = 0, before = 0, best = 0;
	uint32_t choice = mid;
	bool whole = from == in->low && to == in->high;

	for (uint32_t pos = from; whole && pos < to; pos++)
		all += weight_of(ks, in, seq_in(part, pos));
	for (uint32_t pos = from; pos < to; pos++) {
		uint32_t seq = seq_in(part, pos);
		uint64_t weight = whole ? weight_of(ks, in, seq) : 0, after, gain;
		unsigned cost = seq < ks->n ? cost_of(ks, seq) : 8;

		if (whole) {
			after = all - before - weight;
			gain = 4 * before * after + 2 * weight * all;
		} else {
			gain = 4ull * (pos - in->low) * (in->high - pos);
		}
		gain = gain * 12 / (cost ? cost : 1);
		if (gain > best) {
			best = gain;
			choice = pos;
		}
		before += weight;
	}
	return choice;
}

/* A page of the table between low and high that was read, nearest to the middle. */
static uint32_t nearest_read(const struct kallsyms *ks, uint32_t low, uint32_t mid, uint32_t high)
{
	uint32_t first = seqs_page(ks, low), last = seqs_page(ks, high - 1),
		 page = seqs_page(ks, mid);
	uint32_t edge = (high - low) / 8;

	for (uint32_t away = 0; away <= last - first; away++) {
		if (page >= first + away && ks->near->read_seqs[page - away]) {
			uint32_t end = seqs_page_start(ks, page - away + 1, low) - 2;

			if (!away)
				return mid;
			return end > low + edge && end < high ? end : mid;
		}
		if (page + away <= last && ks->near->read_seqs[page + away]) {
			uint32_t start = seqs_page_start(ks, page + away, low);

			return start > low && start + edge < high ? start : mid;
		}
	}
	return mid;
}

uint32_t kallsyms_near_choose(struct kallsyms *ks, const struct kallsyms_search *in)
{
	uint32_t at, ret, low = in->low, high = in->high, mid = in->guess;
	struct part part;

	if (!ks->near || high - low < 2)
		return mid;
	at = nearest_read(ks, low, mid, high);
	if (at != mid && read_part(ks, low, at, high, NEAR, &part) &&
		choose_free(ks, &part, at, &ret))
		return ret;
	if (!read_part(ks, low, mid, high, NEAR, &part))
		return mid;
	return choose_free(ks, &part, mid, &ret) ? ret : choose_cheap(ks, &part, in, mid);
}
