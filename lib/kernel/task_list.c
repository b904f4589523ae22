// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * All tasks. init_task.tasks links the processes. Each process links its threads through
 * signal->thread_head and thread_node (3.14 and later) or thread_group (up to 6.6). Idle tasks are
 * on no list: each CPU has one (idle_threads, 3.5 and later). Mirrors include/linux/sched/signal.h.
 */
#include "base/caps.h"
#include "kernel/percpu.h"
#include "kernel/task_internal.h"

struct walk {
	const struct kernel_image *k;
	int (*fn)(void *arg, const struct task *task);
	void *arg;
	uint64_t *lost;
	uint64_t left; /* of CAP_TASKS */
	struct task_shape shape;
};

/* A walk along a list_head. Brent's algorithm detects a cycle that does not return to the head. */
struct ring {
	uint64_t head, at;
	uint64_t mark, steps, until;
};

static struct ring ring_of(uint64_t head)
{
	return (struct ring){.head = head, .at = head, .mark = head, .until = 16};
}

/* Reads the next entry. False at the end, with *bad set if the list is broken. */
static bool ring_next(const struct kernel_image *k, struct ring *ring, bool *bad)
{
	uint64_t next;

	if (mem_read_ptr(k->space, ring->at, &next, NULL) || !next) {
		*bad = true;
		return false;
	}
	ring->at = next;
	if (next == ring->head)
		return false;
	if (next == ring->mark) {
		*bad = true;
		return false;
	}
	if (++ring->steps == ring->until) {
		ring->mark = next;
		ring->until *= 2;
	}
	return true;
}

static int visit(struct walk *w, uint64_t addr)
{
	struct task task;

	if (!w->left) {
		++*w->lost;
		return 0;
	}
	w->left--;
	if (task_read_shaped(w->k, &w->shape, addr, &task, NULL)) {
		++*w->lost;
		return 0;
	}
	return w->fn(w->arg, &task);
}

/* Finds the head of the list of a process's threads, and the offset of the link in a task. */
static bool thread_list(
	const struct kernel_image *k, uint64_t leader, uint64_t *head, uint64_t *link)
{
	struct layout_member node, list;
	uint64_t signal;

	if (!layout_member(k->layout, "task_struct", "thread_node", &node, NULL) &&
		!layout_member(k->layout, "signal_struct", "thread_head", &list, NULL)) {
		if (task_member(k, leader, "signal", &signal) || !signal)
			return false;
		*head = signal + list.offset;
		*link = node.offset;
		return true;
	}
	if (layout_member(k->layout, "task_struct", "thread_group", &node, NULL))
		return false;
	*head = leader + node.offset;
	*link = node.offset;
	return true;
}

static int visit_process(struct walk *w, uint64_t leader)
{
	uint64_t head, link;
	struct ring ring;
	bool bad = false;
	int rc = visit(w, leader);

	if (rc)
		return rc;
	if (!thread_list(w->k, leader, &head, &link)) {
		++*w->lost;
		return 0;
	}
	ring = ring_of(head);
	while (!rc && w->left && ring_next(w->k, &ring, &bad))
		if (ring.at - link != leader)
			rc = visit(w, ring.at - link);
	*w->lost += bad;
	return rc;
}

static int visit_idle(struct walk *w, struct vmt_err *err)
{
	struct percpu *cpus;
	uint64_t place, task;
	size_t n;
	int rc = percpu_read(NULL, w->k, &cpus, &n, err);

	if (!rc && percpu_find(w->k, "idle_threads", &place, NULL))
		n = 0;
	for (size_t i = 0; !rc && i < n; i++) {
		if (mem_read_ptr(w->k->space, place + cpus[i].offset, &task, NULL))
			++*w->lost;
		else if (task)
			rc = visit(w, task);
	}
	talloc_free(cpus);
	return rc;
}

int task_each(const struct kernel_image *k, int (*fn)(void *arg, const struct task *task),
	void *arg, uint64_t *lost, struct vmt_err *err)
{
	struct walk w = {.k = k, .fn = fn, .arg = arg, .lost = lost, .left = CAP_TASKS};
	struct layout_member tasks;
	struct ring ring;
	uint64_t init;
	bool bad = false;
	int rc;

	*lost = 0;
	if (!k->layout)
		return err_set(err, VMT_ERR_NODATA, "the layout of task_struct is not known");
	task_shape_find(k, &w.shape);
	rc = kernel_symbol(k, "init_task", &init, err);
	if (!rc)
		rc = layout_member(k->layout, "task_struct", "tasks", &tasks, err);
	if (!rc)
		rc = visit_idle(&w, err);
	if (rc)
		return rc;
	ring = ring_of(init + tasks.offset);
	while (!rc && w.left && ring_next(k, &ring, &bad))
		rc = visit_process(&w, ring.at - tasks.offset);
	*lost += bad;
	return rc || w.left ? rc : err_set(err, VMT_ERR_LIMIT, "more than %u tasks", CAP_TASKS);
}

struct search {
	int32_t pid;
	struct task *ret;
};

static int is_it(void *arg, const struct task *task)
{
	struct search *s = arg;

	if (task->pid != s->pid || !s->pid)
		return 0;
	*s->ret = *task;
	return 1;
}

int task_find(const struct kernel_image *k, int32_t pid, struct task *ret, struct vmt_err *err)
{
	struct search s = {pid, ret};
	uint64_t lost;
	int rc = task_each(k, is_it, &s, &lost, err);

	if (rc < 0)
		return rc;
	return rc ? 0 : err_set(err, VMT_ERR_NOTFOUND, "no task has pid %d", pid);
}
