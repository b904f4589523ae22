// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See waits.h. Mirrors kernel/locking/{mutex,rwsem,semaphore,rtmutex}.c, kernel/sched/{wait,swait,
 * completion}.c and include/linux/hung_task.h.
 */
#include "kernel/waits.h"

#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "kernel/waits_internal.h"

/* ---- by function ------------------------------------------------------------------------- */

/* A name that ends in '*' is the beginning of one. */
static const struct {
	enum wait_kind kind;
	const char *names[6];
} functions[] = {
	{WAIT_IO_COMPLETION, {"submit_bio_wait", "blk_execute_rq", "blkdev_issue_flush"}},
	{WAIT_IO_PAGE, {"folio_wait_bit*", "folio_wait_writeback*", "__folio_lock*",
			       "wait_on_page_*", "__lock_page*", "put_and_wait_on_page_locked"}},
	{WAIT_IO_BUFFER, {"bit_wait_io*", "__wait_on_bit*", "out_of_line_wait_on_bit*",
				 "__wait_on_buffer", "__lock_buffer"}},
	{WAIT_IO_TAG, {"blk_mq_get_tag"}},
	{WAIT_IO_DIRECT, {"blk_io_schedule", "__blkdev_direct_IO*", "blkdev_direct_IO*",
				 "iomap_dio_rw", "__iomap_dio_rw", "__blockdev_direct_IO"}},
	{WAIT_IO_DIRTY, {"balance_dirty_pages*"}},
	{WAIT_JOURNAL, {"jbd2_log_wait_commit", "wait_transaction_locked",
			       "add_transaction_credits", "__jbd2_journal_force_commit"}},
	{WAIT_MUTEX, {"__mutex_lock*", "mutex_lock*", "__ww_mutex_lock*", "ww_mutex_lock*"}},
	{WAIT_RWSEM_READ, {"rwsem_down_read*", "down_read*", "__down_read*"}},
	{WAIT_RWSEM_WRITE, {"rwsem_down_write*", "down_write*", "__down_write*"}},
	{WAIT_SEMAPHORE, {"__down", "___down_common", "__down_common", "__down_interruptible",
				 "__down_killable", "__down_timeout"}},
	{WAIT_RT_MUTEX, {"rt_mutex_*", "__rt_mutex_*", "rtlock_slowlock*", "rwbase_*"}},
	/* Before the completion that it is made of. */
	{WAIT_WORK, {"__flush_work", "flush_work", "__cancel_work_sync", "__cancel_work_timer"}},
	{WAIT_COMPLETION, {"__wait_for_common", "wait_for_common*", "wait_for_completion*"}},
};

/* Without what the compiler appends: ".constprop.0". */
static bool name_fits(const char *pattern, const char *name)
{
	size_t n = strlen(pattern), len = strcspn(name, ".");

	if (n && pattern[n - 1] == '*')
		return strncmp(pattern, name, n - 1) == 0;
	return n == len && memcmp(pattern, name, n) == 0;
}

enum wait_kind wait_kind_of(const char *function)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		for (size_t j = 0; j < ARRAY_SIZE(functions[i].names); j++)
			if (functions[i].names[j] && name_fits(functions[i].names[j], function))
				return functions[i].kind;
	return WAIT_NONE;
}

/* ---- waiters and their lists ------------------------------------------------------------- */

/* Where a kind's waiter names its task and its list, and where the list's head is. */
struct waiter_row {
	enum wait_kind kind;
	const char *waiter, *task, *list; /* type and members */
	const char *lock, *head;
};

static const struct waiter_row waiters[] = {
	{WAIT_MUTEX, "mutex_waiter", "task", "list", "mutex", "wait_list"},
	{WAIT_RWSEM_READ, "rwsem_waiter", "task", "list", "rw_semaphore", "wait_list"},
	{WAIT_RWSEM_WRITE, "rwsem_waiter", "task", "list", "rw_semaphore", "wait_list"},
	{WAIT_SEMAPHORE, "semaphore_waiter", "task", "list", "semaphore", "wait_list"},
	/* 5.7 and later, then before */
	{WAIT_COMPLETION, "swait_queue", "task", "task_list", "completion", "wait.task_list"},
	{WAIT_COMPLETION, "wait_queue_entry", "private", "entry", "completion", "wait.head"},
	{WAIT_QUEUE, "wait_queue_entry", "private", "entry", "wait_queue_head", "head"},
};

struct shape {
	uint64_t task, list, head; /* offsets */
};

static bool find_shape(
	const struct kernel_image *k, const struct waiter_row *row, struct shape *ret)
{
	struct layout_member task, list, head;

	if (layout_member(k->layout, row->waiter, row->task, &task, NULL) ||
		layout_member(k->layout, row->waiter, row->list, &list, NULL) ||
		layout_member(k->layout, row->lock, row->head, &head, NULL))
		return false;
	*ret = (struct shape){task.offset, list.offset, head.offset};
	return true;
}

static bool read_ptr(const struct kernel_image *k, uint64_t at, uint64_t *ret)
{
	return mem_read_ptr(k->space, at, ret, NULL) == 0;
}

bool wait_is_linked(const struct kernel_image *k, uint64_t entry)
{
	unsigned size = mem_space_ptr_size(k->space);
	uint64_t next, prev, back, forth;

	return read_ptr(k, entry, &next) && read_ptr(k, entry + size, &prev) && next != entry &&
	       read_ptr(k, next + size, &back) && read_ptr(k, prev, &forth) && back == entry &&
	       forth == entry;
}

bool wait_is_task(const struct kernel_image *k, uint64_t addr)
{
	static const char *const links[] = {"thread_node", "thread_group"};
	struct layout_member m;

	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (!layout_member(k->layout, "task_struct", links[i], &m, NULL))
			return wait_is_linked(k, addr + m.offset) ||
			       /* Alone on the list of old kernels: a process with one thread. */
			       (i && read_ptr(k, addr + m.offset, &m.size) &&
				       m.size == addr + m.offset);
	return false;
}

/* Whether a list's entry is a waiter, which is on the stack of the task that it names. */
static bool is_waiter(
	const struct kernel_image *k, const struct shape *s, uint64_t size, uint64_t entry)
{
	uint64_t task, stack;

	return read_ptr(k, entry - s->list + s->task, &task) && task &&
	       !task_member(k, task, "stack", &stack) && entry - stack < size;
}

/* Follows the list from a waiter to the head, which is the entry that is no waiter. */
static bool find_head(struct wait_finder *f, const struct shape *s, const struct task *task,
	uint64_t entry, uint64_t *ret)
{
	uint64_t at = entry, size = task->stack.end - task->stack.start;

	while (read_ptr(f->k, at, &at) && at != entry) {
		if (f->steps >= CAP_WAIT_STEPS) {
			f->capped = true;
			return false;
		}
		f->steps++;
		if (!is_waiter(f->k, s, size, at)) {
			*ret = at - s->head;
			return wait_is_linked(f->k, at);
		}
	}
	return false;
}

/* ---- on the stack ------------------------------------------------------------------------ */

bool wait_live_stack(
	const struct kernel_image *k, const struct task *task, uint64_t *start, uint64_t *end)
{
	const struct arch *arch = mem_space_arch(k->space);
	unsigned size = mem_space_ptr_size(k->space);

	*start = task->regs.v[arch->unwind->sp] & ~(uint64_t)(size - 1);
	*end = task->stack.end;
	return cpu_regs_has(&task->regs, arch->unwind->sp) && *start >= task->stack.start &&
	       *start < *end;
}

/* Searches the live part of a task's stack for a waiter of the row's kind that names the task. */
static bool search_stack(struct wait_finder *f, const struct task *task,
	const struct waiter_row *row, uint64_t *lock)
{
	unsigned size = mem_space_ptr_size(f->k->space);
	uint64_t at, end;
	struct shape s;

	if (!wait_live_stack(f->k, task, &at, &end) || !find_shape(f->k, row, &s))
		return false;
	for (; end - at >= size; at += size) {
		uint64_t word, entry = at - s.task + s.list;

		if (!read_ptr(f->k, at, &word))
			return false;
		if (word == task->addr && wait_is_linked(f->k, entry) &&
			find_head(f, &s, task, entry, lock))
			return true;
	}
	return false;
}

/* ---- who holds it ------------------------------------------------------------------------ */

#define MUTEX_FLAGS 7u
#define RWSEM_READER_OWNED 1u
#define RWSEM_FLAGS 7u
#define RWSEM_WRITER_LOCKED 1u
#define RWSEM_READER_SHIFT 8
#define RT_MUTEX_FLAGS 1u
#define BLOCKER_FLAGS 3u

static uint64_t task_of(const struct kernel_image *k, uint64_t word, uint64_t flags)
{
	return word & ~flags && wait_is_task(k, word & ~flags) ? word & ~flags : 0;
}

/* Up to 5.2 the count had another form: then only a writer's name is proof. */
static void find_rwsem_holder(const struct kernel_image *k, struct wait *w)
{
	uint64_t owner, count;

	if (kernel_read_member(k, w->addr, "rw_semaphore", "owner", &owner, NULL) ||
		kernel_read_member(k, w->addr, "rw_semaphore", "count", &count, NULL))
		return;
	if (owner & RWSEM_READER_OWNED) {
		w->n_readers = (int64_t)count < 0 ? 0 : count >> RWSEM_READER_SHIFT;
		if (w->n_readers)
			w->holder = task_of(k, owner, RWSEM_FLAGS);
	} else if (count & RWSEM_WRITER_LOCKED) {
		w->holder = task_of(k, owner, RWSEM_FLAGS);
	}
}

/* Since 6.16 a semaphore names who took it last. Others may still have it if it admits several. */
static void find_semaphore_holder(const struct kernel_image *k, struct wait *w)
{
	uint64_t count, owner;

	if (!kernel_read_member(k, w->addr, "semaphore", "count", &count, NULL) &&
		!(uint32_t)count &&
		!kernel_read_member(k, w->addr, "semaphore", "last_holder", &owner, NULL))
		w->holder = task_of(k, owner, 0);
}

#define RWSEM_WAITING_FOR_WRITE 0

/*
 * While a writer is queued, readers that come later wait behind it, though the lock is held by
 * readers.
 */
static void find_queued_writer(struct wait_finder *f, const struct task *task, struct wait *w)
{
	const struct waiter_row *row = waiters;
	const struct kernel_image *k = f->k;
	uint64_t at, head, who, type;
	struct shape s;

	while (row->kind != WAIT_RWSEM_READ)
		row++;
	if (!w->n_readers || !find_shape(k, row, &s))
		return;
	head = w->addr + s.head;
	for (at = head; read_ptr(k, at, &at) && at != head && f->steps < CAP_WAIT_STEPS;
		f->steps++) {
		if (!read_ptr(k, at - s.list + s.task, &who) || who == task->addr ||
			kernel_read_member(k, at - s.list, row->waiter, "type", &type, NULL))
			return;
		if ((uint32_t)type != RWSEM_WAITING_FOR_WRITE)
			continue;
		w->writer = wait_is_task(k, who) ? who : 0;
		return;
	}
}

static void find_holder(struct wait_finder *f, const struct task *task, struct wait *w)
{
	const struct kernel_image *k = f->k;
	uint64_t owner;

	switch (w->kind) {
	case WAIT_MUTEX:
		if (!kernel_read_member(k, w->addr, "mutex", "owner", &owner, NULL))
			w->holder = task_of(k, owner, MUTEX_FLAGS);
		break;
	case WAIT_RWSEM_READ:
		find_rwsem_holder(k, w);
		find_queued_writer(f, task, w);
		break;
	case WAIT_RWSEM_WRITE:
		find_rwsem_holder(k, w);
		break;
	case WAIT_SEMAPHORE:
		find_semaphore_holder(k, w);
		break;
	case WAIT_RT_MUTEX:
		if (!kernel_read_member(k, w->addr, "rt_mutex_base", "owner", &owner, NULL))
			w->holder = task_of(k, owner, RT_MUTEX_FLAGS);
		break;
	default:
		break;
	}
}

/* ---- what the task records --------------------------------------------------------------- */

/* An rt_mutex, or any sleeping lock of a real-time kernel. */
static bool read_pi_lock(const struct kernel_image *k, const struct task *task, struct wait *ret)
{
	uint64_t waiter, owner;

	if (task_member(k, task->addr, "pi_blocked_on", &waiter) || !waiter ||
		kernel_read_member(k, waiter, "rt_mutex_waiter", "task", &owner, NULL) ||
		owner != task->addr ||
		kernel_read_member(k, waiter, "rt_mutex_waiter", "lock", &ret->addr, NULL))
		return false;
	ret->kind = WAIT_RT_MUTEX;
	return ret->addr != 0;
}

/*
 * The lock that a hung task would be reported with: blocker (6.16 and later, with its kind in the
 * low bits), blocker_mutex (6.15).
 */
static bool read_blocker(const struct kernel_image *k, const struct task *task, struct wait *ret)
{
	static const enum wait_kind kinds[] = {
		WAIT_MUTEX, WAIT_SEMAPHORE, WAIT_RWSEM_READ, WAIT_RWSEM_WRITE};
	uint64_t word;

	if (task_member(k, task->addr, "blocker", &word) &&
		task_member(k, task->addr, "blocker_mutex", &word))
		return false;
	ret->addr = word & ~(uint64_t)BLOCKER_FLAGS;
	return ret->addr && kinds[word & BLOCKER_FLAGS] == ret->kind;
}

/* The kind of waiter on the stack, if another one than the kind itself. */
static enum wait_kind waiter_of(enum wait_kind kind)
{
	switch (kind) {
	case WAIT_WORK:
	case WAIT_IO_COMPLETION:
		return WAIT_COMPLETION;
	case WAIT_JOURNAL:
		return WAIT_QUEUE;
	default:
		return kind;
	}
}

static bool is_lock(enum wait_kind kind)
{
	return kind == WAIT_MUTEX || kind == WAIT_RT_MUTEX || kind == WAIT_RWSEM_READ ||
	       kind == WAIT_RWSEM_WRITE;
}

/* What is waited for, by the task's records or its stack. */
static bool find_object(struct wait_finder *f, const struct task *task, struct wait *ret)
{
	struct wait none = *ret;

	if (is_lock(ret->kind) && read_pi_lock(f->k, task, ret))
		return true;
	*ret = none;
	if ((is_lock(ret->kind) || ret->kind == WAIT_SEMAPHORE) && read_blocker(f->k, task, ret))
		return true;
	*ret = none;
	for (size_t i = 0; i < ARRAY_SIZE(waiters); i++)
		if (waiters[i].kind == waiter_of(ret->kind) &&
			search_stack(f, task, &waiters[i], &ret->addr))
			return true;
	return false;
}

int wait_find(struct wait_finder *f, const struct task *task, enum wait_kind kind, struct wait *ret,
	struct vmt_err *err)
{
	bool found;

	*ret = (struct wait){.kind = kind};
	if (!f->k->layout || !task->switched_out || !mem_space_arch(f->k->space)->unwind)
		return err_set(err, VMT_ERR_NOTFOUND, "its stack is not known");
	found = find_object(f, task, ret);
	if (kind >= WAIT_IO_PAGE && wait_find_io(f->k, task, found ? ret->addr : 0, ret))
		return 0;
	/* Some other completion than that of a device's request. */
	if (kind == WAIT_IO_COMPLETION)
		ret->kind = WAIT_COMPLETION;
	if (!found)
		return err_set(err, VMT_ERR_NOTFOUND, "no waiter on its stack");
	if (kind == WAIT_WORK)
		wait_find_worker(f->k, task, ret);
	else if (kind == WAIT_JOURNAL)
		wait_find_journal(f->k, ret);
	else
		find_holder(f, task, ret);
	return 0;
}
