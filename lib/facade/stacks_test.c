// SPDX-License-Identifier: GPL-3.0-or-later
/* The stacks of real dumps, through the public API. */
#include "base/test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vmtriage.h"

static struct vmt_stacks *read_stacks(const char *name, const struct vmt_options *opts, bool all)
{
	char path[4096];
	const char *paths[] = {path};
	struct vmt_stacks *stacks;
	struct vmt_err err;

	snprintf(path, sizeof(path), "%s/%s", getenv("VMT_TESTDATA"), name);
	if (vmt_stacks_read(opts, paths, 1, all, &stacks, &err))
		fail_msg("%s", err.message);
	return stacks;
}

/* The CPU that crashed is first, then the other; the waiting task has a stack of its own. */
static void a_hung_task(void **state)
{
	static const struct vmt_options core = {
		sizeof(struct vmt_options), .level = VMT_LEVEL_CORE};
	struct vmt_stacks *s = read_stacks("real/hung-task.vmcore", &core, false);
	const struct vmt_task *task = s->tasks;

	(void)state;
	assert_int_equal(s->n_cpus, 2);
	assert_true(s->crashing.known);
	assert_int_equal(s->crashing.v, 1);
	assert_int_equal(s->cpus[0].number, 1);
	assert_string_equal(s->cpus[0].comm, "khungtaskd");
	assert_string_equal(s->cpus[0].frames[1].function, "panic");
	assert_int_equal(s->cpus[1].number, 0);
	assert_int_equal(s->n_tasks, 1);
	assert_int_equal(task->pid, 1);
	assert_string_equal(task->comm, "init");
	assert_true(task->blocked);
	assert_string_equal(task->frames[0].function, "__schedule");
	assert_string_equal(task->frames[4].function, "vhba_drain");
	assert_string_equal(task->frames[4].module, "vhba");
	vmt_stacks_free(s);
}

static char *written(const struct vmt_stacks *s, const char *format)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_int_equal(vmt_stacks_write(s, format, NULL, out, NULL), 0);
	fclose(out);
	return text;
}

static const char *comm_of(const json_t *root, const char *list)
{
	const json_t *first = json_array_get(json_object_get(root, list), 0);

	return json_string_value(json_object_get(json_object_get(first, "task"), "comm"));
}

static void as_written(void **state)
{
	static const struct vmt_options core = {
		sizeof(struct vmt_options), .level = VMT_LEVEL_CORE};
	struct vmt_stacks *s = read_stacks("real/hung-task.vmcore", &core, false);
	char *text = written(s, "text"), *json = written(s, "json");
	const json_t *frames;
	json_t *root = json_loads(json, 0, NULL);

	(void)state;
	assert_non_null(strstr(text, "CPU 1, which crashed: khungtaskd (pid 28)"));
	assert_non_null(strstr(text, "Task init (pid 1), blocked"));
	assert_non_null(root);
	assert_string_equal(comm_of(root, "cpus"), "khungtaskd");
	assert_string_equal(comm_of(root, "tasks"), "init");
	frames = json_object_get(json_array_get(json_object_get(root, "tasks"), 0), "frames");
	assert_int_equal(json_array_size(frames), s->tasks[0].n_frames);
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(frames, 4), "function")),
		"vhba_drain");
	assert_int_equal(vmt_stacks_write(s, "xml", NULL, stdout, NULL), VMT_ERR_USAGE);
	json_decref(root);
	free(text);
	free(json);
	vmt_stacks_free(s);
}

/* All tasks that the small dump still has: blocked ones first, then by pid. */
static void all_tasks(void **state)
{
	static const struct vmt_options core = {
		sizeof(struct vmt_options), .level = VMT_LEVEL_CORE};
	struct vmt_stacks *s = read_stacks("real/hung-task.vmcore", &core, true);

	(void)state;
	assert_true(s->n_tasks > 1);
	assert_true(s->tasks[0].blocked);
	for (size_t i = 1; i < s->n_tasks; i++) {
		assert_false(s->tasks[i].blocked);
		assert_true(i == 1 || s->tasks[i - 1].pid <= s->tasks[i].pid);
		assert_int_not_equal(s->tasks[i].pid, 28); /* khungtaskd is on a CPU */
	}
	vmt_stacks_free(s);
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* If there is no debuginfo, looking for it changes nothing. */
static void debuginfo_that_is_not_there(void **state)
{
	static const struct vmt_options core = {sizeof(struct vmt_options),
						.level = VMT_LEVEL_CORE},
					full = {sizeof(struct vmt_options),
						.sysroot = "/proc/nonexistent"};
	struct vmt_stacks *a = read_stacks("real/null-deref.vmcore", &core, false);
	struct vmt_stacks *b = read_stacks("real/null-deref.vmcore", &full, false);

	(void)state;
	assert_int_equal(a->n_cpus, b->n_cpus);
	for (size_t i = 0; i < a->n_cpus; i++) {
		assert_int_equal(a->cpus[i].n_frames, b->cpus[i].n_frames);
		for (size_t k = 0; k < a->cpus[i].n_frames; k++) {
			assert_true(
				same(a->cpus[i].frames[k].function, b->cpus[i].frames[k].function));
			assert_null(b->cpus[i].frames[k].file);
		}
	}
	vmt_stacks_free(a);
	vmt_stacks_free(b);
}

static void refusals(void **state)
{
	char path[4096];
	const char *paths[] = {path};
	struct vmt_stacks *stacks;
	struct vmt_err err;

	(void)state;
	snprintf(path, sizeof(path), "%s/logs/lab/null-deref.log", getenv("VMT_TESTDATA"));
	assert_int_equal(vmt_stacks_read(NULL, paths, 1, false, &stacks, &err), VMT_ERR_FORMAT);
	assert_non_null(strstr(err.message, "a text, not a dump"));
	snprintf(path, sizeof(path), "/proc/nonexistent");
	assert_int_equal(vmt_stacks_read(NULL, paths, 1, false, &stacks, &err), VMT_ERR_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hung_task),
		cmocka_unit_test(as_written),
		cmocka_unit_test(all_tasks),
		cmocka_unit_test(debuginfo_that_is_not_there),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
