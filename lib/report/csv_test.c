// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdlib.h>

#include "base/array.h"
#include "report/csv.h"

static void assert_line(const char *const *values, size_t n, const char *wanted)
{
	char *buf = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&buf, &len);

	assert_int_equal(csv_line(out, values, n), 0);
	fclose(out);
	assert_string_equal(buf, wanted);
	free(buf);
}

static void values_are_quoted_where_they_must(void **state)
{
	const char *const plain[] = {"/var/crash/vmcore", NULL, "null-deref f [m]", ""};
	const char *const quoted[] = {
		"a,b", "say \"so\"", "two\nlines", "\xc3\xa4", "\xff", " x", "\x1b[31mred"};
	const char *const formulas[] = {"=1+1", "+1", "-1", "@x", "a=b"};

	(void)state;
	assert_line(plain, ARRAY_SIZE(plain), "/var/crash/vmcore,,null-deref f [m],\n");
	assert_line(quoted, ARRAY_SIZE(quoted),
		"\"a,b\",\"say \"\"so\"\"\",\"two\\x0alines\",\"\xc3\xa4\",\"\\xff\",\" "
		"x\",\"\\x1b[31mred\"\n");
	assert_line(formulas, ARRAY_SIZE(formulas), "\"'=1+1\",\"'+1\",\"'-1\",\"'@x\",a=b\n");
	assert_line(NULL, 0, "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_quoted_where_they_must),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
