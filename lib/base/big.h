/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory for what may be large: talloc refuses 256 MiB and more. It is mapped, so that it is had
 * from the system page by page, when it is first written, and given back as a whole.
 */
#ifndef VMT_BASE_BIG_H
#define VMT_BASE_BIG_H

#include <assert.h>
#include <stddef.h>

#include <talloc.h>

/* What talloc gives (its MAX_TALLOC_SIZE, less its own header). */
#define TALLOC_MOST 0x0ffffe00u

/* That a cap can be had: the most elements of one size that talloc is asked for. */
#define CAP_FITS(count, size)                                                                      \
	static_assert((unsigned long long)(count) * (size) <= TALLOC_MOST,                         \
		#count " is more than talloc gives: see base/big.h")

struct big {
	void *p;
	size_t size;
};

/* An empty one; it is unmapped when it is freed. NULL: no memory. */
struct big *big_new(const void *ctx);

/* Room for size bytes, those before kept, new ones zero. NULL: no memory, and it is as before. */
void *big_resize(struct big *big, size_t size);

/* Room for one more of n elements, the room doubling; the array, or NULL. */
void *big_room(struct big *big, size_t element, size_t n);

#endif
