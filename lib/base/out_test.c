// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <errno.h>
#include <string.h>

#include "base/out.h"

struct taker {
	char got[64];
	size_t n, calls;
	int refuse;
};

static int take(void *arg, const void *data, size_t len)
{
	struct taker *t = arg;

	t->calls++;
	if (t->refuse)
		return t->refuse;
	assert_in_range(len, 1, sizeof(t->got) - t->n);
	memcpy(t->got + t->n, data, len);
	t->n += len;
	return 0;
}

static void all_arrives_in_order(void **state)
{
	struct taker t = {0};
	struct vmt_err err;
	struct out out;

	(void)state;
	assert_int_equal(out_open(&out, take, &t, &err), 0);
	fputs("one ", out.file);
	fflush(out.file);
	fputs("two", out.file);
	assert_int_equal(out_close(&out, 0, &err), 0);
	assert_int_equal(t.n, 7);
	assert_memory_equal(t.got, "one two", 7);
}

static void a_refusal_ends_it(void **state)
{
	struct taker t = {.refuse = ENOSPC};
	struct vmt_err err;
	struct out out;

	(void)state;
	assert_int_equal(out_open(&out, take, &t, &err), 0);
	fputs("one", out.file);
	assert_int_equal(fflush(out.file), EOF);
	fputs("two", out.file);
	assert_int_equal(out_close(&out, VMT_ERR_IO, &err), VMT_ERR_IO);
	assert_int_equal(err.os_errno, ENOSPC);
	assert_int_equal(t.calls, 1);
}

static void what_failed_before_stays(void **state)
{
	struct taker t = {.refuse = -1};
	struct vmt_err err = {.code = VMT_ERR_NOMEM};
	struct out out;

	(void)state;
	assert_int_equal(out_open(&out, take, &t, &err), 0);
	fputs("one", out.file);
	assert_int_equal(out_close(&out, VMT_ERR_NOMEM, &err), VMT_ERR_NOMEM);
	assert_int_equal(err.code, VMT_ERR_NOMEM);
	assert_int_equal(out_open(&out, take, &t, &err), 0);
	fputs("one", out.file);
	assert_int_equal(out_close(&out, 0, NULL), VMT_ERR_IO);
	assert_int_equal(out_open(&out, NULL, NULL, NULL), VMT_ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_arrives_in_order),
		cmocka_unit_test(a_refusal_ends_it),
		cmocka_unit_test(what_failed_before_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
