// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/caps.h"
#include "kernel/fake_tasks.h"
#include "kernel/waits.h"

/* Offsets in RAM. */
#define LOCK 0x50000u
#define WORKER 0x51000u
#define SP 0x1c00u     /* of each task, in its stack */
#define WAITER 0x1d00u /* likewise */

/* Offsets of members. A lock's list comes after its owner. */
enum {
	W_LIST = 8,
	W_TASK = 32,
	W_TYPE = 40,
	L_OWNER = 0,
	L_COUNT = 8,
	L_LIST = 24,
	L_PI = 16,
	T_BLOCKER = 0x400,
	S_COUNT = 0,
	S_HOLDER = 8,
};
enum {
	B_ENTRY = 8,
	B_DONE = 0x40,
	B_TASK = 0x68,
	R_SCHEDULED = 0x30,
	R_TASK = 0x50,
	R_FUNC = 0x58,
	R_POOL = 0x60
};

static const struct fake_member members[] = {
	{"mutex_waiter", "list", W_LIST, 16},
	{"mutex_waiter", "task", W_TASK, 8},
	{"mutex", "wait_list", L_LIST, 16},
	{"mutex", "owner", L_OWNER, 8},
	{"rwsem_waiter", "list", W_LIST, 16},
	{"rwsem_waiter", "task", W_TASK, 8},
	{"rwsem_waiter", "type", W_TYPE, 4},
	{"rw_semaphore", "wait_list", L_LIST, 16},
	{"rw_semaphore", "owner", L_OWNER, 8},
	{"rw_semaphore", "count", L_COUNT, 8},
	{"semaphore_waiter", "list", W_LIST, 16},
	{"semaphore_waiter", "task", W_TASK, 8},
	{"semaphore", "wait_list", L_LIST, 16},
	{"swait_queue", "task_list", W_LIST, 16},
	{"swait_queue", "task", W_TASK, 8},
	{"completion", "wait.task_list", L_LIST, 16},
	{"wq_barrier", "work.entry", B_ENTRY, 16},
	{"wq_barrier", "done", B_DONE, 32},
	{"wq_barrier", "task", B_TASK, 8},
	{"worker", "scheduled", R_SCHEDULED, 16},
	{"worker", "task", R_TASK, 8},
	{"worker", "current_func", R_FUNC, 8},
	{"worker", "pool", R_POOL, 8},
};

/* What only some kernels have. */
static const struct fake_member recorded[] = {
	{"task_struct", "blocker", T_BLOCKER, 8},
	{"task_struct", "pi_blocked_on", T_BLOCKER + 8, 8},
	{"rt_mutex_waiter", "task", W_TASK, 8},
	{"rt_mutex_waiter", "lock", W_LIST, 8},
	{"rt_mutex_base", "owner", L_PI, 8},
	{"semaphore", "count", S_COUNT, 4},
	{"semaphore", "last_holder", S_HOLDER, 8},
};

struct rows {
	const struct fake_member *rows;
	size_t n;
};

static int find_member(void *priv, const char *type, const char *member, struct layout_member *ret,
	struct vmt_err *err)
{
	const struct rows *r = priv;

	return fake_find_member(r->rows, r->n, type, member, ret, err);
}

static void add_members(struct kernel_image *k, const struct fake_member *rows, size_t n)
{
	struct rows *r = talloc(k->layout, struct rows);
	struct layout_provider provider = {
		.name = "test", .member = find_member, .size = fake_layout_size, .priv = r};

	*r = (struct rows){rows, n};
	assert_int_equal(layout_add(k->layout, &provider, NULL), 0);
}

struct fixture {
	struct kernel_image k;
	struct wait_finder f;
	struct wait w;
};

/* Tasks 1 to 4; 1 and 2 wait for the lock, 1 first. */
static int setup(void **state)
{
	struct fixture *f = talloc_zero(NULL, struct fixture);

	fake_reset();
	assert_int_equal(fake_kernel_open(f, false, &f->k), 0);
	add_members(&f->k, members, ARRAY_SIZE(members));
	f->f.k = &f->k;
	for (unsigned i = 1; i < 5; i++) {
		fake_put_task(i, 100 + (int)i, 0);
		fake_link(fake_task(i) + SIGNAL_HEAD, fake_task(i) + TASK_NODE);
		fake_link(fake_task(i) + TASK_NODE, fake_task(i) + SIGNAL_HEAD);
		fake_put(fake_task(i) + TASK_SP, 8, fake_va(fake_stack(i, SP)));
		fake_put(fake_stack(i, WAITER) + W_TASK, 8, fake_va(fake_task(i)));
	}
	fake_link(LOCK + L_LIST, fake_stack(1, WAITER) + W_LIST);
	fake_link(fake_stack(1, WAITER) + W_LIST, fake_stack(2, WAITER) + W_LIST);
	fake_link(fake_stack(2, WAITER) + W_LIST, LOCK + L_LIST);
	fake_put(LOCK + L_OWNER, 8, fake_va(fake_task(3)) | 5); /* with flags */
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static int find(struct fixture *f, unsigned i, enum wait_kind kind)
{
	struct task task;

	assert_int_equal(task_read(&f->k, fake_va(fake_task(i)), &task, NULL), 0);
	return wait_find(&f->f, &task, kind, &f->w, NULL);
}

static void functions_that_wait(void **state)
{
	(void)state;
	assert_int_equal(wait_kind_of("__mutex_lock.constprop.0"), WAIT_MUTEX);
	assert_int_equal(wait_kind_of("mutex_lock_killable"), WAIT_MUTEX);
	assert_int_equal(wait_kind_of("rwsem_down_write_slowpath"), WAIT_RWSEM_WRITE);
	assert_int_equal(wait_kind_of("down_read"), WAIT_RWSEM_READ);
	assert_int_equal(wait_kind_of("__down"), WAIT_SEMAPHORE);
	assert_int_equal(wait_kind_of("__down.isra.0"), WAIT_SEMAPHORE);
	assert_int_equal(wait_kind_of("__flush_work.isra.0"), WAIT_WORK);
	assert_int_equal(wait_kind_of("wait_for_completion_io"), WAIT_COMPLETION);
	assert_int_equal(wait_kind_of("down_the_hatch"), WAIT_NONE);
	assert_int_equal(wait_kind_of("schedule"), WAIT_NONE);
	assert_int_equal(wait_kind_of(""), WAIT_NONE);
}

static void a_mutex_and_its_owner(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 1; i <= 2; i++) {
		assert_int_equal(find(f, i, WAIT_MUTEX), 0);
		assert_int_equal(f->w.kind, WAIT_MUTEX);
		assert_int_equal(f->w.addr, fake_va(LOCK));
		assert_int_equal(f->w.holder, fake_va(fake_task(3)));
	}
	assert_int_equal(find(f, 3, WAIT_MUTEX), VMT_ERR_NOTFOUND);
	/* The owner is gone: its links are poison. */
	fake_put(fake_task(3) + TASK_NODE + 8, 8, 0xdead000000000122);
	assert_int_equal(find(f, 1, WAIT_MUTEX), 0);
	assert_int_equal(f->w.holder, 0);
	fake_put(LOCK + L_OWNER, 8, 1);
	assert_int_equal(find(f, 1, WAIT_MUTEX), 0);
	assert_int_equal(f->w.holder, 0);
}

static void a_rwsem_of_a_writer_or_of_readers(void **state)
{
	struct fixture *f = *state;

	fake_put(LOCK + L_OWNER, 8, fake_va(fake_task(3)) | 2);
	fake_put(LOCK + L_COUNT, 8, 3);
	assert_int_equal(find(f, 1, WAIT_RWSEM_READ), 0);
	assert_int_equal(f->w.holder, fake_va(fake_task(3)));
	assert_int_equal(f->w.n_readers, 0);
	fake_put(LOCK + L_COUNT, 8, 2); /* nobody has it: the name is the last writer's */
	assert_int_equal(find(f, 1, WAIT_RWSEM_READ), 0);
	assert_int_equal(f->w.holder, 0);
	fake_put(LOCK + L_OWNER, 8, fake_va(fake_task(3)) | 1);
	fake_put(LOCK + L_COUNT, 8, 0x202);
	assert_int_equal(find(f, 2, WAIT_RWSEM_WRITE), 0);
	assert_int_equal(f->w.n_readers, 2);
	assert_int_equal(f->w.holder, fake_va(fake_task(3)));
	assert_int_equal(f->w.writer, 0); /* it wants to write itself */
	assert_int_equal(find(f, 2, WAIT_RWSEM_READ), 0);
	assert_int_equal(f->w.writer, fake_va(fake_task(1)));
	assert_int_equal(find(f, 1, WAIT_RWSEM_READ), 0); /* first of the queue */
	assert_int_equal(f->w.writer, 0);
	fake_put(fake_stack(1, WAITER) + W_TYPE, 4, 1); /* another reader */
	assert_int_equal(find(f, 2, WAIT_RWSEM_READ), 0);
	assert_int_equal(f->w.writer, 0);
	fake_put(LOCK + L_COUNT, 8, 2); /* the last reader has left */
	assert_int_equal(find(f, 2, WAIT_RWSEM_WRITE), 0);
	assert_int_equal(f->w.holder, 0);
}

static void locks_without_an_owner(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(find(f, 1, WAIT_SEMAPHORE), 0);
	assert_int_equal(f->w.addr, fake_va(LOCK));
	assert_int_equal(f->w.holder, 0);
	assert_int_equal(find(f, 1, WAIT_COMPLETION), 0);
	assert_int_equal(f->w.holder, 0);
}

static void stale_and_broken_waiters(void **state)
{
	struct fixture *f = *state;
	uint64_t entry = fake_stack(1, WAITER) + W_LIST;

	/* The list does not lead back. */
	fake_put(fake_stack(2, WAITER) + W_LIST + 8, 8, fake_va(LOCK));
	assert_int_equal(find(f, 1, WAIT_MUTEX), VMT_ERR_NOTFOUND);
	/* Nothing but waiters. */
	fake_link(entry, fake_stack(2, WAITER) + W_LIST);
	fake_link(fake_stack(2, WAITER) + W_LIST, entry);
	assert_int_equal(find(f, 1, WAIT_MUTEX), VMT_ERR_NOTFOUND);
	/* No longer on a list. */
	fake_put(entry, 8, 0xdead000000000100);
	fake_put(entry + 8, 8, 0xdead000000000122);
	assert_int_equal(find(f, 1, WAIT_MUTEX), VMT_ERR_NOTFOUND);
	fake_link(entry, entry);
	assert_int_equal(find(f, 1, WAIT_MUTEX), VMT_ERR_NOTFOUND);
}

/* A waiter below the stack pointer belongs to a call that has returned. */
static void a_dead_part_of_the_stack(void **state)
{
	struct fixture *f = *state;

	fake_put(fake_task(1) + TASK_SP, 8, fake_va(fake_stack(1, WAITER + 0x40)));
	assert_int_equal(find(f, 1, WAIT_MUTEX), VMT_ERR_NOTFOUND);
}

/* A list that goes in a circle without its head, further on. */
static void a_list_without_end(void **state)
{
	struct fixture *f = *state;

	fake_link(fake_stack(2, WAITER) + W_LIST, fake_stack(4, WAITER) + W_LIST);
	fake_put(fake_stack(4, WAITER) + W_LIST, 8, fake_va(fake_stack(2, WAITER) + W_LIST));
	assert_int_equal(find(f, 1, WAIT_MUTEX), VMT_ERR_NOTFOUND);
	assert_true(f->f.capped);
	assert_int_equal(f->f.steps, CAP_WAIT_STEPS);
}

static void a_work_item_and_its_worker(void **state)
{
	struct fixture *f = *state;
	uint64_t barrier = fake_stack(1, WAITER + 0x80);
	uint64_t done = barrier + B_DONE;

	fake_link(done + L_LIST, fake_stack(1, WAITER) + W_LIST);
	fake_link(fake_stack(1, WAITER) + W_LIST, done + L_LIST);
	fake_put(barrier + B_TASK, 8, fake_va(fake_task(1)));
	fake_link(WORKER + R_SCHEDULED, barrier + B_ENTRY);
	fake_link(barrier + B_ENTRY, WORKER + R_SCHEDULED);
	fake_put(WORKER + R_TASK, 8, fake_va(fake_task(4)));
	fake_put(WORKER + R_FUNC, 8, fake_va(FAKE_STEXT));
	fake_put(WORKER + R_POOL, 8, fake_va(LOCK));
	assert_int_equal(find(f, 1, WAIT_WORK), 0);
	assert_int_equal(f->w.kind, WAIT_WORK);
	assert_int_equal(f->w.addr, fake_va(FAKE_STEXT));
	assert_int_equal(f->w.holder, fake_va(fake_task(4)));
	/* Behind another item, not behind the one that runs. */
	fake_link(fake_stack(3, 0x1f00), barrier + B_ENTRY);
	assert_int_equal(find(f, 1, WAIT_WORK), 0);
	assert_int_equal(f->w.kind, WAIT_COMPLETION);
	assert_int_equal(f->w.addr, fake_va(done));
	assert_int_equal(f->w.holder, 0);
}

static void what_newer_kernels_record(void **state)
{
	struct fixture *f = *state;
	uint64_t t = fake_task(4);

	add_members(&f->k, recorded, ARRAY_SIZE(recorded));
	fake_put(t + T_BLOCKER, 8, fake_va(LOCK));
	assert_int_equal(find(f, 4, WAIT_MUTEX), 0);
	assert_int_equal(f->w.addr, fake_va(LOCK));
	assert_int_equal(f->w.holder, fake_va(fake_task(3)));
	fake_put(t + T_BLOCKER, 8, fake_va(LOCK) | 1);
	assert_int_equal(find(f, 4, WAIT_SEMAPHORE), 0);
	assert_int_equal(f->w.kind, WAIT_SEMAPHORE);
	assert_int_equal(f->w.holder, 0);
	fake_put(LOCK + S_COUNT, 8, 0);
	fake_put(LOCK + S_HOLDER, 8, fake_va(fake_task(2)));
	assert_int_equal(find(f, 4, WAIT_SEMAPHORE), 0);
	assert_int_equal(f->w.holder, fake_va(fake_task(2)));
	fake_put(LOCK + S_COUNT, 4, 1); /* it is free again */
	assert_int_equal(find(f, 4, WAIT_SEMAPHORE), 0);
	assert_int_equal(f->w.holder, 0);
	fake_put(LOCK + L_OWNER, 8, fake_va(fake_task(3)));
	/* It may be that of an earlier wait: not for another kind. */
	assert_int_equal(find(f, 4, WAIT_MUTEX), VMT_ERR_NOTFOUND);
	assert_int_equal(find(f, 4, WAIT_COMPLETION), VMT_ERR_NOTFOUND);
	fake_put(t + T_BLOCKER, 8, 0);
	fake_put(t + T_BLOCKER + 8, 8, fake_va(fake_stack(4, WAITER)));
	fake_put(fake_stack(4, WAITER) + W_LIST, 8, fake_va(LOCK));
	fake_put(LOCK + L_PI, 8, fake_va(fake_task(3)) | 1);
	assert_int_equal(find(f, 4, WAIT_MUTEX), 0);
	assert_int_equal(f->w.kind, WAIT_RT_MUTEX);
	assert_int_equal(f->w.holder, fake_va(fake_task(3)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(functions_that_wait),
		TEST(a_mutex_and_its_owner),
		TEST(a_rwsem_of_a_writer_or_of_readers),
		TEST(locks_without_an_owner),
		TEST(stale_and_broken_waiters),
		TEST(a_dead_part_of_the_stack),
		TEST(a_list_without_end),
		TEST(a_work_item_and_its_worker),
		TEST(what_newer_kernels_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
