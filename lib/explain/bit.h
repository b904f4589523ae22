/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pointer that would be good with one bit changed: memory that lost a bit. */
#ifndef VMT_EXPLAIN_BIT_H
#define VMT_EXPLAIN_BIT_H

#include "explain/region.h"

/*
 * Whether nothing is mapped at a pointer, but with exactly one of its bits changed it points to the
 * beginning of an object in use, of a variable, or (code) of a function. *how: a sentence, a talloc
 * child of ctx.
 */
bool bit_find(TALLOC_CTX *ctx, const struct place_kernel *place, uint64_t pointer, bool code,
	const char **how);

#endif
