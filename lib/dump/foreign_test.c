// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/test.h"
#include "dump/dump.h"
#include "dump/foreign.h"

static void check(size_t off, const char *bytes, size_t len, const char *words)
{
	uint8_t head[FOREIGN_HEAD] = {'?'};
	struct source *src;
	struct dump *dump = NULL;
	struct vmt_err err = {0};

	memcpy(head + off, bytes, len);
	assert_int_equal(source_open_memory(NULL, "thing", head, sizeof(head), &src, &err), 0);
	assert_int_equal(dump_open(NULL, &src, 1, &dump, &err), VMT_ERR_FORMAT);
	assert_null(dump);
	assert_non_null(strstr(err.message, "thing: not a crash dump"));
	assert_non_null(strstr(err.message, words));
	assert_null(strchr(err.message, '\n'));
	talloc_free(src);
}

static void test_named(void **state)
{
	(void)state;
	check(0, "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\76\0", 20, "--debuginfo");
	check(0, "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\1\0\76\0", 20, "kernel module");
	check(0, "\177ELF\2\2\1\0\0\0\0\0\0\0\0\0\0\3\0\26", 20, "shared object");
	check(0x202, "HdrS", 4, "bzImage");
	check(257, "ustar", 5, "tar archive");
	check(0, "LibvirtQemudSave", 16, "virsh dump --memory-only");
	check(4086, "S1SUSPEND\0", 10, "hibernation");
	check(0, "\xed\x23\x8f\x61\x73\x01\x19\xa8", 8, "LKCD");
	check(0, "hello", 5, "not a crash dump");
}

static void test_blank_and_short(void **state)
{
	uint8_t head[64] = {0};

	(void)state;
	assert_non_null(strstr(foreign_describe(head, sizeof(head)), "zeros"));
	assert_null(foreign_describe(head, 0));
	/* A truncated magic does not match. */
	assert_null(foreign_describe((const uint8_t *)"\177ELF\2", 5));
	assert_null(foreign_describe((const uint8_t *)"LibvirtQemud", 12));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_blank_and_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
