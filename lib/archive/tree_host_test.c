// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"
#include "base/test.h"

#include "archive/tree_host.h"

static void the_nearest_folder_counts(void **state)
{
	struct tree_hosts *o = tree_hosts_new(NULL);

	(void)state;
	assert_null(tree_hosts_find(o, "sos/var/crash/1/vmcore"));
	assert_int_equal(tree_hosts_take(o, "sos/hostname", "db1.example.com\n"), 0);
	assert_int_equal(tree_hosts_take(o, "sos/var/crash/2/README.txt",
				 "Kernel crashdump\n---\n\nCrash time : x\nHost           : db2\n"),
		0);
	assert_int_equal(tree_hosts_take(o, "a.tar:x/hostname", "db3"), 0);
	assert_string_equal(tree_hosts_find(o, "sos/var/crash/1/vmcore"), "db1.example.com");
	assert_string_equal(tree_hosts_find(o, "sos/dmesg"), "db1.example.com");
	assert_string_equal(tree_hosts_find(o, "sos/var/crash/2/dmesg"), "db2");
	assert_string_equal(tree_hosts_find(o, "a.tar:x/y/z"), "db3");
	assert_null(tree_hosts_find(o, "sos2/var/crash/1/vmcore"));
	assert_null(tree_hosts_find(o, "a.tar:vmcore"));
	talloc_free(o);
}

static void what_is_no_name_is_none(void **state)
{
	static const char *const heads[] = {"", "\n", "two words\n", "localhost\n",
		"localhost.localdomain", "a/b\n", "\x1b[31m\n"};
	struct tree_hosts *o = tree_hosts_new(NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
		assert_int_equal(tree_hosts_take(o, "d/hostname", heads[i]), 0);
	assert_int_equal(tree_hosts_take(o, "d/README.txt", "Hosts : x\nMy Host : y\n"), 0);
	assert_int_equal(tree_hosts_take(o, "d/other", "db1\n"), 0);
	assert_null(tree_hosts_find(o, "d/vmcore"));
	assert_int_equal(tree_hosts_take(o, "d/basic-environment.txt",
				 "# /bin/uname -a\nLinux db4 6.4.0-150600.23-default #1 SMP\n"),
		0);
	assert_string_equal(tree_hosts_find(o, "d/vmcore"), "db4");
	talloc_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nearest_folder_counts),
		cmocka_unit_test(what_is_no_name_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
