// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "facade/kernel_view.h"

static void each_is_told(void **state)
{
	struct kernel_view none = {0}, all = {.modules.capped = true,
					       .cpus.capped = true,
					       .cpus.find_capped = true,
					       .caps = {true, true, true, true, true}};
	struct diag_list diags = {0};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	kernel_view_tell_caps(&none, &diags, ctx);
	assert_int_equal(diags.n, 0);
	kernel_view_tell_caps(&all, &diags, ctx);
	assert_int_equal(diags.n, 8);
	for (size_t i = 0; i < diags.n; i++)
		assert_string_equal(diags.items[i].id, "cap-reached");
	assert_non_null(strstr(diags.items[0].message, "modules"));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_is_told)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
