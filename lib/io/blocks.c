// SPDX-License-Identifier: GPL-3.0-or-later
/* Direct-mapped. Tables are read in address order or at random, which both suit it. */
#include "io/blocks.h"

#include <string.h>

#define N_SLOTS 128 /* 512 KiB, of which only the used part becomes resident */

struct blocks_slot {
	struct source *src; /* NULL: empty */
	uint64_t block;
	size_t len;
};

struct blocks {
	struct blocks_slot slots[N_SLOTS];
	uint8_t *data;
};

int blocks_open(TALLOC_CTX *ctx, struct blocks **ret, struct vmt_err *err)
{
	struct blocks *blocks = talloc_zero(ctx, struct blocks);

	if (!blocks)
		return err_nomem(err);
	blocks->data = talloc_array(blocks, uint8_t, (size_t)N_SLOTS * BLOCKS_SIZE);
	if (!blocks->data) {
		talloc_free(blocks);
		return err_nomem(err);
	}
	*ret = blocks;
	return 0;
}

static int blocks_get(struct blocks *blocks, struct source *src, uint64_t block,
	const uint8_t **data, size_t *len, struct vmt_err *err)
{
	size_t i = (block ^ (uintptr_t)src >> 6) % N_SLOTS;
	struct blocks_slot *slot = &blocks->slots[i];
	uint8_t *p = blocks->data + i * BLOCKS_SIZE;

	if (slot->src != src || slot->block != block) {
		slot->src = NULL;
		int64_t n = source_read(src, block * BLOCKS_SIZE, p, BLOCKS_SIZE, err);
		if (n < 0)
			return (int)n;
		*slot = (struct blocks_slot){.src = src, .block = block, .len = (size_t)n};
	}
	*data = p;
	*len = slot->len;
	return 0;
}

int blocks_read(struct blocks *blocks, struct source *src, uint64_t off, void *buf, size_t len,
	struct vmt_err *err)
{
	uint8_t *out = buf;

	while (len > 0) {
		size_t at = off % BLOCKS_SIZE, have = 0, n;
		const uint8_t *data = NULL;
		int rc = blocks_get(blocks, src, off / BLOCKS_SIZE, &data, &have, err);

		if (rc < 0)
			return rc;
		n = len < BLOCKS_SIZE - at ? len : BLOCKS_SIZE - at;
		if (at + n > have)
			return err_set_at(err, VMT_ERR_TRUNCATED, off,
				"%s: the file ends before offset %#llx", src->name,
				(unsigned long long)off + n);
		memcpy(out, data + at, n);
		out += n;
		off += n;
		len -= n;
	}
	return 0;
}
