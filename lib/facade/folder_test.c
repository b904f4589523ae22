// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/caps.h"
#include "facade/folder.h"

static char root[] = "/tmp/vmtriage-folder-XXXXXX";

static void put(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static int clean(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s/*", root);
	return system(command);
}

static int find(TALLOC_CTX *ctx, size_t *n)
{
	struct folder folder;
	struct vmt_err err;
	int rc = folder_read(ctx, root, &folder, &err);

	*n = folder.n;
	return rc;
}

/* TIME/COUNT of systemd-pstore; but links to other folders are not followed. */
static void lone_folders_are_entered(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char path[256];
	size_t n;

	(void)state;
	snprintf(path, sizeof(path), "%s/1", root);
	assert_int_equal(mkdir(path, 0700), 0);
	put("1/vmcore");
	assert_int_equal(find(ctx, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(clean(state), 0);
	assert_int_equal(symlink("/proc", path), 0);
	assert_int_equal(find(ctx, &n), VMT_ERR_SEVERAL);
	talloc_free(ctx);
}

static void entries_have_a_cap_that_is_told(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char name[32];
	size_t n;

	(void)state;
	put("vmcore");
	/* "." and ".." count as entries. */
	for (unsigned i = 3; i < CAP_FOLDER_ENTRIES; i++) {
		snprintf(name, sizeof(name), "%u", i);
		put(name);
	}
	assert_int_equal(find(ctx, &n), 0);
	put("one-more");
	assert_int_equal(find(ctx, &n), VMT_ERR_LIMIT);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(lone_folders_are_entered, clean),
		cmocka_unit_test_teardown(entries_have_a_cap_that_is_told, clean),
	};
	int rc;

	if (!mkdtemp(root))
		return 99;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(root);
	return rc;
}
