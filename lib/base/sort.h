/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting what files mostly have in order already. */
#ifndef VMT_BASE_SORT_H
#define VMT_BASE_SORT_H

#include <stddef.h>

/*
 * As qsort(), but items that are in order, or in reverse order, take no memory and only linear
 * time.
 */
void sort_items(void *items, size_t n, size_t size, int (*cmp)(const void *a, const void *b));

#endif
