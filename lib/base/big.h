/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory for what may be large: talloc refuses 256 MiB and more. The memory is mapped, so the
 * system provides each page when it is first written and takes back the whole at once.
 */
#ifndef VMT_BASE_BIG_H
#define VMT_BASE_BIG_H

#include <assert.h>
#include <stddef.h>

#include "base/alloc.h"

/* The most that talloc allocates (its MAX_TALLOC_SIZE less its own header). */
#define TALLOC_MOST 0x0ffffe00u

/* Asserts that talloc can allocate as many elements of this size as a cap allows. */
#define CAP_FITS(count, size)                                                                      \
	static_assert((unsigned long long)(count) * (size) <= TALLOC_MOST,                         \
		#count " is more than talloc allocates: see base/big.h")

struct big {
	void *p;
	size_t size;
};

/* An empty one, a talloc child of ctx. Freeing it unmaps its memory. NULL: out of memory. */
struct big *big_new(const void *ctx);

/*
 * Makes room for size bytes: existing bytes are kept, new ones are zero. Returns the memory, which
 * may have moved. NULL: out of memory, and big is unchanged. Never shrinks.
 */
void *big_resize(struct big *big, size_t size);

/*
 * Makes room for one more element after n of them, doubling the room as needed. Returns the array,
 * or NULL when out of memory.
 */
void *big_room(struct big *big, size_t element, size_t n);

#endif
