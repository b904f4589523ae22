/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For waits*.c and spin.c. */
#ifndef VMT_KERNEL_WAITS_INTERNAL_H
#define VMT_KERNEL_WAITS_INTERNAL_H

#include "kernel/task_internal.h"
#include "kernel/waits.h"

/* Whether addr is that of a task_struct whose task is not gone. */
bool wait_is_task(const struct kernel_image *k, uint64_t addr);

/*
 * ret is the completion that a task which flushes a work item waits for. Replaces it by the work,
 * if a worker is proved to run that now; otherwise it stays a completion.
 */
void wait_find_worker(const struct kernel_image *k, const struct task *task, struct wait *ret);

#endif
