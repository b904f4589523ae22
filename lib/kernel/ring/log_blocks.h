/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The texts of printk's ring buffer by what they look like, for a log whose descriptors cannot be
 * read: each text follows the number of its record, and the next text that of the next record.
 */
#ifndef VMT_KERNEL_RING_LOG_BLOCKS_H
#define VMT_KERNEL_RING_LOG_BLOCKS_H

#include "base/alloc.h"
#include "base/err.h"
#include "log/log.h"

struct log_block {
	uint64_t id; /* of its record, less than 2^62 */
	const char *text;
	size_t len;
};

struct log_blocks {
	struct log_block *items; /* by number */
	size_t n;
	bool capped; /* the dump is too large: not all of it was looked at */
};

/* How records' numbers are stored. */
struct log_words {
	unsigned size; /* bytes of an unsigned long */
	bool big_endian;
};

/*
 * Finds the texts in memory that begins at a multiple of a word, and adds them to ret. They point
 * into data. ret->items is a talloc child of ctx.
 */
int log_blocks_find(TALLOC_CTX *ctx, const uint8_t *data, size_t len, struct log_words words,
	struct log_blocks *ret, struct vmt_err *err);

/* The number of texts that are certainly of a log: many in a row. */
size_t log_blocks_count(const uint8_t *data, size_t len, struct log_words words);

/* Sorts them by number, from the oldest on. Of two with the same number, the one found first stays.
 */
void log_blocks_sort(struct log_blocks *blocks, struct log_words words);

/* The text of a record; NULL: not found. Needs log_blocks_sort(). */
const struct log_block *log_blocks_of(
	const struct log_blocks *blocks, uint64_t id, struct log_words words);

/* Passes all of them to the sink, as log_ring_read() does. */
int log_blocks_push(const struct log_blocks *blocks, log_sink sink, void *arg);

#endif
