// SPDX-License-Identifier: GPL-3.0-or-later
/* Who holds the memory, as the log's report of memory would say it. */
#include "base/array.h"
#include "dump/vmcoreinfo.h"
#include "facade/kernel_view.h"
#include "image/btf_walk.h"
#include "kernel/usage.h"

/* By the enumerators, of which a kernel may lack some. Their values differ from kernel to kernel.
 */
static const struct {
	const char *name;
	enum oops_memory_use use;
} counters[] = {
	{"NR_ACTIVE_ANON", OOPS_MEM_ACTIVE_ANON},
	{"NR_INACTIVE_ANON", OOPS_MEM_INACTIVE_ANON},
	{"NR_ACTIVE_FILE", OOPS_MEM_ACTIVE_FILE},
	{"NR_INACTIVE_FILE", OOPS_MEM_INACTIVE_FILE},
	{"NR_ISOLATED_ANON", OOPS_MEM_ISOLATED_ANON},
	{"NR_ISOLATED_FILE", OOPS_MEM_ISOLATED_FILE},
	{"NR_UNEVICTABLE", OOPS_MEM_UNEVICTABLE},
	{"NR_SLAB_RECLAIMABLE_B", OOPS_MEM_SLAB_RECLAIMABLE},
	{"NR_SLAB_UNRECLAIMABLE_B", OOPS_MEM_SLAB_UNRECLAIMABLE},
	{"NR_SHMEM", OOPS_MEM_SHMEM},
	{"NR_PAGETABLE", OOPS_MEM_PAGETABLES},
	{"NR_SECONDARY_PAGETABLE", OOPS_MEM_SEC_PAGETABLES},
	{"NR_BOUNCE", OOPS_MEM_BOUNCE},
	{"NR_FREE_PAGES", OOPS_MEM_FREE},
};

static struct vmt_u64 read_counter(struct kernel_view *view, const char *name)
{
	uint32_t index;

	if (btf_enumerator(view->types, "node_stat_item", name, &index))
		return usage_of_nodes(&view->image, index);
	if (btf_enumerator(view->types, "zone_stat_item", name, &index))
		return usage_of_zones(&view->image, index);
	return (struct vmt_u64){0};
}

static void read_counters(struct kernel_view *view, struct oops_memory *m)
{
	struct vmt_u64 stacks = read_counter(view, "NR_KERNEL_STACK_KB");

	for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
		m->pages[counters[i].use] = read_counter(view, counters[i].name);
	if (stacks.known && stacks.v < UINT64_MAX / 1024)
		m->kernel_stack = (struct vmt_u64){true, stacks.v * 1024};
}

static struct vmt_u64 bytes(const struct oops_memory *m, struct vmt_u64 pages)
{
	if (!pages.known || pages.v > UINT64_MAX / m->page_size)
		return (struct vmt_u64){0};
	pages.v *= m->page_size;
	return pages;
}

static void read_holders(struct kernel_view *view, struct oops_memory *m)
{
	struct usage_slab slab;
	struct usage_task task;
	uint64_t n;

	if (!usage_largest_slab(&view->image, &slab, NULL)) {
		m->slab = talloc_strdup(m, slab.name);
		m->slab_bytes = slab.pages * m->page_size;
		m->slab_of_all = true;
	}
	if (!usage_largest_task(&view->image, &task, &n, NULL)) {
		m->largest = (struct oops_memory_task){
			talloc_strdup(m, task.comm), (uint64_t)task.pid, {true, task.rss}};
		m->n_tasks = (struct vmt_u64){true, n};
	}
}

int kernel_view_memory(
	struct kernel_view *view, TALLOC_CTX *ctx, struct oops_memory **ret, struct vmt_err *err)
{
	struct oops_memory *m = talloc_zero(ctx, struct oops_memory);

	if (!m)
		return err_nomem(err);
	*ret = m;
	if (!view->types || !view->image.info ||
		!vmcoreinfo_number(view->image.info, "PAGESIZE", &m->page_size) || !m->page_size)
		return 0;
	read_counters(view, m);
	m->managed = bytes(m, usage_managed(&view->image));
	m->huge = bytes(m, usage_huge(&view->image));
	read_holders(view, m);
	return 0;
}
