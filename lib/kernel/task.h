/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks: who they are, where their stacks lie, how they were switched out. */
#ifndef VMT_KERNEL_TASK_H
#define VMT_KERNEL_TASK_H

#include "kernel/cpu.h"

/* Of task.state. */
#define TASK_STATE_UNINTERRUPTIBLE 0x2u
#define TASK_STATE_NOLOAD 0x400u /* idle kernel threads, 4.2 and later: nobody waits for them */

struct task {
	uint64_t addr; /* of the task_struct */
	int32_t pid, tgid;
	char comm[17];
	uint64_t state;		/* task_struct.__state (state before 5.14) */
	struct cpu_stack stack; /* start 0: not known */
	bool switched_out;	/* regs are those saved by the scheduler */
	struct cpu_regs regs;
	struct vmt_u64 switches; /* voluntary and involuntary ones, hung_task's measure */
};

/* What blocked tasks are measured with. */
struct task_clock {
	struct vmt_u64 now; /* ns, the scheduler's clock (uptime without time asleep) */
	struct vmt_u64 jiffies;
	struct vmt_u64 hz;
};

/* Whether it waits and cannot be woken by signals: state D of ps. */
bool task_is_blocked(const struct task *task);

/*
 * Reads the task_struct at addr. Fails only where nothing at all of it can be read; what this
 * kernel does not tell stays 0. switched_out is false for the one that its CPU was running.
 */
int task_read(const struct kernel_image *k, uint64_t addr, struct task *ret, struct vmt_err *err);

/*
 * Calls fn for each thread, until it returns not 0, and returns that: first the idle tasks, then
 * the others in order of their creation, each process with its threads. Lists are followed with
 * caps; what cannot be read ends a list, counted in *lost.
 */
int task_each(const struct kernel_image *k, int (*fn)(void *arg, const struct task *task),
	void *arg, uint64_t *lost, struct vmt_err *err);

/* The task with this pid (not an idle one); NOTFOUND. */
int task_find(const struct kernel_image *k, int32_t pid, struct task *ret, struct vmt_err *err);

/* Reads the clocks; each stays unknown where it cannot be told. */
void task_clock_read(const struct kernel_image *k, struct task_clock *ret);

/*
 * For how many milliseconds a blocked task had not run, or at least so long. Unknown for one that
 * is not blocked, and where the kernel does not tell.
 */
struct vmt_u64 task_blocked_ms(
	const struct kernel_image *k, const struct task_clock *clock, const struct task *task);

#endif
