// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "kernel/fake_tasks.h"

struct fixture {
	struct kernel_image k;
	int pids[32];
	size_t n;
	int stop_at;
	uint64_t lost;
};

/* Tasks 0 (init_task), 1 and 2 are processes. 3 and 4 are threads of 2. */
static int setup(void **state)
{
	struct fixture *f = talloc_zero(NULL, struct fixture);

	fake_reset();
	assert_int_equal(fake_kernel_open(f, false, &f->k), 0);
	for (unsigned i = 0; i < 5; i++)
		fake_put_task(i, i ? 100 + (int)i : 0, 0);
	for (unsigned i = 0; i < 3; i++)
		fake_put(
			fake_task(i) + TASK_TASKS, 8, fake_va(fake_task((i + 1) % 3) + TASK_TASKS));
	fake_put(fake_task(2) + TASK_NODE, 8, fake_va(fake_task(3) + TASK_NODE));
	fake_put(fake_task(3) + TASK_NODE, 8, fake_va(fake_task(4) + TASK_NODE));
	fake_put(fake_task(4) + TASK_NODE, 8, fake_va(fake_task(2) + SIGNAL_HEAD));
	for (unsigned cpu = 0; cpu < 4; cpu++)
		fake_put(fake_percpu(cpu, FAKE_IDLE), 8, fake_va(fake_task(0)));
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static int collect(void *arg, const struct task *task)
{
	struct fixture *f = arg;

	assert_true(f->n < 32);
	f->pids[f->n++] = task->pid;
	return f->stop_at && f->stop_at == task->pid ? 7 : 0;
}

static int walk(struct fixture *f)
{
	f->n = 0;
	return task_each(&f->k, collect, f, &f->lost, NULL);
}

static void all_threads(void **state)
{
	static const int expected[] = {0, 0, 0, 101, 102, 103, 104};
	struct fixture *f = *state;
	struct task task;

	assert_int_equal(walk(f), 0);
	assert_int_equal(f->lost, 0);
	assert_int_equal(f->n, 7);
	assert_memory_equal(f->pids, expected, sizeof(expected));
	f->stop_at = 102;
	assert_int_equal(walk(f), 7);
	assert_int_equal(f->n, 5);
	assert_int_equal(task_find(&f->k, 104, &task, NULL), 0);
	assert_string_equal(task.comm, "task-4");
	assert_int_equal(task_find(&f->k, 999, &task, NULL), VMT_ERR_NOTFOUND);
	assert_int_equal(task_find(&f->k, 0, &task, NULL), VMT_ERR_NOTFOUND);
}

static void rings_that_do_not_close(void **state)
{
	struct fixture *f = *state;

	/* Threads 3 and 4 form a cycle. */
	fake_put(fake_task(4) + TASK_NODE, 8, fake_va(fake_task(3) + TASK_NODE));
	assert_int_equal(walk(f), 0);
	assert_int_equal(f->lost, 1);
	assert_true(f->n < 32);
	/* The list of processes ends in a page that is missing. */
	fake_put(fake_task(2) + TASK_TASKS, 8, fake_va(FAKE_RAM + 0x1000));
	fake_put(fake_task(4) + TASK_NODE, 8, fake_va(fake_task(2) + SIGNAL_HEAD));
	assert_int_equal(walk(f), 0);
	assert_int_equal(f->lost, 3); /* the process, its threads, and the rest of the list */
	assert_int_equal(f->n, 7);
}

static void a_task_that_is_left_out(void **state)
{
	struct fixture *f = *state;

	fake_hole = fake_task(3);
	assert_int_equal(walk(f), 0);
	assert_true(f->lost > 0);
	assert_int_equal(f->pids[f->n - 1], 102);
}

static void registers_of_the_scheduler(void **state)
{
	struct fixture *f = *state;
	uint64_t sp = FAKE_STACKS + 0x2000 + 0x1f00;
	struct task task;

	fake_put(fake_task(1) + TASK_SP, 8, fake_va(sp));
	for (unsigned i = 0; i < 7; i++)
		fake_put(sp + 8 * i, 8, 0x100 + i);
	assert_int_equal(task_read(&f->k, fake_va(fake_task(1)), &task, NULL), 0);
	assert_true(task.switched_out);
	assert_int_equal(task.stack.start, fake_va(FAKE_STACKS + 0x2000));
	assert_int_equal(task.stack.end - task.stack.start, 0x2000); /* from the symbols */
	assert_int_equal(task.regs.v[0], 0x100);		     /* r15 */
	assert_int_equal(task.regs.v[4], 0x105);		     /* rbp */
	assert_int_equal(task.regs.v[16], 0x106);		     /* rip */
	assert_int_equal(task.regs.v[19], fake_va(sp + 56));
	assert_false(task.regs.known >> 10 & 1); /* rax */
	fake_put(fake_task(1) + TASK_ON_CPU, 4, 1);
	assert_int_equal(task_read(&f->k, fake_va(fake_task(1)), &task, NULL), 0);
	assert_false(task.switched_out);
	fake_put(fake_task(1) + TASK_ON_CPU, 4, 0);
	fake_put(fake_task(1) + TASK_SP, 8, fake_va(sp + 0x2000)); /* in another task's stack */
	assert_int_equal(task_read(&f->k, fake_va(fake_task(1)), &task, NULL), 0);
	assert_false(task.switched_out);
	fake_put(fake_task(1) + TASK_STACK, 8, 0); /* dead */
	assert_int_equal(task_read(&f->k, fake_va(fake_task(1)), &task, NULL), 0);
	assert_int_equal(task.stack.start, 0);
	assert_int_equal(task_read(&f->k, fake_va(FAKE_RAM), &task, NULL), VMT_ERR_NODATA);
}

static struct vmt_u64 blocked(struct fixture *f, unsigned i)
{
	struct task_clock clock;
	struct task task;

	task_clock_read(&f->k, &clock);
	assert_int_equal(task_read(&f->k, fake_va(fake_task(i)), &task, NULL), 0);
	return task_blocked_ms(&f->k, &clock, &task);
}

static void blocked_by_the_scheduler(void **state)
{
	struct fixture *f = *state;

	/* CPU 1's clock is the latest; CPU 0 lost a second to interrupts. */
	fake_put(fake_percpu(0, FAKE_QUEUE), 8, 20000000000);
	fake_put(fake_percpu(0, FAKE_QUEUE) + 8, 8, 19000000000);
	fake_put(fake_percpu(1, FAKE_QUEUE), 8, 50000000000);
	fake_put(fake_task(1) + TASK_EXEC_START, 8, 9000000000);
	assert_false(blocked(f, 1).known); /* it is not blocked */
	fake_put(fake_task(1) + TASK_STATE, 4, 0x402);
	assert_false(blocked(f, 1).known); /* nothing waits for idle kernel threads */
	fake_put(fake_task(1) + TASK_STATE, 4, 0x102);
	assert_true(blocked(f, 1).known);
	assert_int_equal(blocked(f, 1).v, 40000);
	fake_put(fake_task(1) + TASK_EXEC_START, 8, 60000000000); /* in the future */
	assert_false(blocked(f, 1).known);
}

static void blocked_by_khungtaskd(void **state)
{
	struct fixture *f = *state;
	uint64_t t = fake_task(1);
	struct task_clock clock;

	fake_put(FAKE_VARS + 32, 8, 0x100000000 + 250 * 100); /* jiffies */
	fake_put(FAKE_VARS + 64 + 16, 4, 4000000u << 8);      /* 4 ms */
	fake_put(FAKE_VARS + 64 + 20, 4, 8);
	task_clock_read(&f->k, &clock);
	assert_int_equal(clock.hz.v, 250);
	fake_put(t + TASK_STATE, 4, 2);
	fake_put(t + TASK_NVCSW, 8, 5);
	fake_put(t + TASK_NIVCSW, 8, 2);
	fake_put(t + TASK_LAST_COUNT, 8, 7);
	fake_put(t + TASK_LAST_TIME, 8, 0x100000000 + 250 * 70);
	assert_true(blocked(f, 1).known);
	assert_int_equal(blocked(f, 1).v, 30000);
	fake_put(t + TASK_NVCSW, 8, 6); /* it ran since khungtaskd looked */
	assert_false(blocked(f, 1).known);
	fake_put(FAKE_VARS + 64 + 16, 4, 0); /* no clock source */
	task_clock_read(&f->k, &clock);
	assert_false(clock.hz.known);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_threads),
		TEST(rings_that_do_not_close),
		TEST(a_task_that_is_left_out),
		TEST(registers_of_the_scheduler),
		TEST(blocked_by_the_scheduler),
		TEST(blocked_by_khungtaskd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
