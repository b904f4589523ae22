/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers that each have a value: finds the smallest number among those with a value in a range. */
#ifndef VMT_KERNEL_FIRST_IN_RANGE_H
#define VMT_KERNEL_FIRST_IN_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/alloc.h"

struct first_in_range {
	struct first_key {
		uint64_t value;
		uint32_t number;
	} * keys;	/* sorted by value */
	uint32_t *tree; /* of indexes into keys: each node is the child with the smaller number */
	size_t n;
};

/* Makes room for n keys, allocated from ctx. False: out of memory. */
bool first_in_range_init(void *ctx, struct first_in_range *f, size_t n);

/* First add all keys, then settle, then query. */
void first_in_range_add(struct first_in_range *f, uint64_t value, uint32_t number);
void first_in_range_settle(struct first_in_range *f);

/*
 * The smallest number with a value from first to last (inclusive) that is not gone. UINT32_MAX:
 * none.
 */
uint32_t first_in_range_find(
	struct first_in_range *f, uint64_t first, uint64_t last, const bool *gone);

#endif
