// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How long a task has been blocked. Two parts of the kernel record when a task last ran: the
 * scheduler (sched_entity.exec_start, in the clock of the CPU's run queue) and khungtaskd
 * (last_switch_time, in jiffies: when it noticed the task's last switch). Mirrors
 * kernel/sched/{fair,rt,deadline}.c, kernel/hung_task.c, kernel/time/jiffies.c.
 */
#include "kernel/percpu.h"
#include "kernel/task_internal.h"

#define NS_PER_SEC 1000000000u
#define NS_PER_MS 1000000u

/* A run queue's clock stops while its CPU sleeps, so the latest of all clocks is now. */
static void read_now(const struct kernel_image *k, struct task_clock *ret)
{
	struct percpu *cpus = NULL;
	uint64_t queues;
	size_t n;

	if (percpu_find(k, "runqueues", &queues, NULL) || percpu_read(NULL, k, &cpus, &n, NULL))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t clock;

		if (kernel_read_member(k, queues + cpus[i].offset, "rq", "clock", &clock, NULL))
			continue;
		if (!ret->now.known || clock > ret->now.v)
			ret->now = (struct vmt_u64){true, clock};
	}
	talloc_free(cpus);
}

/* HZ is a macro, but the clock source for jiffies has the length of one. */
static void read_hz(const struct kernel_image *k, struct task_clock *ret)
{
	uint64_t at, mult, shift, tick;

	if (kernel_symbol(k, "clocksource_jiffies", &at, NULL) ||
		kernel_read_member(k, at, "clocksource", "mult", &mult, NULL) ||
		kernel_read_member(k, at, "clocksource", "shift", &shift, NULL) || shift > 32)
		return;
	tick = mult >> shift;
	if (tick && tick <= NS_PER_SEC)
		ret->hz = (struct vmt_u64){true, (NS_PER_SEC + tick / 2) / tick};
}

void task_clock_read(const struct kernel_image *k, struct task_clock *ret)
{
	uint64_t jiffies;

	*ret = (struct task_clock){0};
	if (!k->layout)
		return;
	read_now(k, ret);
	read_hz(k, ret);
	if (!kernel_read_symbol(k, "jiffies", mem_space_ptr_size(k->space), &jiffies, NULL))
		ret->jiffies = (struct vmt_u64){true, jiffies};
}

static bool task_cpu(const struct kernel_image *k, const struct task *task, uint32_t *ret)
{
	uint64_t cpu;

	if (task_member(k, task->addr, "thread_info.cpu", &cpu) &&
		task_member(k, task->addr, "cpu", &cpu))
		return false;
	*ret = (uint32_t)cpu;
	return true;
}

/*
 * exec_start is the time of the last switch in clock_task. That clock lags behind `clock` by the
 * time that the CPU spent in interrupts or that the host stole.
 */
static struct vmt_u64 by_scheduler(
	const struct kernel_image *k, const struct task_clock *clock, const struct task *task)
{
	uint64_t exec_start, queue, rq_clock, rq_task, behind;
	uint32_t cpu;

	if (!clock->now.known || !task_cpu(k, task, &cpu) ||
		task_member(k, task->addr, "se.exec_start", &exec_start) || !exec_start ||
		percpu_variable(k, cpu, "runqueues", &queue, NULL) ||
		kernel_read_member(k, queue, "rq", "clock", &rq_clock, NULL) ||
		kernel_read_member(k, queue, "rq", "clock_task", &rq_task, NULL) ||
		rq_task > rq_clock)
		return (struct vmt_u64){0};
	behind = rq_clock - rq_task;
	if (exec_start + behind > clock->now.v)
		return (struct vmt_u64){0};
	return (struct vmt_u64){true, (clock->now.v - exec_start - behind) / NS_PER_MS};
}

/* Valid only if the task has not been switched since khungtaskd looked. A lower bound. */
static struct vmt_u64 by_khungtaskd(
	const struct kernel_image *k, const struct task_clock *clock, const struct task *task)
{
	uint64_t count, since;

	if (!clock->jiffies.known || !clock->hz.known || !task->switches.known ||
		task_member(k, task->addr, "last_switch_count", &count) || !count ||
		count != task->switches.v ||
		task_member(k, task->addr, "last_switch_time", &since) || !since ||
		clock->jiffies.v < since)
		return (struct vmt_u64){0};
	return (struct vmt_u64){true, (clock->jiffies.v - since) * 1000 / clock->hz.v};
}

struct vmt_u64 task_blocked_ms(
	const struct kernel_image *k, const struct task_clock *clock, const struct task *task)
{
	struct vmt_u64 sched, hung;

	if (!task_is_blocked(task))
		return (struct vmt_u64){0};
	sched = by_scheduler(k, clock, task);
	hung = by_khungtaskd(k, clock, task);
	if (sched.known && (!hung.known || sched.v >= hung.v))
		return sched;
	return hung;
}
