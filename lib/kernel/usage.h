/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds the memory: the kernel's counters, its slab caches and the tasks. */
#ifndef VMT_KERNEL_USAGE_H
#define VMT_KERNEL_USAGE_H

#include "image/image.h"

/*
 * A counter of all nodes or of all zones, without what each CPU has not added yet. index: the value
 * of its enumerator in enum node_stat_item or zone_stat_item. Unknown: not to be read.
 */
struct vmt_u64 usage_of_nodes(const struct kernel_image *k, uint32_t index);
struct vmt_u64 usage_of_zones(const struct kernel_image *k, uint32_t index);

/* The pages that the page allocator has; unknown: not to be read. */
struct vmt_u64 usage_managed(const struct kernel_image *k);

/* Pages that were set aside for huge pages. */
struct vmt_u64 usage_huge(const struct kernel_image *k);

struct usage_slab {
	char name[64];
	uint64_t pages;
};

/* The slab cache with most pages. VMT_ERR_NOTFOUND: none can be read. */
int usage_largest_slab(const struct kernel_image *k, struct usage_slab *ret, struct vmt_err *err);

struct usage_task {
	char comm[17];
	int32_t pid;
	uint64_t rss; /* pages */
};

/* The process with most memory, and how many have any. VMT_ERR_NOTFOUND: none can be read. */
int usage_largest_task(
	const struct kernel_image *k, struct usage_task *ret, uint64_t *n, struct vmt_err *err);

#endif
