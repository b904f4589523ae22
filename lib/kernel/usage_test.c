// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "image/fake_image.h"
#include "kernel/fake_tasks.h"
#include "kernel/usage.h"

/* Offsets in RAM. */
#define CACHES 0x50000u /* slab_caches */
#define STAT 0x50100u	/* vm_node_stat */
#define TOTAL 0x50200u	/* _totalram_pages */
#define STATES 0x50300u /* hstates */
#define N_STATES 0x50400u
#define CACHE 0x51000u /* kmem_caches, 0x200 bytes each, with their names and nodes */
#define MM 0x52000u

enum {
	CACHE_LIST = 0,
	CACHE_NAME = 16,
	CACHE_OO = 24,
	CACHE_NODE = 32,
	TASK_MM = 0x700,
};

static const struct fake_member members[] = {
	{"kmem_cache", "list", CACHE_LIST, 16},
	{"kmem_cache", "name", CACHE_NAME, 8},
	{"kmem_cache", "oo.x", CACHE_OO, 4},
	{"kmem_cache", "node", CACHE_NODE, 8},
	{"kmem_cache_node", "nr_slabs", 8, 8},
	{"hstate", "order", 0, 4},
	{"hstate", "nr_huge_pages", 8, 8},
	{"task_struct", "mm", TASK_MM, 8},
	{"mm_struct", "rss_stat.count[0]", 0, 8},
	{"mm_struct", "rss_stat.count[1]", 8, 8},
	{"mm_struct", "rss_stat.count[3]", 24, 8},
};

static int find_member(void *priv, const char *type, const char *member, struct layout_member *ret,
	struct vmt_err *err)
{
	(void)priv;
	return fake_find_member(members, ARRAY_SIZE(members), type, member, ret, err);
}

static int find_size(void *priv, const char *type, uint64_t *ret, struct vmt_err *err)
{
	(void)priv;
	*ret = 16;
	return strcmp(type, "hstate") == 0 ? 0 : err_set(err, VMT_ERR_NOTFOUND, "no %s", type);
}

static void point(uint64_t from, uint64_t to)
{
	fake_put(from, 8, fake_va(to));
}

static void put_cache(unsigned i, const char *name, unsigned order, unsigned slabs)
{
	uint64_t c = CACHE + 0x200 * i;

	point(c + CACHE_NAME, c + 0x80);
	strcpy((char *)fake_ram + c + 0x80, name);
	fake_put(c + CACHE_OO, 4, order << 16 | 21);
	point(c + CACHE_NODE, c + 0x100);
	fake_put(c + 0x108, 8, slabs);
}

static void put_process(unsigned i, uint64_t file, uint64_t anon, uint64_t shmem)
{
	uint64_t mm = MM + 0x100 * i;

	point(fake_task(i) + TASK_MM, mm);
	fake_put(mm, 8, file);
	fake_put(mm + 8, 8, anon);
	fake_put(mm + 24, 8, shmem);
}

static void put_kernel(void)
{
	put_cache(0, "dentry", 0, 90);
	put_cache(1, "x_sense", 3, 12);
	put_cache(2, "inode", 2, 20);
	fake_link(CACHES, CACHE);
	fake_link(CACHE, CACHE + 0x200);
	fake_link(CACHE + 0x200, CACHE + 0x400);
	fake_link(CACHE + 0x400, CACHES);
	fake_put(STAT + 8, 8, 4711);
	fake_put(STAT + 16, 8, (uint64_t)-3);
	fake_put(TOTAL, 8, 70000);
	fake_put(N_STATES, 4, 2);
	fake_put(STATES, 4, 9);
	fake_put(STATES + 8, 8, 3);
	fake_put(STATES + 16, 4, 18);
	for (unsigned i = 0; i < 4; i++) {
		fake_put_task(i, i ? 100 + (int)i : 0, 0);
		fake_link(fake_task(i) + SIGNAL_HEAD, fake_task(i) + TASK_NODE);
		fake_link(fake_task(i) + TASK_NODE, fake_task(i) + SIGNAL_HEAD);
		fake_link(fake_task(i) + TASK_TASKS, fake_task((i + 1) % 4) + TASK_TASKS);
	}
	put_process(1, 10, 20, 30);
	put_process(2, 1, 100, (uint64_t)-5); /* task 3 is a kernel thread */
}

static struct kernel_image *open_kernel(TALLOC_CTX *ctx)
{
	static const struct layout_provider provider = {
		.name = "usage", .member = find_member, .size = find_size};
	static const struct layout_provider tasks = {
		.name = "tasks", .member = fake_layout_member, .size = fake_layout_size};
	static const struct {
		unsigned at;
		const char *name;
	} symbols[] = {{CACHES, "Dslab_caches"}, {STAT, "Dvm_node_stat"},
		{TOTAL, "D_totalram_pages"}, {STATES, "Dhstates"},
		{N_STATES, "Dhugetlb_max_hstate"}, {FAKE_TASKS, "Dinit_task"}};
	const struct fake_layout layout = {.mode = FAKE_PERCPU, .two_bytes = true, .seqs = true};
	struct kernel_image *k = talloc_zero(ctx, struct kernel_image);
	struct fake_tables t = {0};

	fake_reset();
	put_kernel();
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_va(FAKE_OFFSETS), "D__per_cpu_offset");
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++)
		fake_symbol_add(&t, fake_va(symbols[i].at), "%s", symbols[i].name);
	fake_put_tables(&layout, &t);
	fake_image(k, &t, &provider, k);
	assert_int_equal(layout_add(k->layout, &tasks, NULL), 0);
	return k;
}

static void counters(void **state)
{
	struct kernel_image *k = open_kernel(NULL);

	(void)state;
	assert_int_equal(usage_of_nodes(k, 1).v, 4711);
	assert_true(usage_of_nodes(k, 2).known);
	assert_int_equal(usage_of_nodes(k, 2).v, 0);
	assert_false(usage_of_zones(k, 1).known);
	assert_int_equal(usage_managed(k).v, 70000);
	assert_int_equal(usage_huge(k).v, 3 * 512);
	fake_put(N_STATES, 4, 1000);
	assert_false(usage_huge(k).known);
	talloc_free(k);
}

static void the_largest_cache(void **state)
{
	struct kernel_image *k = open_kernel(NULL);
	struct usage_slab slab;

	(void)state;
	assert_int_equal(usage_largest_slab(k, &slab, NULL), 0);
	assert_string_equal(slab.name, "x_sense");
	assert_int_equal(slab.pages, 96);
	/* A list that does not return to its head. */
	point(CACHE + 0x400, CACHE + 0x400);
	assert_int_equal(usage_largest_slab(k, &slab, NULL), 0);
	assert_string_equal(slab.name, "x_sense");
	fake_put(CACHES, 8, 0);
	assert_int_equal(usage_largest_slab(k, &slab, NULL), VMT_ERR_NOTFOUND);
	talloc_free(k);
}

static void the_largest_task(void **state)
{
	struct kernel_image *k = open_kernel(NULL);
	struct usage_task task;
	struct vmt_err err;
	uint64_t n;

	(void)state;
	if (usage_largest_task(k, &task, &n, &err))
		fail_msg("%s", err.message);
	assert_string_equal(task.comm, "task-2");
	assert_int_equal(task.pid, 102);
	assert_int_equal(task.rss, 101);
	assert_int_equal(n, 2);
	talloc_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters),
		cmocka_unit_test(the_largest_cache),
		cmocka_unit_test(the_largest_task),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
