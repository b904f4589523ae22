// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/big.h"

#include <stdint.h>
#include <sys/mman.h>

#define FIRST_SIZE (64u << 10)

static int unmap(struct big *big)
{
	if (big->p)
		munmap(big->p, big->size);
	return 0;
}

struct big *big_new(const void *ctx)
{
	struct big *big = talloc_zero(ctx, struct big);

	if (big)
		talloc_set_destructor(big, unmap);
	return big;
}

void *big_resize(struct big *big, size_t size)
{
	void *p;

	if (size <= big->size)
		return big->p;
	p = big->p ? mremap(big->p, big->size, size, MREMAP_MAYMOVE)
		   : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED) {
		alloc_failed();
		return NULL;
	}
	big->p = p;
	big->size = size;
	return p;
}

void *big_room(struct big *big, size_t element, size_t n)
{
	size_t want = (n + 1) * element;

	if (n >= SIZE_MAX / 2 / element) {
		alloc_failed();
		return NULL;
	}
	if (want <= big->size)
		return big->p;
	return big_resize(big, want < FIRST_SIZE ? FIRST_SIZE : 2 * want);
}
