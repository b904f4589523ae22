/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small cache of 4 KiB blocks of sources, for tables that are read a few bytes at a time (page
 * descriptors, bitmaps). Each miss reads one block.
 */
#ifndef VMT_IO_BLOCKS_H
#define VMT_IO_BLOCKS_H

#include "io/source.h"

#define BLOCKS_SIZE 4096

struct blocks;

/* An empty cache of blocks; a talloc child of ctx. */
int blocks_open(TALLOC_CTX *ctx, struct blocks **ret, struct vmt_err *err);

/* Reads len bytes at off of src. VMT_ERR_TRUNCATED if the source ends before. */
int blocks_read(struct blocks *blocks, struct source *src, uint64_t off, void *buf, size_t len,
	struct vmt_err *err);

#endif
