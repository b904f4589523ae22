// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Waiting for a work item: the task queues a barrier, which is on its stack, behind the item that a
 * worker runs now. Mirrors insert_wq_barrier() of kernel/workqueue.c.
 */
#include "kernel/waits_internal.h"

static bool find_barrier(
	const struct kernel_image *k, const struct task *task, uint64_t done, uint64_t *ret)
{
	struct layout_member m;
	uint64_t waiter;

	if (layout_member(k->layout, "wq_barrier", "done", &m, NULL))
		return false;
	*ret = done - m.offset;
	/* "task" since 3.18 */
	return *ret >= task->stack.start && *ret < task->stack.end &&
	       !kernel_read_member(k, *ret, "wq_barrier", "task", &waiter, NULL) &&
	       waiter == task->addr;
}

/* The worker whose list of scheduled work begins with the barrier. */
static bool find_worker(const struct kernel_image *k, uint64_t barrier, uint64_t *ret)
{
	struct layout_member entry, list;
	uint64_t head, first;
	unsigned size = mem_space_ptr_size(k->space);

	if (layout_member(k->layout, "wq_barrier", "work.entry", &entry, NULL) ||
		layout_member(k->layout, "worker", "scheduled", &list, NULL) ||
		mem_read_ptr(k->space, barrier + entry.offset + size, &head, NULL) ||
		mem_read_ptr(k->space, head, &first, NULL) || first != barrier + entry.offset)
		return false;
	*ret = head - list.offset;
	return true;
}

void wait_find_worker(const struct kernel_image *k, const struct task *task, struct wait *ret)
{
	uint64_t barrier, worker, runner, fn, pool;

	ret->kind = WAIT_COMPLETION;
	if (!find_barrier(k, task, ret->addr, &barrier) || !find_worker(k, barrier, &worker) ||
		kernel_read_member(k, worker, "worker", "task", &runner, NULL) ||
		kernel_read_member(k, worker, "worker", "current_func", &fn, NULL) ||
		kernel_read_member(k, worker, "worker", "pool", &pool, NULL) || !pool || !fn ||
		!wait_is_task(k, runner))
		return;
	ret->kind = WAIT_WORK;
	ret->addr = fn;
	ret->holder = runner;
}
