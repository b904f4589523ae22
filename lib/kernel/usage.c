// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See usage.h. Mirrors mm/vmstat.c, mm/hugetlb.c, mm/slub.c (CONFIG_SLUB_DEBUG, which all
 * distributions have) and include/linux/mm.h. What CPUs have not added yet is left out: at most 125
 * pages for each CPU and counter.
 */
#include "kernel/usage.h"

#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "kernel/task.h"

#define OO_SHIFT 16

/* ---- counters ---------------------------------------------------------------------------- */

static struct vmt_u64 counter_at(const struct kernel_image *k, const char *array, uint32_t index)
{
	unsigned size = mem_space_ptr_size(k->space);
	uint64_t at, v;

	if (kernel_symbol(k, array, &at, NULL) ||
		mem_read_uint(k->space, at + (uint64_t)index * size, size, &v, NULL))
		return (struct vmt_u64){0};
	/* What one CPU has taken away may have been added by another one later. */
	return (struct vmt_u64){true, size == 8 && (int64_t)v < 0 ? 0 : v};
}

struct vmt_u64 usage_of_nodes(const struct kernel_image *k, uint32_t index)
{
	return counter_at(k, "vm_node_stat", index);
}

struct vmt_u64 usage_of_zones(const struct kernel_image *k, uint32_t index)
{
	return counter_at(k, "vm_zone_stat", index);
}

struct vmt_u64 usage_managed(const struct kernel_image *k)
{
	/* 5.0 and later */
	return counter_at(k, "_totalram_pages", 0);
}

struct vmt_u64 usage_huge(const struct kernel_image *k)
{
	uint64_t at, n, size, order, pages, sum = 0;

	if (kernel_symbol(k, "hstates", &at, NULL) ||
		kernel_read_symbol(k, "hugetlb_max_hstate", 4, &n, NULL) ||
		layout_size(k->layout, "hstate", &size, NULL) || n > CAP_HSTATES)
		return (struct vmt_u64){0};
	for (; n; n--, at += size) {
		if (kernel_read_member(k, at, "hstate", "order", &order, NULL) ||
			kernel_read_member(k, at, "hstate", "nr_huge_pages", &pages, NULL) ||
			order > 32 || pages > UINT64_MAX >> 33)
			return (struct vmt_u64){0};
		sum += pages << order;
	}
	return (struct vmt_u64){true, sum};
}

/* ---- slab caches ------------------------------------------------------------------------- */

static uint64_t count_nodes(const struct kernel_image *k)
{
	uint64_t n;

	if (kernel_read_symbol(k, "nr_node_ids", 4, &n, NULL) || !n || n > CAP_NODES)
		return 1;
	return n;
}

/* A node's slabs may be smaller than the usual ones, if memory was fragmented. */
static bool pages_of(const struct kernel_image *k, uint64_t cache, uint64_t nodes, uint64_t *ret)
{
	unsigned size = mem_space_ptr_size(k->space);
	struct layout_member m;
	uint64_t oo, node, slabs;

	if (layout_member(k->layout, "kmem_cache", "node", &m, NULL) ||
		kernel_read_member(k, cache, "kmem_cache", "oo.x", &oo, NULL) ||
		(uint32_t)oo >> OO_SHIFT > 16)
		return false;
	*ret = 0;
	for (uint64_t i = 0; i < nodes; i++) {
		if (mem_read_ptr(k->space, cache + m.offset + i * size, &node, NULL))
			return false;
		if (!node)
			continue;
		if (kernel_read_member(k, node, "kmem_cache_node", "nr_slabs", &slabs, NULL) ||
			slabs > UINT64_MAX >> 20)
			return false;
		*ret += slabs << ((uint32_t)oo >> OO_SHIFT);
	}
	return true;
}

static bool read_name(const struct kernel_image *k, uint64_t cache, char *name, size_t size)
{
	uint64_t at;

	return !kernel_read_member(k, cache, "kmem_cache", "name", &at, NULL) &&
	       !mem_read_string(k->space, at, name, size, NULL) && *name;
}

int usage_largest_slab(const struct kernel_image *k, struct usage_slab *ret, struct vmt_err *err)
{
	uint64_t head, at, nodes, pages;
	struct layout_member list;
	int rc = kernel_symbol(k, "slab_caches", &head, err);

	*ret = (struct usage_slab){0};
	if (!rc)
		rc = layout_member(k->layout, "kmem_cache", "list", &list, err);
	if (rc)
		return rc;
	nodes = count_nodes(k);
	at = head;
	for (uint64_t n = 0; n < CAP_SLAB_NODES; n += nodes) {
		char name[sizeof(ret->name)];

		if (mem_read_ptr(k->space, at, &at, NULL) || !at || at == head)
			break;
		if (!pages_of(k, at - list.offset, nodes, &pages) || pages <= ret->pages ||
			!read_name(k, at - list.offset, name, sizeof(name)))
			continue;
		memcpy(ret->name, name, sizeof(name));
		ret->pages = pages;
	}
	return ret->pages ? 0 : err_set(err, VMT_ERR_NOTFOUND, "no slab cache can be read");
}

/* ---- tasks ------------------------------------------------------------------------------- */

struct search {
	const struct kernel_image *k;
	struct usage_task *ret;
	uint64_t n;
};

/* Pages of files, anonymous ones and shared ones. Before 6.2 plain counters. */
static bool read_rss(const struct kernel_image *k, uint64_t mm, uint64_t *ret)
{
	static const char *const members[][2] = {
		{"rss_stat[0].count", "rss_stat.count[0]"},
		{"rss_stat[1].count", "rss_stat.count[1]"},
		{"rss_stat[3].count", "rss_stat.count[3]"},
	};

	*ret = 0;
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		uint64_t v;

		if (kernel_read_member(k, mm, "mm_struct", members[i][0], &v, NULL) &&
			kernel_read_member(k, mm, "mm_struct", members[i][1], &v, NULL))
			return false;
		*ret += (int64_t)v > 0 ? v : 0;
	}
	return true;
}

static int compare(void *arg, const struct task *task)
{
	struct search *s = arg;
	uint64_t mm, rss;

	if (task->pid != task->tgid || !task->pid ||
		kernel_read_member(s->k, task->addr, "task_struct", "mm", &mm, NULL) || !mm ||
		!read_rss(s->k, mm, &rss))
		return 0;
	s->n++;
	if (rss <= s->ret->rss)
		return 0;
	*s->ret = (struct usage_task){.pid = task->pid, .rss = rss};
	memcpy(s->ret->comm, task->comm, sizeof(s->ret->comm));
	return 0;
}

int usage_largest_task(
	const struct kernel_image *k, struct usage_task *ret, uint64_t *n, struct vmt_err *err)
{
	struct search s = {.k = k, .ret = ret};
	uint64_t lost;
	int rc;

	*ret = (struct usage_task){0};
	rc = task_each(k, compare, &s, &lost, err);
	*n = s.n;
	if (rc)
		return rc;
	return ret->rss ? 0 : err_set(err, VMT_ERR_NOTFOUND, "no process has memory");
}
