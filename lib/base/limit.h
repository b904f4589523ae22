/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a context and all its children may hold at once. */
#ifndef VMT_BASE_LIMIT_H
#define VMT_BASE_LIMIT_H

#include <talloc.h>

static inline void limit_memory(TALLOC_CTX *ctx, size_t bytes)
{
/* Marked deprecated since talloc 2.4, with nothing in its place; it works in every release. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
	talloc_set_memlimit(ctx, bytes);
#pragma GCC diagnostic pop
}

#endif
