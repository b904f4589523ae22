/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The size of an array; and arrays that grow by an element at a time, at a cost linear in all. */
#ifndef VMT_BASE_ARRAY_H
#define VMT_BASE_ARRAY_H

#include <stddef.h>
#include <stdint.h>

#include <talloc.h>

/* How many items an array has; not for a pointer. */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * The array of n elements with room for one more, moved where it had to grow; NULL: no memory, and
 * the array is as it was. Room doubles whenever n is a power of two, so n alone tells how much
 * there is: elements may be added by this only.
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
