// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/caps.h"
#include "base/test.h"
#include "dump/vmcoreinfo.h"

static const char text[] = "OSRELEASE=6.1.0-56-cloud-amd64\n"
			   "BUILD-ID=0123456789abcdef\n"
			   "PAGESIZE=4096\n"
			   "SYMBOL(_stext)=ffffffff93200000\n"
			   "OFFSET(list_head.next)=0\n"
			   "NUMBER(phys_base)=-601882624\n"
			   "NUMBER(VMALLOC_START)=0xff5693c000000000\n"
			   "KERNELOFFSET=12200000\n"
			   "a line without\n"
			   "=value\n"
			   "EMPTY=\n"
			   "EQ=a=b\n"
			   "TWICE=1\n"
			   "TWICE=2\n"
			   "HUGE=99999999999999999999\n"
			   "SPACE= 1\n"
			   "CRASHTIME=1795221851"; /* no newline at the end in 3.4 */

static struct vmcoreinfo *parse(const char *s, size_t len)
{
	struct vmcoreinfo *info;
	struct vmt_err err;

	assert_int_equal(vmcoreinfo_parse(NULL, s, len, &info, &err), 0);
	return info;
}

static void test_values(void **state)
{
	struct vmcoreinfo *info = parse(text, sizeof(text) - 1);

	(void)state;
	assert_string_equal(vmcoreinfo_get(info, "OSRELEASE"), "6.1.0-56-cloud-amd64");
	assert_string_equal(vmcoreinfo_get(info, "CRASHTIME"), "1795221851");
	assert_string_equal(vmcoreinfo_get(info, "EMPTY"), "");
	assert_string_equal(vmcoreinfo_get(info, "EQ"), "a=b");
	assert_string_equal(vmcoreinfo_get(info, "TWICE"), "2");
	assert_null(vmcoreinfo_get(info, "OSRELEAS"));
	assert_null(vmcoreinfo_get(info, ""));
	assert_null(vmcoreinfo_get(info, "a line without"));
	talloc_free(info);
}

static void test_numbers(void **state)
{
	struct vmcoreinfo *info = parse(text, sizeof(text) - 1);
	uint64_t v = 5;

	(void)state;
	assert_true(vmcoreinfo_hex(info, "SYMBOL(_stext)", &v));
	assert_int_equal(v, 0xffffffff93200000);
	assert_true(vmcoreinfo_hex(info, "KERNELOFFSET", &v));
	assert_int_equal(v, 0x12200000);
	assert_true(vmcoreinfo_number(info, "NUMBER(phys_base)", &v));
	assert_int_equal(v, (uint64_t)-601882624);
	assert_true(vmcoreinfo_number(info, "NUMBER(VMALLOC_START)", &v));
	assert_int_equal(v, 0xff5693c000000000);
	assert_true(vmcoreinfo_number(info, "OFFSET(list_head.next)", &v));
	assert_int_equal(v, 0);
	assert_false(vmcoreinfo_hex(info, "NUMBER(phys_base)", &v));
	assert_false(vmcoreinfo_number(info, "EMPTY", &v));
	assert_false(vmcoreinfo_number(info, "EQ", &v));
	assert_false(vmcoreinfo_number(info, "HUGE", &v));
	assert_false(vmcoreinfo_number(info, "SPACE", &v));
	assert_false(vmcoreinfo_number(info, "none", &v));
	assert_int_equal(v, 0);
	talloc_free(info);
}

/* The page is padded with zeros. What follows them is not text. */
static void test_zeros(void **state)
{
	static const char padded[] = "A=1\nB=2\0\0C=3\n";
	struct vmcoreinfo *info = parse(padded, sizeof(padded));
	struct vmt_err err;

	(void)state;
	assert_string_equal(vmcoreinfo_get(info, "B"), "2");
	assert_null(vmcoreinfo_get(info, "C"));
	talloc_free(info);
	info = parse("", 0);
	assert_null(vmcoreinfo_get(info, "A"));
	talloc_free(info);
	assert_int_equal(
		vmcoreinfo_parse(NULL, "", CAP_VMCOREINFO + 1u, &info, &err), VMT_ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
