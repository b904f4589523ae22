// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Mirrors struct prb_data_block of kernel/printk/printk_ringbuffer.c: a word with the number of the
 * descriptor, then the text with a NUL, padded to a word. Numbers begin at -(number of descriptors)
 * in 62 bits (30 on 32-bit machines), so that they soon pass through 0. A text may be shorter than
 * its block by a level and a newline that were taken off.
 */
#include "kernel/ring/log_blocks.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/cur.h"

#define TEXT_MOST 2100		  /* printk's lines have 1024 bytes, and joined ones a few more */
#define SPARE_WORDS 8		  /* between the end of a text and the next block */
#define MISSING_MOST 16		  /* records without a text, one after the other */
#define NUMBERS_MOST (1ull << 33) /* records that a machine may have printed */

struct look {
	const uint8_t *data;
	size_t len;
	struct log_words words;
	uint64_t mask;
	size_t run_from, run_to; /* of text, where it was last looked for */
};

static uint64_t mask_of(struct log_words words)
{
	return ~(uint64_t)0 >> (64 - 8 * words.size + 2);
}

static struct look look_new(const uint8_t *data, size_t len, struct log_words words)
{
	return (struct look){.data = data, .len = len, .words = words, .mask = mask_of(words)};
}

static uint64_t word_at(const struct look *l, size_t at)
{
	return cur_load(l->data + at, l->words.size, l->words.big_endian);
}

/* Near 0, on either side. */
static bool is_number(const struct look *l, uint64_t word)
{
	uint64_t most = l->words.size == 4 ? l->mask : NUMBERS_MOST;

	return word <= l->mask && (word < most || l->mask - word < most);
}

/* Text of another alphabet is not at the start of what the kernel prints. */
#define PLAIN_START 4

static bool is_text(uint8_t c, size_t at)
{
	if (c < 0x20)
		return c == '\n' || c == '\t' || c == '\r' || c == 0x1b;
	return c < 0x7f || (c > 0x7f && at >= PLAIN_START);
}

/* The end of the run of text that `start` is in. It is looked for once. */
static size_t run_end(struct look *l, size_t start)
{
	size_t to = start;

	if (start >= l->run_from && start < l->run_to)
		return l->run_to;
	while (to < l->len && l->data[to] && is_text(l->data[to], PLAIN_START))
		to++;
	l->run_from = start;
	l->run_to = to;
	return to;
}

/* The text after the number at `at`, which ends in a NUL. */
static bool find_text(struct look *l, size_t at, size_t *len)
{
	size_t start = at + l->words.size, end;

	*len = 0;
	for (size_t i = 0; i < PLAIN_START && start + i < l->len && l->data[start + i]; i++)
		if (!is_text(l->data[start + i], i))
			return false;
	end = run_end(l, start);
	*len = end - start;
	return *len < TEXT_MOST && end < l->len && !l->data[end];
}

/* The block that follows one whose text ends at `end`. */
static bool find_next(struct look *l, size_t end, uint64_t number, size_t *next)
{
	size_t size = l->words.size, at = (end + size - 1) / size * size;

	for (size_t i = 0; i < SPARE_WORDS && at + 2 * size <= l->len; i++, at += size) {
		uint64_t ahead = (word_at(l, at) - number) & l->mask;
		size_t len;

		if (word_at(l, at) > l->mask || !ahead || ahead > MISSING_MOST ||
			!find_text(l, at, &len))
			continue;
		*next = at;
		return true;
	}
	return false;
}

/*
 * The first block at or after *at that is followed by another, or that follows one (`follows`).
 * Returns false if there is none.
 */
static bool next_block(
	struct look *l, size_t *at, bool *follows, struct log_block *ret, size_t *end)
{
	size_t size = l->words.size;

	for (; *at + 2 * size <= l->len; *at += size, *follows = false) {
		uint64_t word = word_at(l, *at);
		size_t len, next;
		bool more;

		if (!is_number(l, word) || !find_text(l, *at, &len) || (!len && !*follows))
			continue;
		more = find_next(l, *at + size + len + 1, word, &next);
		if (!more && !*follows)
			continue;
		*ret = (struct log_block){word, (const char *)l->data + *at + size, len};
		*end = more ? next : *at + size + len;
		*follows = more;
		return true;
	}
	return false;
}

static size_t after(const struct look *l, size_t end)
{
	return (end + l->words.size - 1) / l->words.size * l->words.size;
}

/* Fewer in a row may be other numbers and strings. */
#define ROW_LEAST 4

size_t log_blocks_count(const uint8_t *data, size_t len, struct log_words words)
{
	struct look l = look_new(data, len, words);
	struct log_block block;
	bool follows = false;
	size_t n = 0, row = 0, at = 0, end;
	uint64_t last = 0;

	for (; next_block(&l, &at, &follows, &block, &end); at = after(&l, end)) {
		row = block.id == last + 1 && block.len > 1 ? row + 1 : 1;
		last = block.id;
		n += row == ROW_LEAST ? ROW_LEAST : row > ROW_LEAST;
	}
	return n;
}

#define LEVEL_LEN 2    /* a byte of 1 and a digit */
#define ADDRESS_LEN 16 /* of a 64-bit machine */

/*
 * The kernel takes the level off by moving the text, and does not end it anew: its last two bytes
 * are there twice. Two digits at the end of an address may be the same by themselves.
 */
static size_t without_rest(const char *text, size_t len)
{
	size_t digits = 0;

	while (len && text[len - 1] == '\n')
		len--;
	if (len < 2 * LEVEL_LEN ||
		memcmp(text + len - LEVEL_LEN, text + len - 2 * LEVEL_LEN, LEVEL_LEN) != 0)
		return len;
	while (digits < len && ascii_hex(text[len - 1 - digits]) >= 0)
		digits++;
	return digits == ADDRESS_LEN ? len : len - LEVEL_LEN;
}

int log_blocks_find(TALLOC_CTX *ctx, const uint8_t *data, size_t len, struct log_words words,
	struct log_blocks *ret, struct vmt_err *err)
{
	struct look l = look_new(data, len, words);
	struct log_block block;
	bool follows = false;
	size_t at = 0, end;

	for (; next_block(&l, &at, &follows, &block, &end); at = after(&l, end)) {
		struct log_block *more = ARRAY_ROOM(ctx, ret->items, ret->n);

		if (!more)
			return err_nomem(err);
		block.len = without_rest(block.text, block.len);
		ret->items = more;
		more[ret->n++] = block;
	}
	return 0;
}

/* Numbers in the order of their records: those below 0 come first. */
static int by_number(const void *a, const void *b)
{
	int64_t x = (int64_t)((const struct log_block *)a)->id;
	int64_t y = (int64_t)((const struct log_block *)b)->id;

	return x < y ? -1 : x > y;
}

/* The number as one below 0, if it is near the end of what fits. */
static uint64_t sign(uint64_t id, uint64_t mask)
{
	return id > mask / 2 ? id | ~mask : id;
}

void log_blocks_sort(struct log_blocks *blocks, struct log_words words)
{
	size_t n = 0;

	for (size_t i = 0; i < blocks->n; i++)
		blocks->items[i].id = sign(blocks->items[i].id, mask_of(words));
	if (blocks->n)
		qsort(blocks->items, blocks->n, sizeof(blocks->items[0]), by_number);
	for (size_t i = 0; i < blocks->n; i++)
		if (!n || blocks->items[i].id != blocks->items[n - 1].id)
			blocks->items[n++] = blocks->items[i];
	blocks->n = n;
}

const struct log_block *log_blocks_of(
	const struct log_blocks *blocks, uint64_t id, struct log_words words)
{
	struct log_block key = {.id = sign(id & mask_of(words), mask_of(words))};

	return blocks->n ? bsearch(&key, blocks->items, blocks->n, sizeof(key), by_number) : NULL;
}

int log_blocks_push(const struct log_blocks *blocks, log_sink sink, void *arg)
{
	for (size_t i = 0; i < blocks->n; i++) {
		const struct log_block *b = &blocks->items[i];
		uint64_t lost = i ? b->id - b[-1].id - 1 : 0;
		struct log_record rec = {.text = b->text,
			.len = b->len,
			.seq = i,
			.gap = lost > MISSING_MOST,
			.lost = lost};
		int rc = sink(arg, &rec);

		if (rc)
			return rc;
	}
	return 0;
}
