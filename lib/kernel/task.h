/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks: their names and ids, their stacks, and the registers of those that are switched out. */
#ifndef VMT_KERNEL_TASK_H
#define VMT_KERNEL_TASK_H

#include "kernel/cpu.h"

/* Bits of task.state. */
#define TASK_STATE_UNINTERRUPTIBLE 0x2u
#define TASK_STATE_NOLOAD 0x400u /* idle kernel threads, 4.2 and later: nothing waits for them */

struct task {
	uint64_t addr; /* of the task_struct */
	int32_t pid, tgid;
	char comm[17];
	uint64_t state;		/* task_struct.__state (state before 5.14) */
	struct cpu_stack stack; /* start 0: not known */
	bool switched_out;	/* regs are the ones that the scheduler saved */
	struct cpu_regs regs;
	struct vmt_u64 switches; /* voluntary plus involuntary, as hung_task counts them */
};

/* Clocks to measure how long tasks were blocked. */
struct task_clock {
	struct vmt_u64 now; /* ns of the scheduler's clock (uptime without suspend) */
	struct vmt_u64 jiffies;
	struct vmt_u64 hz;
};

/* Whether it waits and signals cannot wake it: state D in ps. */
bool task_is_blocked(const struct task *task);

/*
 * Reads the task_struct at addr. Fails only if none of it can be read. What this kernel does not
 * record is 0. switched_out is false for a task that a CPU was running.
 */
int task_read(const struct kernel_image *k, uint64_t addr, struct task *ret, struct vmt_err *err);

/*
 * Calls fn for each thread until fn returns other than 0, and returns that. The idle tasks come
 * first, then the others in the order of their creation, each process with its threads. Lists are
 * followed up to caps. Anything unreadable ends its list and is counted in *lost.
 */
int task_each(const struct kernel_image *k, int (*fn)(void *arg, const struct task *task),
	void *arg, uint64_t *lost, struct vmt_err *err);

/* Finds the task with this pid (not an idle task). VMT_ERR_NOTFOUND: there is none. */
int task_find(const struct kernel_image *k, int32_t pid, struct task *ret, struct vmt_err *err);

/* Reads the clocks. Each one that cannot be read is left unknown. */
void task_clock_read(const struct kernel_image *k, struct task_clock *ret);

/*
 * For how many milliseconds, at least, a blocked task has not run. Unknown for a task that is not
 * blocked, and if the kernel does not record it.
 */
struct vmt_u64 task_blocked_ms(
	const struct kernel_image *k, const struct task_clock *clock, const struct task *task);

#endif
