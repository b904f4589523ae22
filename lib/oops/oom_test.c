// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "oops/oom.h"
#include "oops/parse_text.h"

#define BEGIN "dd invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER), order=0, oom_score_adj=0\n"

static const struct oops_memory *last(struct oops_log *log)
{
	assert_true(log->n_events > 0);
	assert_non_null(log->events[log->n_events - 1]->memory);
	return log->events[log->n_events - 1]->memory;
}

static void counters_and_the_size_of_a_page(void **state)
{
	struct oops_log *log = parse_text(BEGIN
		"Mem-Info:\n"
		"active_anon:10 inactive_anon:600 isolated_anon:0\n"
		" slab_reclaimable:20 slab_unreclaimable:17\n"
		" mapped:4 shmem:500 pagetables:3\n"
		" free:100 free_pcp:9 free_cma:0\n"
		"Node 0 active_anon:640kB inactive_anon:6400kB shmem:32000kB kernel_stack:864kB "
		"all_unreclaimable? no\n"
		"Node 0 DMA free:4kB boost:0kB present:15992kB managed:1024kB mlocked:0kB\n"
		"Node 0 DMA: 1*64kB (M) 0*128kB = 64kB\n"
		"Node 1 active_anon:0kB inactive_anon:32000kB shmem:0kB kernel_stack:136kB\n"
		"Node 1 Normal free:6396kB managed:90000kB\n"
		"Node 0 hugepages_total=3 hugepages_free=3 hugepages_surp=0 "
		"hugepages_size=2048kB\n"
		"Free swap  = 12kB\n"
		"Total swap = 1024kB\n"
		"1500 pages RAM\n");
	const struct oops_memory *m = last(log);

	(void)state;
	assert_int_equal(m->page_size, 65536);
	assert_int_equal(m->pages[OOPS_MEM_SHMEM].v, 500);
	assert_int_equal(oops_memory_bytes(m, OOPS_MEM_SHMEM).v, 500 * 65536);
	assert_int_equal(m->pages[OOPS_MEM_FREE].v, 100);
	assert_false(m->pages[OOPS_MEM_ACTIVE_FILE].known);
	assert_false(oops_memory_bytes(m, OOPS_MEM_ACTIVE_FILE).known);
	assert_int_equal(m->managed.v, 91024 * 1024);
	assert_int_equal(m->kernel_stack.v, 1000 * 1024);
	assert_int_equal(m->huge.v, 3 * 2048 * 1024);
	assert_int_equal(m->swap_free.v, 12 * 1024);
	assert_int_equal(m->swap_total.v, 1 << 20);
	assert_int_equal(m->ram.v, 1500);
	assert_null(m->killed.comm);
	talloc_free(log);
}

static void counters_that_contradict_memory(void **state)
{
	struct oops_log *log =
		parse_text(BEGIN "Mem-Info:\n"
				 "active_anon:10 inactive_anon:99999999999999999 isolated_anon:0\n"
				 "Node 0 active_anon:40kB inactive_anon:6400kB\n"
				 "Node 0 DMA free:4kB managed:1024kB\n");
	const struct oops_memory *m = last(log);

	(void)state;
	assert_int_equal(m->page_size, 4096); /* by the counter that agrees */
	assert_true(oops_memory_bytes(m, OOPS_MEM_ACTIVE_ANON).known);
	assert_false(oops_memory_bytes(m, OOPS_MEM_INACTIVE_ANON).known);
	talloc_free(log);
}

static void tables_of_tasks_and_slabs(void **state)
{
	struct oops_log *log = parse_text(BEGIN
		"Unreclaimable slab info:\n"
		"Name                      Used          Total\n"
		"kmalloc-64               12KB         16KB\n"
		"vhba_request           2048KB       2100KB\n"
		"dentry                 1048KB       1100KB\n"
		"Tasks state (memory values in pages):\n"
		"[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem "
		"pgtables_bytes swapents oom_score_adj name\n"
		"[     97]     0    97      821      483      83      400       0   40960     "
		"0             0 dd\n"
		"[   1234]    27  1234   999999   176543  176000      543       0   40960     "
		"0          -500 my sql) d\n"
		"[     98]     0    98      821      1       1      0       0   40960        "
		"0             0 sh\n"
		"oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
		"global_oom,task_memcg=/,task=my sql) d,pid=1234,uid=27\n"
		"Out of memory: Killed process 1234 (my sql) d) total-vm:9999kB, "
		"anon-rss:704000kB, file-rss:2172kB, shmem-rss:0kB, UID:27 pgtables:40kB "
		"oom_score_adj:-500\n");
	const struct oops_memory *m = last(log);

	(void)state;
	assert_string_equal(m->slab, "vhba_request");
	assert_int_equal(m->slab_bytes, 2100 * 1024);
	assert_int_equal(m->n_tasks.v, 3);
	assert_string_equal(m->largest.comm, "my sql) d");
	assert_int_equal(m->largest.pid, 1234);
	assert_int_equal(m->largest.rss.v, 176543);
	assert_string_equal(m->killed.comm, "my sql) d");
	assert_int_equal(m->killed.pid, 1234);
	assert_int_equal(m->killed.rss.v, (704000 + 2172) * 1024);
	assert_null(m->cgroup);
	talloc_free(log);
}

static void a_kill_in_two_lines(void **state)
{
	struct oops_log *log = parse_text(
		BEGIN "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name\n"
		      "[  977]     0   977     5000     4000      12        0             0 cc1\n"
		      "Out of memory: Kill process 977 (cc1) score 900 or sacrifice child\n"
		      "Killed process 977 (cc1) total-vm:20000kB, anon-rss:16000kB, "
		      "file-rss:0kB\n");
	const struct oops_memory *m = last(log);

	(void)state;
	assert_string_equal(m->killed.comm, "cc1");
	assert_int_equal(m->killed.rss.v, 16000 * 1024);
	assert_int_equal(m->largest.rss.v, 4000);
	assert_int_equal(m->page_size, 0);
	talloc_free(log);
}

static void a_limit_of_a_group(void **state)
{
	struct oops_log *log = parse_text(
		BEGIN "memory: usage 102400kB, limit 102401kB, failcnt 36\n"
		      "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,"
		      "mems_allowed=0,oom_memcg=/a.slice,task_memcg=/a.slice/b,task=x,pid=9,uid=0\n"
		      "Memory cgroup out of memory: Killed process 9 (x) total-vm:9kB, "
		      "anon-rss:8kB, file-rss:0kB, shmem-rss:0kB, UID:0\n");
	const struct oops_memory *m = last(log);

	(void)state;
	assert_string_equal(m->cgroup, "/a.slice");
	assert_int_equal(m->cgroup_usage.v, 102400 * 1024);
	assert_int_equal(m->cgroup_limit.v, 102401 * 1024);
	assert_string_equal(m->killed.comm, "x");
	talloc_free(log);
}

/* The second report of a boot, and lines that are not of one. */
static void reports_are_kept_apart(void **state)
{
	struct oops_log *log = parse_text(
		BEGIN "Out of memory: Killed process 9 (x) total-vm:9kB, anon-rss:8kB\n" BEGIN
		      "process 1 is not one that was Killed process a (b\n"
		      "Out of memory: Killed process 10 (y) total-vm:9kB, anon-rss:8kB\n");

	(void)state;
	assert_int_equal(log->n_events, 2);
	assert_string_equal(log->events[0]->memory->killed.comm, "x");
	assert_string_equal(last(log)->killed.comm, "y");
	assert_ptr_not_equal(last(log), log->events[0]->memory);
	talloc_free(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_and_the_size_of_a_page),
		cmocka_unit_test(counters_that_contradict_memory),
		cmocka_unit_test(tables_of_tasks_and_slabs),
		cmocka_unit_test(a_kill_in_two_lines),
		cmocka_unit_test(a_limit_of_a_group),
		cmocka_unit_test(reports_are_kept_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
