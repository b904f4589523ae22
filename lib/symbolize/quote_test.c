// SPDX-License-Identifier: GPL-3.0-or-later
/* Source trees as packages install them, in a test folder that is used as the system's root. */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/caps.h"
#include "symbolize/quote.h"

static char root[] = "/tmp/vmtriage-quote-XXXXXX";

PRINTF_LIKE(2, 3)
static void put(const char *path, const char *fmt, ...)
{
	char full[512], command[600];
	va_list ap;
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	snprintf(command, sizeof(command), "mkdir -p $(dirname %s)", full);
	assert_int_equal(system(command), 0);
	f = fopen(full, "w");
	assert_non_null(f);
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fclose(f);
}

static int clean(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s/*", root);
	return system(command);
}

static struct vmt_report report_of(const char *version, const char *file)
{
	return (struct vmt_report){
		.kernel = {.release = "6.1.0-56-amd64", .version = version},
		.verdict = {.file = file, .line = {true, 2}},
	};
}

/* Whether the line is quoted; if so, it is the second line of the file. */
static bool is_quoted(TALLOC_CTX *ctx, struct vmt_report *r)
{
	const struct vmt_options opts = {.sysroot = root};

	assert_int_equal(quote_culprit(ctx, &opts, r, NULL), 0);
	if (!r->source.n)
		return false;
	assert_int_equal(r->source.first, 1);
	assert_string_equal(r->source.lines[1], "two");
	return true;
}

static void put_tree(const char *sublevel)
{
	put("usr/src/linux-source-6.1/Makefile",
		"# SPDX-License-Identifier: GPL-2.0\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = %s\n"
		"EXTRAVERSION =\n",
		sublevel);
	put("usr/src/linux-source-6.1/fs/inode.c", "one\ntwo\nthree\n");
}

static void packaged_source_of_that_release(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report r = report_of("#1 SMP Debian 6.1.192-2 (2026-11-16)", "fs/inode.c");

	(void)state;
	assert_false(is_quoted(ctx, &r));
	put_tree("192");
	assert_true(is_quoted(ctx, &r));
	put_tree("19");
	r = report_of("#1 SMP Debian 6.1.192-2 (2026-11-16)", "fs/inode.c");
	assert_false(is_quoted(ctx, &r));
	r = report_of("#1 SMP", "fs/inode.c");
	assert_false(is_quoted(ctx, &r));
	talloc_free(ctx);
}

static void source_where_debuginfo_says(void **state)
{
	static const char file[] = "/usr/src/debug/kernel-5.14.0/linux-5.14.0/fs/inode.c";
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report r = report_of("#1 SMP", file);

	(void)state;
	put(file + 1, "one\ntwo\n");
	assert_true(is_quoted(ctx, &r));
	/* No other file of the machine is read, and no shortened form of such a path. */
	put("etc/secret", "one\ntwo\n");
	r = report_of("#1 SMP", "/etc/secret");
	assert_false(is_quoted(ctx, &r));
	r = report_of("#1 SMP", "/usr/src/etc/secret");
	assert_false(is_quoted(ctx, &r));
	r = report_of("#1 SMP", "/usr/src/../../etc/secret");
	assert_false(is_quoted(ctx, &r));
	talloc_free(ctx);
}

/* Neither the release nor the file's name may lead out of the tree. */
static void names_pass_the_gate(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report r = report_of("#1 SMP", "fs/inode.c");

	(void)state;
	put("lib/modules/6.1.0-56-amd64/source/fs/inode.c", "one\ntwo\n");
	put("lib/source/fs/inode.c", "one\ntwo\n");
	assert_true(is_quoted(ctx, &r));
	r = report_of("#1 SMP", "./fs/inode.c");
	assert_true(is_quoted(ctx, &r));
	r = report_of("#1 SMP", "fs/../fs/inode.c");
	assert_false(is_quoted(ctx, &r));
	r = report_of("#1 SMP", "fs/inode.c");
	r.kernel.release = "..";
	assert_false(is_quoted(ctx, &r));
	talloc_free(ctx);
}

static void a_source_over_the_cap(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report r = report_of(NULL, "a.c");
	const struct vmt_options opts = {.sysroot = root};
	struct vmt_err err = {0};
	char path[512];

	(void)state;
	put("lib/modules/6.1.0-56-amd64/source/a.c", "one\ntwo\n");
	snprintf(path, sizeof(path), "%s/lib/modules/6.1.0-56-amd64/source/a.c", root);
	assert_int_equal(truncate(path, CAP_SOURCE_FILE + 1), 0);
	assert_int_equal(quote_culprit(ctx, &opts, &r, &err), VMT_ERR_LIMIT);
	assert_non_null(strstr(err.message, "a.c"));
	talloc_free(ctx);
}

/* A file of the tree, and where the tree has the file that debuginfo names. */
static void a_file_of_the_tree(void **state)
{
	static const char built[] = "/build/linux-6.1.192/fs/inode.c";
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report r = report_of("#1 SMP Debian 6.1.192-2 (2026-11-16)", NULL);
	const char *const trees[] = {
		talloc_asprintf(ctx, "%s/none", root), talloc_asprintf(ctx, "%s/tree/", root)};
	struct vmt_options opts = {.sysroot = root};
	struct quote_tree_file f;

	(void)state;
	assert_false(quote_tree_file(ctx, &opts, &r, "MAINTAINERS", built, &f));
	put_tree("192");
	put("usr/src/linux-source-6.1/MAINTAINERS", "of the package");
	assert_true(quote_tree_file(ctx, &opts, &r, "MAINTAINERS", built, &f));
	assert_string_equal(f.text, "of the package");
	assert_string_equal(f.inside, "fs/inode.c");
	/* The one that the user names comes first. It need not have the file. */
	put("tree/MAINTAINERS", "of the user");
	opts.sources = trees;
	opts.n_sources = 2;
	assert_true(quote_tree_file(ctx, &opts, &r, "MAINTAINERS", built, &f));
	assert_string_equal(f.text, "of the user");
	assert_null(f.inside);
	put("tree/fs/inode.c", "one\n");
	assert_true(quote_tree_file(ctx, &opts, &r, "MAINTAINERS", built, &f));
	assert_string_equal(f.inside, "fs/inode.c");
	assert_true(quote_tree_file(ctx, &opts, &r, "MAINTAINERS", "../tree/fs/inode.c", &f));
	assert_null(f.inside);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(packaged_source_of_that_release, clean),
		cmocka_unit_test_teardown(source_where_debuginfo_says, clean),
		cmocka_unit_test_teardown(a_file_of_the_tree, clean),
		cmocka_unit_test_teardown(names_pass_the_gate, clean),
		cmocka_unit_test_teardown(a_source_over_the_cap, clean),
	};
	int rc;

	if (!mkdtemp(root))
		return 99;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(root);
	return rc;
}
