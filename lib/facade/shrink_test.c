// SPDX-License-Identifier: GPL-3.0-or-later
/* Shrinking through the library: what happens to files, and that err may be NULL everywhere. */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "vmtriage.h"

struct place {
	char dir[64], dump[4096], out[128], link[128];
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	*state = p;
	strcpy(p->dir, "/tmp/shrink_test.XXXXXX");
	if (!mkdtemp(p->dir))
		return -1;
	snprintf(p->dump, sizeof(p->dump), "%s/real/null-deref.vmcore", getenv("VMT_TESTDATA"));
	snprintf(p->out, sizeof(p->out), "%s/out", p->dir);
	snprintf(p->link, sizeof(p->link), "%s/link", p->dir);
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	int rc;

	unlink(p->out);
	unlink(p->link);
	rc = rmdir(p->dir); /* fails if anything is left */
	free(p);
	return rc;
}

static void writes_a_new_file(void **state)
{
	struct place *p = *state;
	const char *paths[] = {p->dump};
	struct vmt_shrink_result result = VMT_SHRINK_RESULT_INIT;
	struct vmt_err err;
	struct stat st;

	umask(022);
	assert_int_equal(vmt_shrink(NULL, paths, 1, p->out, &result, &err), 0);
	assert_int_equal(stat(p->out, &st), 0);
	assert_int_equal(st.st_size, result.bytes);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void refuses_a_file_that_exists(void **state)
{
	struct place *p = *state;
	const char *paths[] = {p->dump};
	struct vmt_shrink_result result = VMT_SHRINK_RESULT_INIT;
	struct vmt_err err;
	struct stat st;
	FILE *f = fopen(p->out, "w");

	fputs("old", f);
	fclose(f);
	assert_int_equal(vmt_shrink(NULL, paths, 1, p->out, &result, &err), VMT_ERR_USAGE);
	assert_non_null(strstr(err.message, "exists already"));
	assert_int_equal(stat(p->out, &st), 0);
	assert_int_equal(st.st_size, 3);
}

static void refuses_its_input(void **state)
{
	struct place *p = *state;
	const char *paths[] = {p->dump};
	struct vmt_shrink_result result = VMT_SHRINK_RESULT_INIT;
	struct vmt_err err;

	assert_int_equal(symlink(p->dump, p->link), 0);
	assert_int_equal(vmt_shrink(NULL, paths, 1, p->link, &result, &err), VMT_ERR_USAGE);
	assert_non_null(strstr(err.message, "is also an input"));
	paths[0] = p->link;
	assert_int_equal(vmt_shrink(NULL, paths, 1, p->dump, &result, NULL), VMT_ERR_USAGE);
}

static void leaves_nothing_on_error(void **state)
{
	struct place *p = *state;
	const char *paths[] = {"/proc/nonexistent"};
	struct vmt_shrink_result result = VMT_SHRINK_RESULT_INIT;

	assert_int_equal(vmt_shrink(NULL, paths, 1, p->out, &result, NULL), VMT_ERR_IO);
	assert_int_not_equal(access(p->out, F_OK), 0);
}

static void discards(void **state)
{
	struct place *p = *state;
	struct vmt_outfile *f;

	assert_int_equal(vmt_outfile_open(p->out, 0, &f, NULL), 0);
	assert_int_equal(access(vmt_outfile_temporary(f), F_OK), 0);
	vmt_outfile_discard(f);
}

/* Another file by that name came first: it must not be lost. */
static void commit_keeps_who_came_first(void **state)
{
	struct place *p = *state;
	struct vmt_outfile *f;
	struct vmt_err err;
	struct stat st;
	FILE *first;

	assert_int_equal(vmt_outfile_open(p->out, VMT_OUTFILE_NEW, &f, &err), 0);
	first = fopen(p->out, "w");
	fputs("first", first);
	fclose(first);
	assert_int_equal(vmt_outfile_commit(f, &err), VMT_ERR_IO);
	assert_int_equal(stat(p->out, &st), 0);
	assert_int_equal(st.st_size, 5);
}

static void err_may_be_null(void **state)
{
	struct place *p = *state;
	const char *inputs[] = {p->dump, "/proc/nonexistent", p->dir, "/dev/null"};
	FILE *null = fopen("/dev/null", "w"), *full = fopen("/dev/full", "w");
	struct vmt_shrink_result result = VMT_SHRINK_RESULT_INIT;
	struct vmt_report *report;
	struct vmt_stacks *stacks;
	struct vmt_list *list;
	bool incomplete = true;
	const struct vmt_log_options opts = {
		.struct_size = sizeof(opts), .incomplete = &incomplete};

	setvbuf(full, NULL, _IONBF, 0);
	for (size_t i = 0; i < ARRAY_SIZE(inputs); i++) {
		const char **in = &inputs[i];

		assert_int_equal(vmt_log_write(&opts, in, 1, null, NULL) != 0, i > 0);
		assert_int_not_equal(vmt_log_write(&opts, in, 1, full, NULL), 0);
		assert_int_equal(vmt_shrink_write(NULL, in, 1, null, &result, NULL) != 0, i > 0);
		assert_int_not_equal(vmt_shrink_write(NULL, in, 1, full, &result, NULL), 0);
		if (!vmt_triage(NULL, in, 1, &report, NULL)) {
			assert_int_equal(
				vmt_report_write(report, "no", NULL, null, NULL), VMT_ERR_USAGE);
			vmt_report_free(report);
		}
		if (!vmt_stacks_read(NULL, in, 1, true, &stacks, NULL))
			vmt_stacks_free(stacks);
	}
	assert_int_equal(vmt_list_crashes(NULL, inputs, 4, &list, NULL), 0);
	vmt_list_free(list);
	fclose(null);
	fclose(full);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(writes_a_new_file),
		TEST(refuses_a_file_that_exists),
		TEST(refuses_its_input),
		TEST(leaves_nothing_on_error),
		TEST(discards),
		TEST(commit_keeps_who_came_first),
		TEST(err_may_be_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
