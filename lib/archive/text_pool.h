/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that are kept once, however often they come: a million crashes have few kernels. */
#ifndef VMT_ARCHIVE_TEXT_POOL_H
#define VMT_ARCHIVE_TEXT_POOL_H

#include "base/alloc.h"
#include "base/err.h"

struct text_pool;

/* The texts become children of ctx, and outlive the pool. */
int text_pool_new(TALLOC_CTX *ctx, struct text_pool **ret, struct vmt_err *err);

/* Equal texts have equal pointers. NULL: no memory. */
const char *text_pool_get(struct text_pool *pool, const char *text);

#endif
