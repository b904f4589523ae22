// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include "dump/notes.h"

/*
 * A CPU's note, an empty note of a CPU that saved none, a note without content, VMCOREINFO without
 * pad.
 */
static const uint8_t list[] = "\5\0\0\0\3\0\0\0\1\0\0\0CORE\0\0\0\0abc\0"
			      "\0\0\0\0\0\0\0\0\0\0\0\0"
			      "\5\0\0\0\0\0\0\0\2\0\0\0QEMU\0\0\0\0"
			      "\xb\0\0\0\6\0\0\0\0\0\0\0VMCOREINFO\0\0KEY=V\n";

static void test_list(void **state)
{
	struct cur c = cur_init_little(list, sizeof(list) - 1);
	struct note n;

	(void)state;
	assert_true(note_next(&c, &n));
	assert_true(note_is(&n, "CORE", 1));
	assert_false(note_is(&n, "CORE", 2));
	assert_false(note_is(&n, "COR", 1));
	assert_int_equal(n.desc_len, 3);
	assert_memory_equal(n.desc, "abc", 3);
	assert_true(note_next(&c, &n));
	assert_true(note_is(&n, "QEMU", 2));
	assert_int_equal(n.desc_len, 0);
	assert_true(note_next(&c, &n));
	assert_true(note_is(&n, "VMCOREINFO", 0));
	assert_memory_equal(n.desc, "KEY=V\n", 6);
	assert_false(note_next(&c, &n));
}

static void test_cut_off(void **state)
{
	struct note n;

	(void)state;
	for (size_t len = 0; len < sizeof(list) - 1; len++) {
		struct cur c = cur_init_little(list, len);
		unsigned count = 0;

		while (note_next(&c, &n))
			count++;
		assert_true(count <= (len >= 23 ? 1u : 0u) + (len >= 52 ? 1u : 0u));
		assert_false(note_next(&c, &n));
	}
}

static void test_find(void **state)
{
	struct note n;

	(void)state;
	assert_true(note_find(list, sizeof(list) - 1, false, "VMCOREINFO", 0, &n));
	assert_int_equal(n.desc_len, 6);
	/* Empty ones are skipped, and so is everything in the wrong byte order. */
	assert_false(note_find(list, sizeof(list) - 1, false, "QEMU", 2, &n));
	assert_false(note_find(list, sizeof(list) - 1, true, "VMCOREINFO", 0, &n));
	assert_false(note_find(NULL, 0, false, "VMCOREINFO", 0, &n));
}

static void test_device_dump(void **state)
{
	uint8_t desc[NOTE_DEVICE_DUMP_NAME + 5] = "cxgb4_0000:02:00.4";
	struct note n = {"LINUX", 5, 0x700, desc, sizeof(desc)};
	char name[NOTE_DEVICE_DUMP_NAME + 1];
	uint64_t size = 0;

	(void)state;
	assert_true(note_is_device_dump(&n, name, &size));
	assert_string_equal(name, "cxgb4_0000:02:00.4");
	assert_int_equal(size, 5);
	memset(desc, 'x', NOTE_DEVICE_DUMP_NAME); /* a name without terminator */
	assert_true(note_is_device_dump(&n, name, &size));
	assert_int_equal(strlen(name), NOTE_DEVICE_DUMP_NAME);
	n.desc_len = NOTE_DEVICE_DUMP_NAME - 1;
	assert_false(note_is_device_dump(&n, name, &size));
	n.desc_len = sizeof(desc);
	n.type = 1;
	assert_false(note_is_device_dump(&n, name, &size));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_device_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
