/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages that were unpacked, of any dump. Many pages are the same in all dumps of a kernel: its
 * symbol table, its types, its code. What a page unpacks to depends on its packed bytes alone, and
 * it is found only by all of them, so that no dump can change what is read from another.
 */
#ifndef VMT_IO_UNPACKED_H
#define VMT_IO_UNPACKED_H

#include "io/codec.h"

struct unpacked;

/* Takes so many bytes, at most 255 MiB; memory that is not used yet is not touched. */
int unpacked_new(TALLOC_CTX *ctx, size_t bytes, struct unpacked **ret, struct vmt_err *err);

/* As codec_unpack(), but faster if the same page was unpacked before. u may be NULL. */
int unpacked_read(struct unpacked *u, struct codecs *codecs, enum codec_id id,
	struct codec_buffers b, struct vmt_err *err);

/* How many pages were found so far. */
uint64_t unpacked_found(const struct unpacked *u);

#endif
