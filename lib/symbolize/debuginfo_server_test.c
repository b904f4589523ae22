// SPDX-License-Identifier: GPL-3.0-or-later
/* Asking servers, with a fake client library: fake_debuginfod.c. */
#include "symbolize/debuginfo_server.h"

#include "base/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbolize/debuginfo.h"
#include "symbolize/fake_debuginfod.h"

static char sample[4096];

static int setup(void **state)
{
	snprintf(sample, sizeof(sample), "%s/elf/sample", getenv("VMT_TESTDATA"));
	fake_debuginfod = (struct fake_debuginfod){.path = sample, .fd = -1};
	*state = talloc_new(NULL);
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static void found(void **state)
{
	assert_string_equal(debuginfo_fetch(*state, "0123456789abcdef"), sample);
	assert_string_equal(fake_debuginfod.build_id, "0123456789abcdef");
	assert_int_equal(fake_debuginfod.len, 0); /* the id is text */
	assert_int_equal(fake_debuginfod.ended, 1);
	/* Only the path is used: the descriptor is closed. */
	assert_true(fake_debuginfod.fd >= 0);
	assert_int_equal(fcntl(fake_debuginfod.fd, F_GETFD), -1);
	assert_int_equal(errno, EBADF);
}

static void not_found(void **state)
{
	fake_debuginfod.path = NULL;
	assert_null(debuginfo_fetch(*state, "00"));
	assert_int_equal(fake_debuginfod.begun, 1);
	assert_int_equal(fake_debuginfod.ended, 1);
	fake_debuginfod.no_client = 1;
	assert_null(debuginfo_fetch(*state, "00"));
	assert_int_equal(fake_debuginfod.begun, 2);
	assert_int_equal(fake_debuginfod.ended, 1);
}

/* The file that a search finds with servers (urls not NULL), or without. It is nowhere else. */
static struct debuginfo_file *search(
	TALLOC_CTX *ctx, const char *urls, const char *build_id, size_t *n_refused)
{
	struct debuginfo_places places = {.root = "/nonexistent", .urls = urls};
	struct debuginfo_want want = {.build_id = build_id, .release = "6.1.0"};
	struct debuginfo_search *s;
	struct debuginfo_file *file;
	struct vmt_err err;

	assert_int_equal(debuginfo_search_new(ctx, &places, &s, &err), 0);
	assert_int_equal(debuginfo_find(s, ctx, &want, &file, &err), 0);
	debuginfo_refusals(s, n_refused);
	return file;
}

/* What a server sends is checked like any other file. */
static void searched(void **state)
{
	struct debuginfo_file *file;
	char own_id[64];
	size_t n;

	assert_null(search(*state, NULL, "00", &n));
	assert_int_equal(fake_debuginfod.begun, 0); /* not asked without permission */
	assert_null(search(*state, "http://localhost", NULL, &n));
	assert_int_equal(fake_debuginfod.begun, 0); /* nor without an id to ask for */
	assert_null(search(*state, "http://localhost", "0011223344", &n));
	assert_int_equal(fake_debuginfod.begun, 1);
	assert_int_equal(n, 1); /* it is of another build */

	const char *paths[] = {sample};
	struct debuginfo_places places = {.paths = paths, .n_paths = 1, .root = "/nonexistent"};
	struct debuginfo_want any = {0};
	struct debuginfo_search *s;

	assert_int_equal(debuginfo_search_new(*state, &places, &s, NULL), 0);
	assert_int_equal(debuginfo_find(s, *state, &any, &file, NULL), 0);
	assert_non_null(file);
	snprintf(own_id, sizeof(own_id), "%s", file->build_id);
	file = search(*state, "http://localhost", own_id, &n);
	assert_non_null(file);
	assert_string_equal(file->path, sample);
	assert_true(file->proved);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(found),
		TEST(not_found),
		TEST(searched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
