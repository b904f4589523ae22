// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sort.h"

#include <stdbool.h>
#include <stdlib.h>

static void swap(unsigned char *a, unsigned char *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char c = a[i];

		a[i] = b[i];
		b[i] = c;
	}
}

void sort_items(void *items, size_t n, size_t size, int (*cmp)(const void *a, const void *b))
{
	unsigned char *p = items;
	bool up = true, down = true;

	for (size_t i = 1; i < n && (up || down); i++) {
		int c = cmp(p + (i - 1) * size, p + i * size);

		up &= c <= 0;
		down &= c > 0;
	}
	if (up)
		return;
	if (!down) {
		qsort(items, n, size, cmp);
		return;
	}
	for (size_t i = 0; i < n / 2; i++)
		swap(p + i * size, p + (n - 1 - i) * size, size);
}
