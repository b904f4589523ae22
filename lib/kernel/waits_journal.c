// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Waiting for jbd2: the wait queue is part of the journal_t, whose type may be known to a module
 * alone. But the thread that commits has the journal's address as its argument. Mirrors
 * jbd2_journal_start_thread() of fs/jbd2/journal.c, and struct kthread of kernel/kthread.c.
 */
#include <string.h>

#include "kernel/waits_internal.h"

#define JOURNAL_MAX 2048u /* more than sizeof(journal_t) of any release */

struct search {
	const struct kernel_image *k;
	uint64_t queue;
	uint64_t found;
	unsigned n;
};

/* struct kthread is in worker_private since 5.17, in set_child_tid before. */
static int look(void *arg, const struct task *task)
{
	struct search *s = arg;
	uint64_t thread, data;

	if (strncmp(task->comm, "jbd2/", 5) != 0 ||
		(task_member(s->k, task->addr, "worker_private", &thread) &&
			task_member(s->k, task->addr, "set_child_tid", &thread)) ||
		!thread || kernel_read_member(s->k, thread, "kthread", "data", &data, NULL) ||
		s->queue - data >= JOURNAL_MAX)
		return 0;
	s->found = task->addr;
	s->n++;
	return 0;
}

void wait_find_journal(const struct kernel_image *k, struct wait *ret)
{
	struct search s = {k, ret->addr, 0, 0};
	uint64_t lost;

	ret->kind = WAIT_QUEUE;
	if (task_each(k, look, &s, &lost, NULL) || s.n != 1)
		return;
	ret->kind = WAIT_JOURNAL;
	ret->holder = s.found;
}
