/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sorts more than fits in memory: what exceeds the limit goes to a temporary file in sorted runs,
 * which are merged while they are read.
 */
#ifndef VMT_ARCHIVE_SORTER_H
#define VMT_ARCHIVE_SORTER_H

#include "base/alloc.h"
#include "base/err.h"

struct sorter;

/* Keys are compared as bytes, and then the data. No key may be the beginning of another. */
struct sorter_item {
	const uint8_t *key;
	size_t key_len;
	const char *data;
	size_t len;
};

/* memory: bytes that are held at most, apart from the largest item. */
int sorter_new(TALLOC_CTX *ctx, size_t memory, struct sorter **ret, struct vmt_err *err);

/* Copies the item. An item of more than SORTER_ITEM bytes has no place: VMT_ERR_LIMIT. */
#define SORTER_ITEM (64u << 20)
int sorter_add(struct sorter *s, const struct sorter_item *item, struct vmt_err *err);

/*
 * The next item in order, valid until the next call; data is NULL after the last one. Nothing may
 * be added after the first call.
 */
int sorter_next(struct sorter *s, struct sorter_item *ret, struct vmt_err *err);

#endif
