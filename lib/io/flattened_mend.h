/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Block headers of a flattened stream that are damaged. Each tells where the next one is, so
 * without this the rest of the stream would be lost with it.
 */
#ifndef VMT_IO_FLATTENED_MEND_H
#define VMT_IO_FLATTENED_MEND_H

#include "io/source.h"

#define FLAT_BLOCK_HEADER 16

struct flat_block {
	uint64_t off;  /* in the original file */
	uint64_t pos;  /* in the stream */
	uint64_t size; /* bytes */
};

/* What a block header says. */
enum flat_word {
	FLAT_BLOCK,
	FLAT_END, /* of the stream */
	FLAT_BAD  /* no header, or the file ends within the block */
};

/* Reads a header of FLAT_BLOCK_HEADER bytes; pos: of the bytes after it; upto: the file's size. */
enum flat_word flat_parse(const uint8_t *p, uint64_t pos, uint64_t upto, struct flat_block *ret);

/* Where headers are looked for, and how many places may still be tried. */
struct flat_look {
	struct source *in;
	uint32_t candidates;
	/* A header at x whose block begins at x + shift goes on where the ones before it end. */
	uint64_t shifts[2];
};

/*
 * Finds the first header at or after `from` that others follow or that goes on, or else the end
 * mark. 1: found, *at is where. 0: there is none within reach.
 */
int flat_find_header(
	TALLOC_CTX *ctx, struct flat_look *look, uint64_t from, uint64_t *at, struct vmt_err *err);

/* Whether the last bytes of the stream are its end mark. */
bool flat_has_end(struct source *in);

/* Whether one of the next blocks, from the header at `at`, begins at this offset. */
bool flat_leads_to(struct source *in, uint64_t at, uint64_t off);

/* A block whose offset is lost. */
struct flat_lost {
	struct flat_block block; /* but for off */
	uint64_t before;	 /* where the block before it in the stream ends, in the original */
	uint64_t after;		 /* where the one after it begins */
};

/*
 * Places a lost block among n others, which are sorted by offset: it fills a hole between them.
 * Sets lost->block.off. Returns false if there is no room for it.
 */
bool flat_place(const struct flat_block *blocks, size_t n, struct flat_lost *lost);

#endif
