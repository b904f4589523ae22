/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers that each have a value: the smallest number among those whose value is in a range. */
#ifndef VMT_KERNEL_FIRST_IN_RANGE_H
#define VMT_KERNEL_FIRST_IN_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include <talloc.h>

struct first_in_range {
	struct first_key {
		uint64_t value;
		uint32_t number;
	} * keys;	/* by value */
	uint32_t *tree; /* of places in keys: each the one with the smaller number of two below */
	size_t n;
};

/* Room for n keys, which hangs on ctx; false: no memory. */
bool first_in_range_init(void *ctx, struct first_in_range *f, size_t n);

/* Keys are added, all of them settled, and then asked for. */
void first_in_range_add(struct first_in_range *f, uint64_t value, uint32_t number);
void first_in_range_settle(struct first_in_range *f);

/* The smallest number that has a value of first to last and is not gone; UINT32_MAX: none. */
uint32_t first_in_range_find(
	struct first_in_range *f, uint64_t first, uint64_t last, const bool *gone);

#endif
