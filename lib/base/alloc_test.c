// SPDX-License-Identifier: GPL-3.0-or-later
/* What talloc refuses is counted, and what asks for nothing is not. */
#include "base/test.h"

#include "base/alloc.h"
#include "base/err.h"

static void test_refused(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	unsigned before = alloc_failures();
	struct vmt_err err = {0};

	(void)state;
	assert_int_equal(alloc_check(before, &err), 0);
	assert_null(talloc_size(ctx, SIZE_MAX));
	assert_int_equal(alloc_failures(), before + 1);
	assert_null(talloc_array(ctx, uint64_t, UINT32_MAX));
	assert_null(talloc_zero_array(ctx, uint64_t, UINT32_MAX));
	assert_null(talloc_realloc(ctx, NULL, uint64_t, UINT32_MAX));
	assert_int_equal(alloc_failures(), before + 4);
	assert_int_equal(alloc_check(before, &err), VMT_ERR_NOMEM);
	assert_int_equal(alloc_check(before + 4, &err), 0);
	talloc_free(ctx);
}

static void test_nothing_asked(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	unsigned before = alloc_failures();
	char *s = talloc_asprintf(ctx, "%d", 7);

	(void)state;
	assert_null(talloc_strdup(ctx, NULL));
	s = talloc_asprintf_append(s, "%d", 8);
	s = talloc_asprintf_append_buffer(s, "%s", "9");
	assert_string_equal(s, "789");
	assert_null(talloc_realloc(ctx, s, char, 0));
	assert_int_equal(alloc_failures(), before);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_nothing_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
