// SPDX-License-Identifier: GPL-3.0-or-later
/* What a blocked task waits for, by the frames of its stack and the waiter that is on it. */
#include "base/test.h"

#include <string.h>

#include "facade/kernel_view.h"
#include "kernel/fake_tasks.h"

/* Offsets in RAM. */
#define LOCK 0x50000u
#define SP 0x1c00u     /* of each task, in its stack */
#define WAITER 0x1d00u /* likewise */

/* Offsets of members: a waiter's, and a lock's. */
enum { W_LIST = 8, W_TASK = 32, W_TYPE = 40, L_OWNER = 0, L_COUNT = 8, L_LIST = 24 };

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
};

static int find_member(void *priv, const char *type, const char *member, struct layout_member *ret,
	struct vmt_err *err)
{
	(void)priv;
	return fake_find_member(members, ARRAY_SIZE(members), type, member, ret, err);
}

/* Task 1 (pid 101) and then task 2 wait for the lock, which task 3 has. */
static int set_up(void **state)
{
	struct kernel_view *view = talloc_zero(NULL, struct kernel_view);
	const struct layout_provider provider = {
		.name = "test", .member = find_member, .size = fake_layout_size};

	fake_reset();
	assert_int_equal(fake_kernel_open(view, false, &view->image), 0);
	assert_int_equal(layout_add(view->image.layout, &provider, NULL), 0);
	view->symbolizer.image = &view->image;
	for (unsigned i = 1; i < 4; i++) {
		fake_put_task(i, 100 + (int)i, 0);
		fake_link(fake_task(i) + SIGNAL_HEAD, fake_task(i) + TASK_NODE);
		fake_link(fake_task(i) + TASK_NODE, fake_task(i) + SIGNAL_HEAD);
		fake_put(fake_task(i) + TASK_SP, 8, fake_va(fake_stack(i, SP)));
		fake_put(fake_stack(i, WAITER) + W_TASK, 8, fake_va(fake_task(i)));
	}
	fake_link(LOCK + L_LIST, fake_stack(1, WAITER) + W_LIST);
	fake_link(fake_stack(1, WAITER) + W_LIST, fake_stack(2, WAITER) + W_LIST);
	fake_link(fake_stack(2, WAITER) + W_LIST, LOCK + L_LIST);
	fake_put(LOCK + L_OWNER, 8, fake_va(fake_task(3)));
	*state = view;
	return 0;
}

static int tear_down(void **state)
{
	talloc_free(*state);
	return 0;
}

/* The wait of a task in these functions, the innermost first; one with '?' is not reliable. */
static struct vmt_wait wait_of(struct kernel_view *view, unsigned i, const char *const *functions)
{
	struct vmt_frame frames[32] = {0};
	struct kernel_view_stack at = {.frames = frames};
	struct kernel_view_wait wait;
	struct task task;

	for (; functions[at.n]; at.n++) {
		bool doubt = functions[at.n][0] == '?';

		frames[at.n] =
			(struct vmt_frame){.function = functions[at.n] + doubt, .reliable = !doubt};
	}
	assert_int_equal(task_read(&view->image, fake_va(fake_task(i)), &task, NULL), 0);
	assert_int_equal(kernel_view_wait(view, view, &task, &at, &wait, NULL), 0);
	assert_int_equal(wait.holder != 0, wait.wait.holder_pid.known);
	return wait.wait;
}

#define IN(...) ((const char *const[]){__VA_ARGS__, NULL})

static void a_mutex(void **state)
{
	struct vmt_wait w = wait_of(
		*state, 1, IN("__schedule", "schedule", "__mutex_lock.constprop.0", "gizmo_open"));

	assert_string_equal(w.type, VMT_WAIT_MUTEX);
	assert_null(w.mode);
	assert_true(w.address.known);
	assert_int_equal(w.address.v, fake_va(LOCK));
	assert_int_equal(w.holder_pid.v, 103);
	assert_string_equal(w.holder_comm, "task-3");
	assert_false(w.readers.known || w.writer_pid.known);
	assert_non_null(strstr(w.text, "the mutex "));
	assert_non_null(strstr(w.text, ", held by task-3 (pid 103)"));
}

static void a_rwsem_behind_a_writer(void **state)
{
	struct vmt_wait w;

	fake_put(LOCK + L_OWNER, 8, fake_va(fake_task(3)) | 1);
	fake_put(LOCK + L_COUNT, 8, 0x202); /* two readers have it */
	w = wait_of(*state, 2, IN("schedule", "rwsem_down_read_slowpath", "gizmo_read"));
	assert_string_equal(w.type, VMT_WAIT_RWSEM);
	assert_string_equal(w.mode, VMT_ACCESS_READ);
	assert_int_equal(w.readers.v, 2);
	assert_int_equal(w.holder_pid.v, 103);
	assert_int_equal(w.writer_pid.v, 101);
	assert_string_equal(w.writer_comm, "task-1");
	assert_non_null(strstr(w.text, "(to read, behind writer task-1 (pid 101))"));
	assert_non_null(strstr(w.text, "held by 2 readers, the last known one is task-3"));
	w = wait_of(*state, 1, IN("schedule", "rwsem_down_write_slowpath", "gizmo_write"));
	assert_string_equal(w.mode, VMT_ACCESS_WRITE);
	assert_false(w.writer_pid.known);
	assert_non_null(strstr(w.text, "(to write)"));
}

/* Whose owner is gone: the lock is known, its holder is not. */
static void nobody_holds_it(void **state)
{
	struct vmt_wait w;

	fake_put(LOCK + L_OWNER, 8, 0);
	w = wait_of(*state, 1, IN("schedule", "mutex_lock", "gizmo_open"));
	assert_string_equal(w.type, VMT_WAIT_MUTEX);
	assert_false(w.holder_pid.known);
	assert_null(w.holder_comm);
	assert_null(strstr(w.text, "held by"));
}

/* The innermost functions that wait say for what; others, doubtful ones and callers do not. */
static void which_frames_count(void **state)
{
	static const char *deep[20];

	assert_null(wait_of(*state, 1, IN("schedule", "gizmo_open")).type);
	assert_null(wait_of(*state, 1, IN("schedule", "?mutex_lock", "gizmo_open")).type);
	/* That task waits for no rwsem. */
	assert_null(wait_of(*state, 3, IN("schedule", "down_read", "gizmo_open")).type);
	/* It gave up the CPU within a mutex that it has: the outer function does not wait. */
	assert_string_equal(
		wait_of(*state, 1, IN("schedule", "mutex_lock", "gizmo_open", "down_read")).type,
		VMT_WAIT_MUTEX);
	for (size_t i = 0; i < ARRAY_SIZE(deep) - 1; i++)
		deep[i] = "gizmo_open";
	deep[15] = "mutex_lock";
	assert_string_equal(wait_of(*state, 1, deep).type, VMT_WAIT_MUTEX);
	deep[15] = "gizmo_open";
	deep[16] = "mutex_lock"; /* too far out */
	assert_null(wait_of(*state, 1, deep).type);
}

static void without_a_task_there_is_no_chain(void **state)
{
	struct kernel_view *view = *state;
	struct vmt_report r = {0};

	assert_int_equal(kernel_view_fill_waits(view, view, 0, &r, NULL), 0);
	assert_int_equal(kernel_view_fill_waits(view, view, UINT64_MAX, &r, NULL), 0);
	assert_int_equal(r.n_waits, 0);
	assert_false(r.deadlock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_mutex, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_rwsem_behind_a_writer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_holds_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(which_frames_count, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			without_a_task_there_is_no_chain, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
