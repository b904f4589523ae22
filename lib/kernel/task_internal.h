/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For task*.c. */
#ifndef VMT_KERNEL_TASK_INTERNAL_H
#define VMT_KERNEL_TASK_INTERNAL_H

#include "kernel/task.h"

/* Reads an integer member of the task_struct at addr. */
int task_member(const struct kernel_image *k, uint64_t addr, const char *member, uint64_t *ret);

/* Facts that are the same for all tasks, and take a while to find. */
struct task_shape {
	uint64_t thread_size;
	bool frame_known;
	uint64_t frame_size; /* of the frame that a switched-out task leaves on its stack */
	uint64_t saved[8];   /* offsets in the frame, in the order of the architecture's row */
};

/* Finds the size of stacks; task_read_shaped() finds the others when it first needs them. */
void task_shape_find(const struct kernel_image *k, struct task_shape *ret);

/* As task_read(), with the shape of all tasks. */
int task_read_shaped(const struct kernel_image *k, struct task_shape *shape, uint64_t addr,
	struct task *ret, struct vmt_err *err);

/*
 * False if the task has no stack, or it cannot be read. size is the result of task_thread_size().
 */
bool task_read_stack(
	const struct kernel_image *k, uint64_t addr, uint64_t size, struct cpu_stack *ret);

/* THREAD_SIZE in bytes. It is a macro, so it has to be inferred. */
uint64_t task_thread_size(const struct kernel_image *k);

#endif
