/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The size of an array, and arrays that grow one element at a time at a total cost linear in n. */
#ifndef VMT_BASE_ARRAY_H
#define VMT_BASE_ARRAY_H

#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"

/* The number of elements of an array. Not for a pointer. */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Returns the array of n elements with room for one more, moved if it had to grow. Without memory
 * it returns NULL and leaves the array as it was. The room doubles whenever n is a power of two, so
 * n alone determines the room there is: add elements in no other way.
 */
static inline void *array_room(const void *ctx, void *array, size_t size, size_t n)
{
	if (array && n & (n - 1))
		return array;
	if (n > SIZE_MAX / 2 / size)
		return NULL;
	return talloc_realloc_size(ctx, array, size * (n ? 2 * n : 1));
}

#define ARRAY_ROOM(ctx, array, n) array_room(ctx, array, sizeof(*(array)), n)

#endif
