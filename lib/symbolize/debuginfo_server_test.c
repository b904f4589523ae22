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

static const char *fetch(TALLOC_CTX *ctx, const char *build_id, int code)
{
	const char *path = "";
	struct vmt_err err;

	assert_int_equal(debuginfo_fetch(ctx, build_id, &path, &err), code);
	return path;
}

static void found(void **state)
{
	assert_string_equal(fetch(*state, "0123456789abcdef", 0), sample);
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
	assert_null(fetch(*state, "00", 0));
	assert_int_equal(fake_debuginfod.begun, 1);
	assert_int_equal(fake_debuginfod.ended, 1);
	fake_debuginfod.no_client = 1;
	assert_null(fetch(*state, "00", VMT_ERR_IO));
	assert_int_equal(fake_debuginfod.begun, 2);
	assert_int_equal(fake_debuginfod.ended, 1);
}

/* The file that a search finds with servers (urls not NULL), or without. It is nowhere else. */
static struct debuginfo_file *search(
	TALLOC_CTX *ctx, const char *urls, const char *build_id, size_t *n_refused)
{
	struct debuginfo_places places = {.root = "/proc/nonexistent", .urls = urls};
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
	struct debuginfo_places places = {
		.paths = paths, .n_paths = 1, .root = "/proc/nonexistent"};
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

/* One complaint, and no more waiting. */
static void a_dead_server_is_asked_once(void **state)
{
	struct debuginfo_places places = {.root = "/proc/nonexistent", .urls = "http://localhost"};
	struct debuginfo_want want = {.build_id = "0011223344"}, other = {.build_id = "5566"};
	const struct debuginfo_refusal *refusals;
	struct debuginfo_search *s;
	struct debuginfo_file *file;
	size_t n;

	fake_debuginfod.path = NULL;
	fake_debuginfod.error = ECONNREFUSED;
	assert_int_equal(debuginfo_search_new(*state, &places, &s, NULL), 0);
	assert_int_equal(debuginfo_find(s, *state, &want, &file, NULL), 0);
	assert_null(file);
	assert_int_equal(debuginfo_find(s, *state, &other, &file, NULL), 0);
	assert_int_equal(fake_debuginfod.begun, 1);
	refusals = debuginfo_refusals(s, &n);
	assert_int_equal(n, 1);
	assert_int_equal(refusals[0].what, DEBUGINFO_SERVER);
	assert_string_equal(refusals[0].why, "no server answers: Connection refused");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(found),
		TEST(not_found),
		TEST(searched),
		TEST(a_dead_server_is_asked_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
