// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "io/crash_name.h"

static void names_have_their_kind(void **state)
{
	static const struct {
		const char *name;
		enum crash_name_kind kind;
	} rows[] = {
		{"/var/crash/202611202325/dump.202611202325", CRASH_NAME_DUMP},
		{"dump.202611202325.gz", CRASH_NAME_DUMP},
		{"dump-incomplete", CRASH_NAME_CUT_DUMP},
		{"dump-incomplete.xz", CRASH_NAME_CUT_DUMP},
		{"a.tar:x/vmcore", CRASH_NAME_DUMP},
		{"a.tar:vmcore", CRASH_NAME_DUMP},
		{"vmcore.202611202325", CRASH_NAME_DUMP},
		{"vmcore-incomplete", CRASH_NAME_CUT_DUMP},
		{"vmcore-dmesg-incomplete.txt", CRASH_NAME_LOG},
		{"dmesg.202611202325", CRASH_NAME_LOG},
		{"dmesg", CRASH_NAME_LOG},
		{"console-ramoops-0", CRASH_NAME_LOG},
		{"kexec-dmesg.log", CRASH_NAME_STATUS},
		{"README.txt", CRASH_NAME_STATUS},
		/* Debian's own files, and what only looks like a crash. */
		{"kexec_cmd", CRASH_NAME_NOTE},
		{"kdump_lock", CRASH_NAME_NOTE},
		{"/var/crash/1/vmtriage.txt", CRASH_NAME_NOTE},
		{"vmtriage-of-vmcore.json", CRASH_NAME_NOTE},
		{"dump.", CRASH_NAME_OTHER},
		{"dump.old", CRASH_NAME_OTHER},
		{"dump.12x", CRASH_NAME_OTHER},
		{"vmcores", CRASH_NAME_OTHER},
		{"dump.1/readme", CRASH_NAME_OTHER},
		{".gz", CRASH_NAME_OTHER},
		{"", CRASH_NAME_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (crash_name_of(rows[i].name).kind != rows[i].kind)
			fail_msg("%s: %d", rows[i].name, crash_name_of(rows[i].name).kind);
}

static void a_whole_dump_comes_first(void **state)
{
	(void)state;
	assert_true(crash_name_of("vmcore").rank < crash_name_of("vmcore-incomplete").rank);
	assert_true(crash_name_of("dump-incomplete").rank < crash_name_of("dmesg.1").rank);
	assert_int_equal(crash_name_of("other").rank, 0);
}

static void a_dump_is_found_beside_its_log(void **state)
{
	char name[64];
	bool dump = false, packed = false, status = false;

	(void)state;
	for (size_t i = 0; crash_name_sibling(i, "x/dmesg.202611202325", name, sizeof(name)); i++) {
		dump |= strcmp(name, "dump.202611202325") == 0;
		packed |= strcmp(name, "dump-incomplete.gz") == 0;
		status |= strcmp(name, "kexec-dmesg.log") == 0;
	}
	assert_true(dump && packed && status);
	for (size_t i = 0; crash_name_sibling(i, "x/dmesg", name, sizeof(name)); i++)
		assert_true(strncmp(name, "dump.", 5) != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_have_their_kind),
		cmocka_unit_test(a_whole_dump_comes_first),
		cmocka_unit_test(a_dump_is_found_beside_its_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
