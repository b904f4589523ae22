// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/root_files.h"

static char *top;

static void put(const char *name, const char *text)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", top, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void put_link(const char *name, const char *target)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	assert_int_equal(symlink(target, path), 0);
}

static void put_folder(const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static int setup(void **state)
{
	char name[] = "/tmp/root-files-XXXXXX", *made = mkdtemp(name);

	(void)state;
	if (!made)
		return 1;
	top = strdup(made);
	put_folder("tree");
	put_folder("tree/etc");
	put("secret", "outside\n");
	put("tree/etc/b", "inside\n");
	put("tree/etc/.hidden", "");
	put_link("tree/etc/a", "/etc/b");
	put_link("tree/etc/out", "../../secret");
	put_link("tree/etc/up", "../../../../etc/b");
	return 0;
}

static int teardown(void **state)
{
	char command[4200];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", top);
	free(top);
	return system(command);
}

static struct root_files *open_tree(TALLOC_CTX *ctx)
{
	struct root_files *root;
	char path[4096];

	snprintf(path, sizeof(path), "%s/tree", top);
	assert_int_equal(root_files_open(ctx, path, &root, NULL), 0);
	assert_true(root_files_is_tree(root));
	return root;
}

static void a_tree_keeps_its_links(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct root_files *root = open_tree(ctx);
	char *text, **names;
	size_t n;

	(void)state;
	assert_int_equal(root_files_read(ctx, root, "/etc/b", 100, &text, &n), 0);
	assert_string_equal(text, "inside\n");
	assert_int_equal(n, 7);
	assert_int_equal(root_files_read(ctx, root, "/etc/b", 3, &text, &n), 0);
	assert_string_equal(text, "ins");
	assert_int_equal(root_files_read(ctx, root, "/etc/a", 100, &text, NULL), 0);
	assert_string_equal(text, "inside\n");
	assert_int_equal(root_files_read(ctx, root, "/etc/up", 100, &text, NULL), 0);
	assert_string_equal(text, "inside\n");
	assert_int_not_equal(root_files_read(ctx, root, "/etc/out", 100, &text, NULL), 0);
	assert_int_not_equal(root_files_read(ctx, root, "/../secret", 100, &text, NULL), 0);
	assert_string_equal(root_files_link(ctx, root, "/etc/a"), "/etc/b");
	assert_null(root_files_link(ctx, root, "/etc/b"));
	assert_int_equal(root_files_names(ctx, root, "/etc", &names, &n), 0);
	assert_int_equal(n, 4);
	assert_string_equal(names[0], "a");
	assert_string_equal(names[3], "up");
	talloc_free(ctx);
}

static void what_is_not_there_has_an_errno(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct root_files *root = open_tree(ctx);
	uint64_t space, size;
	struct vmt_err err;
	struct stat st;
	char *text, **names;
	size_t n;

	(void)state;
	assert_int_equal(root_files_read(ctx, root, "/etc/no", 100, &text, NULL), ENOENT);
	assert_int_equal(root_files_read(ctx, root, "/etc", 100, &text, NULL), EINVAL);
	assert_int_equal(root_files_stat(root, "/no", &st), ENOENT);
	assert_int_equal(root_files_names(ctx, root, "/etc/b", &names, &n), ENOTDIR);
	assert_int_equal(root_files_space(root, "/no", &space, &size), ENOENT);
	assert_int_equal(root_files_space(root, "/etc", &space, &size), 0);
	assert_true(size > 0);
	assert_int_equal(root_files_open(ctx, "/proc/nonexistent", &root, &err), VMT_ERR_IO);
	assert_int_equal(err.os_errno, ENOENT);
	talloc_free(ctx);
}

static void this_machine_is_no_tree(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct root_files *root;
	char *text;

	(void)state;
	assert_int_equal(root_files_open(ctx, NULL, &root, NULL), 0);
	assert_false(root_files_is_tree(root));
	assert_int_equal(root_files_read(ctx, root, "/proc/self/status", 1 << 20, &text, NULL), 0);
	assert_memory_equal(text, "Name:", 5);
	assert_non_null(root_files_link(ctx, root, "/proc/self/exe"));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_keeps_its_links),
		cmocka_unit_test(what_is_not_there_has_an_errno),
		cmocka_unit_test(this_machine_is_no_tree),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
