// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "fixes/source_program.h"
#include "fixes/sources.h"

static const char *path_of(TALLOC_CTX *ctx, const char *name)
{
	const char *folder = getenv("VMT_TESTDATA");

	return talloc_asprintf(ctx, "%s/fixes/%s", folder ? folder : "testdata", name);
}

static int count(const struct fix *f, void *arg, struct vmt_err *err)
{
	(void)f;
	(void)err;
	++*(size_t *)arg;
	return 0;
}

static void find(void **state)
{
	static const struct {
		enum fix_source_kind kind;
		const char *path, *package, *version;
		size_t fixes;
	} wanted[] = {
		{FIX_SOURCE_DEBIAN, "/usr/share/doc/linux-image-6.1.0-57-amd64/changelog.gz",
			"linux-image-6.1.0-57-amd64", "6.1.192-3", 9},
		{FIX_SOURCE_DEBIAN, "/usr/share/doc/linux-image-6.1.0-9-amd64/changelog",
			"linux-image-6.1.0-9-amd64", "6.1.4-1", 1},
		{FIX_SOURCE_DKMS, "/usr/src/bar-1.0", "bar", "1.0", 0},
		{FIX_SOURCE_VENDOR, "/usr/src/foo-3.4.2/ChangeLog", "foo", "3.4.2", 6},
		{FIX_SOURCE_WHENCE, "/usr/lib/firmware/WHENCE", NULL, NULL, 0},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct root_files *root;
	struct fix_source *list;
	size_t n;

	(void)state;
	assert_int_equal(root_files_open(ctx, path_of(ctx, "root"), &root, NULL), 0);
	assert_int_equal(fix_sources_find(ctx, root, &list, &n, NULL), 0);
	assert_int_equal(n, ARRAY_SIZE(wanted));
	for (size_t i = 0; i < n; i++) {
		size_t fixes = 0;
		struct fix_reading r = {.take = count, .arg = &fixes};

		assert_int_equal(list[i].kind, wanted[i].kind);
		assert_string_equal(list[i].path, wanted[i].path);
		if (wanted[i].package)
			assert_string_equal(list[i].package, wanted[i].package);
		if (wanted[i].version)
			assert_string_equal(list[i].version, wanted[i].version);
		assert_int_equal(fix_source_read(root, &list[i], &r, NULL), 0);
		assert_int_equal(fixes, wanted[i].fixes);
	}
	assert_int_equal(list[3].modules_n, 2);
	assert_string_equal(list[3].modules[0], "foo");
	assert_string_equal(list[3].modules[1], "foo_aux");
	assert_string_equal(list[2].modules[0], "bar");
	talloc_free(ctx);
}

static void find_nothing(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct root_files *root;
	struct fix_source *list;
	size_t n;

	(void)state;
	assert_int_equal(root_files_open(ctx, path_of(ctx, "vulns"), &root, NULL), 0);
	assert_int_equal(fix_sources_find(ctx, root, &list, &n, NULL), 0);
	assert_int_equal(n, 0);
	talloc_free(ctx);
}

static void tell(void **state)
{
	static const struct {
		const char *path;
		int rc;
		enum fix_source_kind kind;
		const char *version;
	} rows[] = {
		{"debian.changelog", 0, FIX_SOURCE_DEBIAN, "6.1.192-3"},
		{"root/usr/share/doc/linux-image-6.1.0-57-amd64/changelog.gz", 0, FIX_SOURCE_DEBIAN,
			"6.1.192-3"},
		{"rhel.changelog", 0, FIX_SOURCE_RPM, "5.14.0-611.el9"},
		{"suse.changelog", 0, FIX_SOURCE_RPM, "8ebb1f4"},
		{"ChangeLog-6.1.150", 0, FIX_SOURCE_GITLOG, "6.1.150"},
		{"vendor.changelog", 0, FIX_SOURCE_VENDOR, "3.4.2"},
		{"WHENCE", 0, FIX_SOURCE_WHENCE, NULL},
		{"vulns", 0, FIX_SOURCE_VULNS, NULL},
		{"corpus.jsonl", 0, FIX_SOURCE_RECORDS, NULL},
		{"root/usr/src/foo-3.4.2", 0, FIX_SOURCE_VENDOR, "3.4.2"},
		{"root/usr/src/bar-1.0", 0, FIX_SOURCE_DKMS, "1.0"},
		{"root", VMT_ERR_FORMAT, 0, NULL},
		{"root/usr/src/bar-1.0/dkms.conf", VMT_ERR_FORMAT, 0, NULL},
		{"nothing", VMT_ERR_IO, 0, NULL},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fix_source s;
		struct vmt_err err = {0};
		int rc = fix_source_tell(ctx, path_of(ctx, rows[i].path), &s, &err);

		if (rc != rows[i].rc)
			fail_msg("%s: %d %s", rows[i].path, rc, err.message);
		if (rc)
			continue;
		assert_int_equal(s.kind, rows[i].kind);
		assert_true(!s.version == !rows[i].version);
		if (s.version)
			assert_string_equal(s.version, rows[i].version);
		assert_non_null(fix_source_kind_name(s.kind));
	}
	talloc_free(ctx);
}

static void pipe_is_read(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t fixes = 0;
	struct fix_reading r = {.take = count, .arg = &fixes};
	static const char text[] =
		"* Tue Nov 24 2026 J <j@example.org> [5.14.0-611.el9]\n- a: b (J)\n";
	struct fix_source s;
	char path[64];
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], text, strlen(text)), strlen(text));
	close(fds[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
	assert_int_equal(fix_source_tell(ctx, path, &s, NULL), 0);
	assert_int_equal(s.kind, FIX_SOURCE_RPM);
	assert_int_equal(fix_source_read(NULL, &s, &r, NULL), 0);
	assert_int_equal(fixes, 1);
	close(fds[0]);
	talloc_free(ctx);
}

static int take_firmware(const struct firmware *f, void *arg, struct vmt_err *err)
{
	(void)f;
	(void)err;
	++*(size_t *)arg;
	return 0;
}

static void firmware(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fix_source s;
	size_t n = 0;

	(void)state;
	assert_int_equal(fix_source_tell(ctx, path_of(ctx, "WHENCE"), &s, NULL), 0);
	assert_int_equal(fix_source_firmware(NULL, &s, take_firmware, &n, NULL), 0);
	assert_int_equal(n, 5);
	talloc_free(ctx);
}

/* Each of what makes a source another one makes another name. */
static void cache(void **state)
{
	static const struct fix_source sources[] = {
		{.kind = FIX_SOURCE_DEBIAN, .path = "/a", .size = 1, .mtime_ns = 2},
		{.kind = FIX_SOURCE_RPM, .path = "/a", .size = 1, .mtime_ns = 2},
		{.kind = FIX_SOURCE_DEBIAN, .path = "/b", .size = 1, .mtime_ns = 2},
		{.kind = FIX_SOURCE_DEBIAN, .path = "/a", .size = 2, .mtime_ns = 2},
		{.kind = FIX_SOURCE_DEBIAN, .path = "/a", .size = 1, .mtime_ns = 3},
		{.kind = FIX_SOURCE_DEBIAN, .path = "/a", .size = 1, .mtime_ns = 2, .state = "x"},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *names[ARRAY_SIZE(sources) + 1], *folder;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		assert_int_equal(fix_cache_name(ctx, NULL, &sources[i], &names[i], NULL), 0);
	assert_int_equal(
		fix_cache_name(ctx, "/root", &sources[0], &names[ARRAY_SIZE(sources)], NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_null(strchr(names[i], '/'));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(names[i], names[k]);
	}
	assert_int_equal(fix_cache_folder(ctx, &folder, NULL), 0);
	if (geteuid() == 0)
		assert_string_equal(folder, "/var/cache/vmtriage/fixes");
	talloc_free(ctx);
}

static void programs(void **state)
{
	const char *fails[] = {"ls", "/proc/nonexistent/folder", NULL},
		   *none[] = {"no-such-program", NULL};
	const char *const env[] = {"LC_ALL=C", NULL};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct program *p;
	struct vmt_err err;

	(void)state;
	assert_int_equal(program_start(ctx, none, env, &p, &err), VMT_ERR_NOTFOUND);
	assert_string_equal(err.message, "no-such-program is not installed");
	assert_int_equal(program_start(ctx, fails, env, &p, &err), 0);
	assert_int_equal(program_end(p, &err), VMT_ERR_IO);
	assert_non_null(strstr(err.message, "/proc/nonexistent/folder"));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(find),
		cmocka_unit_test(find_nothing),
		cmocka_unit_test(tell),
		cmocka_unit_test(pipe_is_read),
		cmocka_unit_test(firmware),
		cmocka_unit_test(cache),
		cmocka_unit_test(programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
