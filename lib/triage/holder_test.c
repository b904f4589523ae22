// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/array.h"
#include "triage/holder.h"
#include "triage/sentence.h"

static const struct vmt_frame waiting[] = {
	{.function = "__schedule", .plain = "__schedule", .reliable = true},
	{.function = "schedule", .plain = "schedule", .reliable = true},
	{.function = "__mutex_lock.constprop.0", .plain = "__mutex_lock", .reliable = true},
	{.function = "x_probe", .plain = "x_probe", .module = "x", .reliable = true},
};

static void *words; /* what the chains' texts are allocated from */

static struct vmt_waiter task(uint64_t pid, const char *comm)
{
	struct vmt_waiter w = {.pid = pid,
		.comm = comm,
		.state = VMT_TASK_BLOCKED,
		.frames = waiting,
		.n_frames = ARRAY_SIZE(waiting)};

	assert_int_equal(holder_find_place(words, &w, NULL), 0);
	return w;
}

static void wait_for(struct vmt_waiter *w, const struct vmt_waiter *holder, const char *lock)
{
	w->waits_for = (struct vmt_wait){.type = VMT_WAIT_MUTEX,
		.address = {true, 0x1000},
		.name = lock,
		.module = lock ? "x" : NULL,
		.holder_pid = {holder != NULL, holder ? holder->pid : 0},
		.holder_comm = holder ? holder->comm : NULL};
	w->waits_for.text = holder_words(words, &w->waits_for);
}

static void check(void *ctx, struct vmt_waiter *chain, size_t n, bool deadlock,
	const char *headline, const char *evidence, const char *advice)
{
	const char *next[] = {advice_text(ADVICE_WAIT), "other"};
	const char *before[] = {"first", "second"};
	struct vmt_report r = {.waits = chain,
		.n_waits = n,
		.deadlock = deadlock,
		.verdict = {.headline = "hung",
			.evidence = before,
			.n_evidence = 2,
			.next = next,
			.n_next = 2}};

	assert_int_equal(holder_tell(ctx, &r, NULL, NULL), 0);
	assert_string_equal(r.verdict.headline, headline);
	assert_string_equal(r.verdict.evidence[0], "first");
	assert_string_equal(r.verdict.evidence[n], evidence);
	assert_string_equal(r.verdict.evidence[r.verdict.n_evidence - 1], "second");
	assert_string_equal(r.verdict.next[1], "other");
	if (advice)
		assert_string_equal(r.verdict.next[0], advice);
	else
		assert_string_equal(r.verdict.next[0], next[0]);
}

static void wait_for_disk(struct vmt_waiter *w, unsigned n)
{
	w->waits_for = (struct vmt_wait){.type = VMT_WAIT_IO,
		.device = "sda",
		.in_flight = {true, n},
		.oldest_ms = {n != 0, 130900}};
	w->waits_for.text = holder_words(words, &w->waits_for);
}

static void a_disk_at_the_end(void **state)
{
	void *ctx = talloc_new(NULL);
	struct vmt_waiter c[] = {task(1, "init"), task(7, "udevd")};

	(void)state;
	wait_for_disk(&c[0], 32);
	check(ctx, c, 1, false,
		"hung, waits for I/O on sda (32 requests in flight, the oldest for 130 s)",
		"init (pid 1) sleeps in x_probe [x] and waits for I/O on sda (32 requests in "
		"flight, the oldest for 130 s).",
		"Find out why the driver of sda does not complete its requests: look for its "
		"messages, and for errors of the controller, the cable, the network or the host.");
	wait_for(&c[0], &c[1], "x_lock");
	wait_for_disk(&c[1], 1);
	check(ctx, c, 2, false,
		"hung, waits for the mutex x_lock [x] held by udevd (pid 7), which waits for I/O "
		"on sda (1 request in flight, for 130 s)",
		"udevd (pid 7) sleeps in x_probe [x] and waits for I/O on sda (1 request in "
		"flight, for 130 s).",
		"Find out why the driver of sda does not complete its requests: look for its "
		"messages, and for errors of the controller, the cable, the network or the host.");
	wait_for_disk(&c[1], 0);
	check(ctx, c, 2, false,
		"hung, waits for the mutex x_lock [x] held by udevd (pid 7), which waits for I/O "
		"on sda (0 requests in flight)",
		"udevd (pid 7) sleeps in x_probe [x] and waits for I/O on sda (0 requests in "
		"flight).",
		"Find out what keeps requests from the driver of sda, which has none now: a device "
		"that is suspended or stopped (dmsetup info), or a request that was lost.");
	talloc_free(ctx);
}

static void the_only_cpu_that_can_hold_it(void **state)
{
	void *ctx = talloc_new(NULL);
	struct vmt_waiter c[] = {task(1, "init"), task(7, "x_poll")};
	const char *next[] = {advice_text(ADVICE_CPUS)};
	struct vmt_report r = {.waits = c,
		.n_waits = 2,
		.only_cpu = {true, 3},
		.n_spinning = {true, 2},
		.verdict = {.headline = "stuck", .next = next, .n_next = 1}};

	(void)state;
	wait_for(&c[0], NULL, "x_lock");
	c[0].waits_for.type = VMT_WAIT_SPINLOCK;
	c[1].state = VMT_TASK_RUNNING;
	c[1].cpu = (struct vmt_u64){true, 3};
	assert_int_equal(holder_tell(ctx, &r, NULL, NULL), 0);
	assert_string_equal(r.verdict.headline,
		"stuck, spins on the spinlock x_lock [x], which only CPU 3 can hold, in x_probe "
		"[x]");
	assert_string_equal(r.verdict.evidence[1], "x_poll (pid 7) runs on CPU 3 in x_probe [x].");
	assert_string_equal(r.verdict.evidence[2],
		"All CPUs but CPU 3 are idle or spin on this lock (2 do): it holds the lock, or "
		"some code has ended without releasing it.");
	assert_string_equal(r.verdict.next[0],
		"Look at what holds the lock in x_probe [x] and does not come to its end.");
	talloc_free(ctx);
}

/* A chain of two: what the first one waits for, and the suspects then. */
static void check_suspects(struct vmt_waiter *chain, const struct vmt_suspect *before, size_t n,
	const char *reason, size_t after)
{
	void *ctx = talloc_new(NULL);
	struct vmt_report r = {.waits = chain,
		.n_waits = 2,
		.verdict = {.headline = "hung", .suspects = before, .n_suspects = n}};

	assert_int_equal(holder_tell(ctx, &r, NULL, NULL), 0);
	assert_int_equal(r.verdict.n_suspects, after);
	assert_string_equal(r.verdict.suspects[0].function, before[0].function);
	if (reason) {
		assert_string_equal(r.verdict.suspects[1].function, "x_probe");
		assert_string_equal(r.verdict.suspects[1].module, "x");
		assert_string_equal(r.verdict.suspects[1].role, "holder");
		assert_string_equal(r.verdict.suspects[1].reason, reason);
	}
	talloc_free(ctx);
}

static void the_holder_is_a_suspect(void **state)
{
	struct vmt_waiter c[] = {task(1, "init"), task(7, "udevd")};
	const struct vmt_suspect before[] = {{.function = "x_reset", .module = "x"},
		{.function = "x_probe", .module = "x", .role = "stack", .reason = "called y"},
		{.function = "z_write", .module = "vmlinux"}};

	(void)state;
	wait_for(&c[0], &c[1], "x_lock");
	check_suspects(c, before, 1, "is where the task is that holds the mutex x_lock [x]", 2);
	/* It takes its own place, or pushes the last one out. */
	check_suspects(c, before, 3, "is where the task is that holds the mutex x_lock [x]", 3);
	check_suspects(c, before, 2, "is where the task is that holds the mutex x_lock [x]", 2);
	/* The culprit itself. */
	check_suspects(c, before + 1, 2, NULL, 2);
	c[0].waits_for.mode = VMT_ACCESS_WRITE;
	c[0].waits_for.type = VMT_WAIT_RWSEM;
	check_suspects(
		c, before, 1, "is where the task is that holds the rw-semaphore x_lock [x]", 2);
	c[0].waits_for.readers = (struct vmt_u64){true, 2};
	check_suspects(c, before, 1,
		"is where the task is that was the last one to take the rw-semaphore x_lock [x]",
		2);
	wait_for(&c[0], &c[1], "x_work");
	c[0].waits_for.type = VMT_WAIT_WORK;
	check_suspects(c, before, 1, "is where the task is that runs the work item x_work [x]", 2);
	wait_for(&c[0], NULL, "x_lock");
	c[0].waits_for.type = VMT_WAIT_SPINLOCK;
	check_suspects(
		c, before, 1, "is where the task is that may hold the spinlock x_lock [x]", 2);
	c[1].function = NULL;
	check_suspects(c, before, 1, NULL, 1);
}

static void names_of_locks(void **state)
{
	void *ctx = talloc_new(NULL);
	struct vmt_wait w = {.type = VMT_WAIT_MUTEX,
		.address = {true, 0x1000},
		.object = "kmalloc-256",
		.offset = {true, 0x90}};

	(void)state;
	assert_string_equal(
		holder_words(ctx, &w), "the mutex at 0x1000 (at 0x90 in an object of kmalloc-256)");
	w.container = "x_host";
	w.member = "scan.lock";
	assert_string_equal(holder_words(ctx, &w), "the mutex x_host.scan.lock");
	talloc_free(ctx);
}

static void a_holder_that_sleeps_or_runs(void **state)
{
	void *ctx = talloc_new(NULL);
	struct vmt_waiter c[] = {task(1, "init"), task(7, "udevd"), task(8, "kworker/1:2")};

	(void)state;
	wait_for(&c[0], &c[1], "x_lock");
	check(ctx, c, 2, false,
		"hung, waits for the mutex x_lock [x] held by udevd (pid 7), which sleeps in "
		"x_probe [x]",
		"udevd (pid 7) sleeps in x_probe [x].",
		"Find out why udevd (pid 7) does not wake up: what is it doing in x_probe [x]?");
	c[1].state = VMT_TASK_RUNNING;
	c[1].cpu = (struct vmt_u64){true, 3};
	check(ctx, c, 2, false,
		"hung, waits for the mutex x_lock [x] held by udevd (pid 7), which runs on CPU 3 "
		"in "
		"x_probe [x]",
		"udevd (pid 7) runs on CPU 3 in x_probe [x].",
		"Find out why udevd (pid 7) does not finish: what is it doing in x_probe [x]?");
	wait_for(&c[1], &c[2], NULL);
	check(ctx, c, 3, false,
		"hung, waits for the mutex x_lock [x] held by udevd (pid 7); at the end of the "
		"chain "
		"kworker/1:2 (pid 8) sleeps in x_probe [x]",
		"kworker/1:2 (pid 8) sleeps in x_probe [x].",
		"Find out why kworker/1:2 (pid 8) does not wake up: what is it doing in x_probe "
		"[x]?");
	talloc_free(ctx);
}

static void nobody_is_known(void **state)
{
	void *ctx = talloc_new(NULL);
	struct vmt_waiter c = task(1, "init");

	(void)state;
	wait_for(&c, NULL, NULL);
	check(ctx, &c, 1, false, "hung",
		"init (pid 1) sleeps in x_probe [x] and waits for the mutex at 0x1000.",
		"Find out which task holds the mutex at 0x1000, or where x returns without "
		"releasing "
		"it.");
	c.waits_for.type = VMT_WAIT_COMPLETION;
	c.waits_for.container = "x_host";
	c.waits_for.member = "drained";
	c.waits_for.text = holder_words(words, &c.waits_for);
	check(ctx, &c, 1, false, "hung",
		"init (pid 1) sleeps in x_probe [x] and waits for the completion x_host.drained.",
		"Find out why nothing completed the completion x_host.drained: look for messages "
		"of "
		"x, and for a request that its device did not answer.");
	c.module = VMT_MODULE_KERNEL;
	check(ctx, &c, 1, false, "hung",
		"init (pid 1) sleeps in x_probe and waits for the completion x_host.drained.",
		"Find out why nothing completed the completion x_host.drained: look for a device "
		"that "
		"did not answer, and its messages.");
	talloc_free(ctx);
}

static void deadlocks(void **state)
{
	static const char order[] =
		"Compare the stacks of the tasks in the deadlock: all code must "
		"take these locks in the same order.";
	void *ctx = talloc_new(NULL);
	struct vmt_waiter c[] = {task(1, "init"), task(7, "udevd"), task(8, "kworker/1:2")};

	(void)state;
	wait_for(&c[0], &c[1], "a");
	wait_for(&c[1], &c[0], "b");
	check(ctx, c, 2, true,
		"hung, in a deadlock with udevd (pid 7): each waits for what the other holds",
		"udevd (pid 7) waits for the mutex b [x], held by init (pid 1).", order);
	wait_for(&c[1], &c[2], "b");
	wait_for(&c[2], &c[0], "c");
	check(ctx, c, 3, true, "hung, in a deadlock with udevd (pid 7) and 1 other",
		"kworker/1:2 (pid 8) waits for the mutex c [x], held by init (pid 1).", order);
	wait_for(&c[2], &c[1], "c");
	check(ctx, c, 3, true, "hung, waits for what udevd (pid 7) holds, which is in a deadlock",
		"kworker/1:2 (pid 8) waits for the mutex c [x], held by udevd (pid 7).", order);
	wait_for(&c[0], &c[0], "a");
	check(ctx, c, 1, true, "hung, waits for the mutex a [x], which it holds itself",
		"init (pid 1) waits for the mutex a [x], held by init (pid 1).",
		"Look for the place where the task took the lock first: it must release it before "
		"this call, or call a function that expects it to be held.");
	talloc_free(ctx);
}

static void a_spinlock(void **state)
{
	void *ctx = talloc_new(NULL);
	const char *next[] = {advice_text(ADVICE_CPUS)};
	struct vmt_waiter w = task(1, "init");
	struct vmt_report r = {.waits = &w,
		.n_waits = 1,
		.verdict = {.headline = "stuck", .next = next, .n_next = 1}};

	(void)state;
	w.state = VMT_TASK_RUNNING;
	w.cpu = (struct vmt_u64){true, 2};
	w.waits_for = (struct vmt_wait){.type = VMT_WAIT_SPINLOCK, .name = "x_lock", .module = "x"};
	w.waits_for.text = holder_words(ctx, &w.waits_for);
	assert_int_equal(holder_tell(ctx, &r, NULL, NULL), 0);
	assert_string_equal(r.verdict.headline, "stuck, spins on the spinlock x_lock [x]");
	assert_int_equal(r.verdict.n_evidence, 1);
	assert_string_equal(r.verdict.evidence[0], "CPU 2 spins on the spinlock x_lock [x].");
	assert_string_equal(r.verdict.next[0], next[0]);
	r.others_idle = true;
	assert_int_equal(holder_tell(ctx, &r, NULL, NULL), 0);
	assert_int_equal(r.verdict.n_evidence, 3);
	assert_string_equal(r.verdict.next[0],
		"Look for a path that takes the spinlock x_lock [x] and leaves without releasing "
		"it, "
		"usually after an error, or calls a function that takes it again.");
	talloc_free(ctx);
}

static void other_things_to_wait_for(void **state)
{
	struct vmt_wait w = {.type = VMT_WAIT_RWSEM,
		.mode = VMT_ACCESS_WRITE,
		.name = "mmlist",
		.module = VMT_MODULE_KERNEL,
		.offset = {true, 0x20},
		.readers = {true, 2},
		.holder_pid = {true, 9},
		.holder_comm = "cc1"};
	void *ctx = talloc_new(NULL);

	(void)state;
	assert_string_equal(holder_words(ctx, &w),
		"the rw-semaphore mmlist+0x20 (to write), held by 2 readers, the last known one is "
		"cc1 (pid 9)");
	w.mode = VMT_ACCESS_READ;
	w.writer_pid = (struct vmt_u64){true, 12};
	w.writer_comm = "sh";
	assert_string_equal(holder_words(ctx, &w),
		"the rw-semaphore mmlist+0x20 (to read, behind writer sh (pid 12)), held by "
		"2 readers, the last known one is cc1 (pid 9)");
	w = (struct vmt_wait){.type = VMT_WAIT_SEMAPHORE,
		.address = {true, 0x1098},
		.object = "ext4_inode_cache",
		.offset = {true, 0x98}};
	assert_string_equal(holder_words(ctx, &w),
		"the semaphore at 0x1098 (at 0x98 in an object of ext4_inode_cache)");
	w = (struct vmt_wait){.type = VMT_WAIT_WORK,
		.name = "x_reset",
		.module = "x",
		.holder_pid = {true, 9},
		.holder_comm = "kworker/0:1"};
	assert_string_equal(
		holder_words(ctx, &w), "the work item x_reset [x], run by kworker/0:1 (pid 9)");
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_disk_at_the_end),
		cmocka_unit_test(the_holder_is_a_suspect),
		cmocka_unit_test(names_of_locks),
		cmocka_unit_test(the_only_cpu_that_can_hold_it),
		cmocka_unit_test(a_holder_that_sleeps_or_runs),
		cmocka_unit_test(nobody_is_known),
		cmocka_unit_test(deadlocks),
		cmocka_unit_test(a_spinlock),
		cmocka_unit_test(other_things_to_wait_for),
	};

	int failed;

	words = talloc_new(NULL);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	talloc_free(words);
	return failed;
}
