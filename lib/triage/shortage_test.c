// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "triage/shortage.h"

#define MIB (1u << 20)
#define PAGES(mib)                                                                                 \
	{                                                                                          \
		true, (mib)*256u                                                                   \
	}

/* 100 MiB, of which 10 are free. */
static struct oops_memory sample(void)
{
	return (struct oops_memory){.page_size = 4096,
		.managed = {true, 100 * MIB},
		.pages = {[OOPS_MEM_ACTIVE_ANON] = PAGES(20),
			[OOPS_MEM_INACTIVE_ANON] = PAGES(30),
			[OOPS_MEM_SHMEM] = PAGES(5),
			[OOPS_MEM_ACTIVE_FILE] = PAGES(3),
			[OOPS_MEM_SLAB_UNRECLAIMABLE] = PAGES(30),
			[OOPS_MEM_FREE] = PAGES(10)},
		.largest = {"mysqld", 311, {true, 10240}},
		.n_tasks = {true, 12}};
}

static void check(const struct oops_memory *m, const char *headline, const char *evidence)
{
	void *ctx = talloc_new(NULL);
	char *s = shortage_add_holder(shortage_add_killed(talloc_strdup(ctx, "oom"), m), m);
	bool done;

	assert_string_equal(s, headline);
	s = shortage_evidence(ctx, m, 0, &done);
	assert_false(done);
	if (evidence)
		assert_string_equal(s, evidence);
	else
		assert_null(s);
	talloc_free(ctx);
}

static void processes(void **state)
{
	static const char uses[] =
		"Of 100.0 MiB that the kernel could give out: processes 45.0 MiB, slab caches 30.0 "
		"MiB, free 10.0 MiB, no counter shows 7.0 MiB, tmpfs and shared memory 5.0 MiB, "
		"page "
		"cache 3.0 MiB.";
	struct oops_memory m = sample();

	(void)state;
	check(&m,
		"oom: processes hold 45.0 MiB of 100.0 MiB, the largest is mysqld (pid 311) with "
		"40.0 "
		"MiB",
		uses);
	m.killed = (struct oops_memory_task){"mysqld", 311, {true, 41 * MIB}};
	check(&m,
		"oom, mysqld (pid 311) was killed, with 41.0 MiB: processes hold 45.0 MiB of 100.0 "
		"MiB",
		uses);
	m.killed.rss.known = false;
	check(&m, "oom, mysqld (pid 311) was killed: processes hold 45.0 MiB of 100.0 MiB", uses);
}

static void advice_names_the_process(void **state)
{
	struct oops_memory m = sample();
	void *ctx = talloc_new(NULL);

	(void)state;
	assert_string_equal(shortage_advice(ctx, &m),
		"Find out why mysqld (pid 311) needs that much, and limit it (MemoryMax= of its "
		"service) or give the machine more memory.");
	m.page_size = 0;
	assert_null(shortage_advice(ctx, &m));
	talloc_free(ctx);
}

static void other_holders(void **state)
{
	struct oops_memory m = sample();
	void *ctx = talloc_new(NULL);

	(void)state;
	m.pages[OOPS_MEM_SHMEM] = (struct vmt_u64)PAGES(48);
	check(&m, "oom: tmpfs and shared memory hold 48.0 MiB of 100.0 MiB",
		"Of 100.0 MiB that the kernel could give out: tmpfs and shared memory 48.0 MiB, "
		"slab "
		"caches 30.0 MiB, free 10.0 MiB, no counter shows 7.0 MiB, page cache 3.0 MiB, "
		"processes 2.0 MiB.");
	assert_non_null(strstr(shortage_advice(ctx, &m), "tmpfs"));
	m = sample();
	m.pages[OOPS_MEM_INACTIVE_ANON].v = 0;
	m.slab = "vhba_request";
	m.slab_bytes = 29 * MIB;
	m.huge = (struct vmt_u64){true, 20 * MIB};
	check(&m, "oom: the slab cache vhba_request holds 29.0 MiB of 100.0 MiB",
		"Of 100.0 MiB that the kernel could give out: slab caches 30.0 MiB, huge pages "
		"20.0 "
		"MiB, no counter shows 17.0 MiB, processes 15.0 MiB, free 10.0 MiB, tmpfs and "
		"shared "
		"memory 5.0 MiB, page cache 3.0 MiB.");
	assert_non_null(strstr(shortage_advice(ctx, &m), "slub_debug=U,vhba_request."));
	m.slab = "a/../b";
	assert_non_null(strstr(shortage_advice(ctx, &m), "slub_debug=U)"));
	m.slab = "vhba_request";
	m.slab_bytes = 31 * MIB; /* more than all of them */
	assert_non_null(strstr(shortage_advice(ctx, &m), "slub_debug=U)"));
	check(&m, "oom: the kernel's slab caches hold 30.0 MiB of 100.0 MiB",
		"Of 100.0 MiB that the kernel could give out: slab caches 30.0 MiB, huge pages "
		"20.0 "
		"MiB, no counter shows 17.0 MiB, processes 15.0 MiB, free 10.0 MiB, tmpfs and "
		"shared "
		"memory 5.0 MiB, page cache 3.0 MiB.");
	m.pages[OOPS_MEM_SLAB_UNRECLAIMABLE].v = 0;
	m.huge.v = 0;
	check(&m,
		"oom: drivers or other parts of the kernel, which no counter shows, hold 67.0 MiB "
		"of "
		"100.0 MiB",
		"Of 100.0 MiB that the kernel could give out: no counter shows 67.0 MiB, processes "
		"15.0 MiB, free 10.0 MiB, tmpfs and shared memory 5.0 MiB, page cache 3.0 MiB.");
	talloc_free(ctx);
}

static void numbers_that_do_not_fit(void **state)
{
	struct oops_memory m = sample();

	(void)state;
	m.pages[OOPS_MEM_ACTIVE_ANON] = (struct vmt_u64)PAGES(40); /* 103 in all */
	check(&m, "oom", NULL);
	m = sample();
	m.pages[OOPS_MEM_SHMEM] = (struct vmt_u64)PAGES(60); /* more than what it is part of */
	check(&m, "oom", NULL);
	m = sample();
	m.page_size = 0;
	check(&m, "oom", NULL);
	m = sample();
	m.pages[OOPS_MEM_FREE].known = false;
	check(&m, "oom", NULL);
}

static void a_group_at_its_limit(void **state)
{
	struct oops_memory m = {.cgroup = "/a.slice",
		.cgroup_limit = {true, 512 * MIB},
		.killed = {"x", 9, {true, 1536 * 1024}}};

	(void)state;
	check(&m,
		"oom, x (pid 9) was killed, with 1.5 MiB: the control group /a.slice is at its "
		"limit "
		"of 512.0 MiB",
		NULL);
}

static void the_rest_of_the_evidence(void **state)
{
	struct oops_memory m = sample();
	void *ctx = talloc_new(NULL);
	bool done;

	(void)state;
	assert_string_equal(shortage_evidence(ctx, &m, 1, &done),
		"The largest task is mysqld (pid 311) with 40.0 MiB in memory (of 12 listed).");
	assert_null(shortage_evidence(ctx, &m, 2, &done));
	assert_null(shortage_evidence(ctx, &m, 3, &done));
	assert_false(done);
	assert_null(shortage_evidence(ctx, &m, 4, &done));
	assert_true(done);
	m.slab = "dentry";
	m.slab_bytes = 1000;
	m.swap_total = (struct vmt_u64){true, 0};
	assert_string_equal(shortage_evidence(ctx, &m, 2, &done),
		"The largest slab cache that cannot be reclaimed is dentry: 1000 bytes.");
	assert_string_equal(shortage_evidence(ctx, &m, 3, &done), "There is no swap space.");
	m.swap_total.v = 3ull << 30;
	m.swap_free = (struct vmt_u64){true, 1023};
	assert_string_equal(shortage_evidence(ctx, &m, 3, &done),
		"Swap space: 1023 bytes of 3.0 GiB are free.");
	talloc_free(ctx);
}

static void the_dump_adds_what_the_log_lost(void **state)
{
	void *ctx = talloc_new(NULL);
	struct oops_memory log = sample(), lost = {0}, cgroup = {.cgroup = "/a"}, dump = sample();
	const struct oops_memory *m;

	(void)state;
	dump.largest = (struct oops_memory_task){"mysqld", 311, {true, 41 * MIB}};
	dump.slab = "dentry";
	dump.slab_bytes = 1024;
	dump.slab_of_all = true;
	assert_ptr_equal(shortage_merge(ctx, NULL, &dump), &dump);
	assert_ptr_equal(shortage_merge(ctx, &log, NULL), &log);
	assert_ptr_equal(shortage_merge(ctx, &cgroup, &dump), &cgroup);
	m = shortage_merge(ctx, &lost, &dump);
	assert_int_equal(m->managed.v, dump.managed.v);
	assert_memory_equal(m->pages, dump.pages, sizeof(m->pages));
	assert_string_equal(m->largest.comm, "mysqld");
	/* The log has all; the caches do not hold the most. */
	log.largest = (struct oops_memory_task){"x", 1, {true, 1}};
	m = shortage_merge(ctx, &log, &dump);
	assert_string_equal(m->largest.comm, "x");
	assert_null(m->slab);
	/* They do, but the log does not list them. */
	log.pages[OOPS_MEM_SLAB_RECLAIMABLE] = log.pages[OOPS_MEM_INACTIVE_ANON];
	log.pages[OOPS_MEM_INACTIVE_ANON].v = log.pages[OOPS_MEM_SHMEM].v;
	m = shortage_merge(ctx, &log, &dump);
	assert_string_equal(m->slab, "dentry");
	assert_true(m->slab_of_all);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_dump_adds_what_the_log_lost),
		cmocka_unit_test(processes),
		cmocka_unit_test(advice_names_the_process),
		cmocka_unit_test(other_holders),
		cmocka_unit_test(numbers_that_do_not_fit),
		cmocka_unit_test(a_group_at_its_limit),
		cmocka_unit_test(the_rest_of_the_evidence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
