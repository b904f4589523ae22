/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a sleeping task waits for, and who holds it. The kernel does not record it before 6.14, but
 * a task that waits for a lock has a waiter on its stack that names the task and is linked into the
 * lock's list. Both are checked in both directions, so an answer is a fact, not a guess.
 */
#ifndef VMT_KERNEL_WAITS_H
#define VMT_KERNEL_WAITS_H

#include "kernel/disk.h"
#include "kernel/task.h"

enum wait_kind {
	WAIT_NONE,
	WAIT_MUTEX,
	WAIT_RWSEM_READ,
	WAIT_RWSEM_WRITE,
	WAIT_SEMAPHORE,
	WAIT_RT_MUTEX,
	WAIT_COMPLETION,
	WAIT_WORK, /* that a work item ends */
	WAIT_QUEUE,
	WAIT_JOURNAL, /* that a transaction of jbd2 is committed */
	WAIT_IO,      /* a device */
	/* Only for wait_find(), which makes WAIT_IO of them: how the device is to be found. */
	WAIT_IO_PAGE,
	WAIT_IO_BUFFER,
	WAIT_IO_TAG,
	WAIT_IO_DIRECT,
	WAIT_IO_COMPLETION,
	WAIT_IO_DIRTY,
};

/*
 * What a function of the kernel waits for; WAIT_NONE: it is not known to wait. The kind for
 * wait_find() is that of the innermost function on the stack that has one.
 */
enum wait_kind wait_kind_of(const char *function);

/* Work on one dump. */
struct wait_finder {
	const struct kernel_image *k;
	uint64_t steps; /* along lists of waiters, in all searches so far */
	bool capped;	/* that was more than CAP_WAIT_STEPS */
};

struct wait {
	enum wait_kind kind;
	/* Of the lock, the completion, the work's function, the wait queue's head, or the gendisk.
	 */
	uint64_t addr;
	struct disk disk; /* of WAIT_IO */
	uint64_t holder;  /* task_struct of who holds it or runs it; 0: not known */
	/* Readers hold it: how many. The holder is then one that once was among them. */
	uint64_t n_readers;
	/* Of a reader: who is queued before it, to write; 0: nobody, or not known. */
	uint64_t writer;
};

/*
 * Finds what a task waits for that was switched out in a function of that kind. VMT_ERR_NOTFOUND:
 * its stack does not prove it.
 */
int wait_find(struct wait_finder *f, const struct task *task, enum wait_kind kind, struct wait *ret,
	struct vmt_err *err);

#endif
