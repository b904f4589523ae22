/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For waits*.c and spin.c. */
#ifndef VMT_KERNEL_WAITS_INTERNAL_H
#define VMT_KERNEL_WAITS_INTERNAL_H

#include "kernel/task_internal.h"
#include "kernel/waits.h"

/* Whether addr is that of a task_struct whose task is not gone. */
bool wait_is_task(const struct kernel_image *k, uint64_t addr);

/* Whether the entry is on a list, not alone, and its neighbours point back. */
bool wait_is_linked(const struct kernel_image *k, uint64_t entry);

/* The part of a task's stack that is in use, in whole words. */
bool wait_live_stack(
	const struct kernel_image *k, const struct task *task, uint64_t *start, uint64_t *end);

/*
 * Finds the disk that a task waits for. ret->kind is one of WAIT_IO_...; it becomes WAIT_IO. done:
 * the completion that it waits for, if that is what it waits for.
 */
bool wait_find_io(
	const struct kernel_image *k, const struct task *task, uint64_t done, struct wait *ret);

/* The thread that commits the journal whose wait queue is at ret->addr. */
void wait_find_journal(const struct kernel_image *k, struct wait *ret);

/*
 * ret is the completion that a task which flushes a work item waits for. Replaces it by the work,
 * if a worker is proved to run that now; otherwise it stays a completion.
 */
void wait_find_worker(const struct kernel_image *k, const struct task *task, struct wait *ret);

#endif
