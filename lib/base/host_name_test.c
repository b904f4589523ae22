// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/host_name.h"

static void names(void **state)
{
	(void)state;
	assert_true(host_name_is_own("web1"));
	assert_true(host_name_is_own("localhost7"));
	assert_false(host_name_is_own(NULL));
	assert_false(host_name_is_own(""));
	assert_false(host_name_is_own("(none)"));
	assert_false(host_name_is_own("localhost"));
	assert_false(host_name_is_own("localhost.localdomain"));
	assert_true(host_name_is_same("web1", "web1.example.org"));
	assert_true(host_name_is_same("web1.a", "web1"));
	assert_false(host_name_is_same("web1", "web12"));
	assert_false(host_name_is_same("web12", "web1.example.org"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
