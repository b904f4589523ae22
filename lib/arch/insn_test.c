// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "arch/insn.h"
#include "base/array.h"

static struct insn decode(const char *arch, const char *bytes, size_t n)
{
	struct insn in;

	assert_int_equal(insn_decode(arch, (const uint8_t *)bytes, n, 0x1000, &in, NULL), 0);
	return in;
}

static void x86_accesses(void **state)
{
	const struct {
		const char *bytes;
		size_t n;
		const char *operand, *base, *index;
		int64_t disp;
		unsigned size;
		bool reads, writes;
	} cases[] = {
		/* mov dword ptr [rax + 8], edx */
		{"\x89\x50\x08", 3, "dword ptr [rax + 8]", "rax", "", 8, 4, false, true},
		/* mov rax, qword ptr [rdi + rcx*8 + 0x40] */
		{"\x48\x8b\x44\xcf\x40", 5, "qword ptr [rdi + rcx*8 + 0x40]", "rdi", "rcx", 0x40, 8,
			true, false},
		/* add qword ptr [rax + 8], 1 */
		{"\x48\x83\x40\x08\x01", 5, "qword ptr [rax + 8]", "rax", "", 8, 8, true, true},
		/* test byte ptr [rax + 0x84], 1 */
		{"\xf6\x80\x84\x00\x00\x00\x01", 7, "byte ptr [rax + 0x84]", "rax", "", 0x84, 1,
			true, false},
		/* cmp dword ptr [rax + 8], edx */
		{"\x39\x50\x08", 3, "dword ptr [rax + 8]", "rax", "", 8, 4, true, false},
		/* rep stosq: writes through rdi */
		{"\xf3\x48\xab", 3, "qword ptr [rdi]", "rdi", "", 0, 8, false, true},
		/* lea rax, [rdi + 0x40] accesses no memory */
		{"\x48\x8d\x47\x40", 4, "", "", "", 0, 0, false, false},
		/* ud2 */
		{"\x0f\x0b", 2, "", "", "", 0, 0, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct insn in = decode("x86_64", cases[i].bytes, cases[i].n);

		assert_string_equal(in.operand, cases[i].operand);
		assert_string_equal(in.base, cases[i].base);
		assert_string_equal(in.index, cases[i].index);
		assert_int_equal(in.disp, cases[i].disp);
		assert_int_equal(in.size, cases[i].size);
		assert_int_equal(in.reads, cases[i].reads);
		assert_int_equal(in.writes, cases[i].writes);
		assert_int_equal(in.length, cases[i].n);
	}
}

static void calls_read_their_target(void **state)
{
	struct insn in = decode("x86_64", "\xff\x50\x10", 3); /* call qword ptr [rax + 0x10] */

	(void)state;
	assert_true(in.jumps);
	assert_true(in.reads);
	assert_string_equal(in.base, "rax");
}

static void arm64_stores(void **state)
{
	struct insn in = decode("aarch64", "\x20\x00\x00\xb9", 4); /* str w0, [x1] */

	(void)state;
	assert_true(in.writes);
	assert_string_equal(in.base, "x1");
	in = decode("aarch64", "\x20\x14\x40\xf9", 4); /* ldr x0, [x1, #0x28] */
	assert_true(in.reads);
	assert_int_equal(in.disp, 0x28);
}

static void refuses(void **state)
{
	struct insn in;

	(void)state;
	assert_int_equal(
		insn_decode("vax", (const uint8_t *)"\x90", 1, 0, &in, NULL), VMT_ERR_UNSUPPORTED);
	assert_int_equal(
		insn_decode("x86_64", (const uint8_t *)"\x0f", 1, 0, &in, NULL), VMT_ERR_CORRUPT);
	assert_int_equal(insn_decode("x86_64", NULL, 0, 0, &in, NULL), VMT_ERR_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(x86_accesses),
		cmocka_unit_test(calls_read_their_target),
		cmocka_unit_test(arm64_stores),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
