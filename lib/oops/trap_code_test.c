// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "oops/trap_code.h"

#define CODE(...)                                                                                  \
	sizeof((uint8_t[]){__VA_ARGS__}),                                                          \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

static void what_the_kernel_stops_itself_by(void **state)
{
	static const struct {
		enum machine_family family;
		enum trap_code is;
		size_t n;
		uint8_t code[8];
	} cases[] = {
		{MACHINE_X86, TRAP_CODE_BUG, CODE(0x0f, 0x0b, 0x48)},
		{MACHINE_OTHER, TRAP_CODE_BUG, CODE(0x0f, 0x0b)},
		{MACHINE_X86, TRAP_CODE_CHECK, CODE(0x0f, 0xb9, 0x40, 0x02)},
		{MACHINE_X86, TRAP_CODE_CHECK, CODE(0x0f, 0xff, 0xc0)},
		{MACHINE_X86, TRAP_CODE_CHECK, CODE(0x67, 0x0f, 0xb9, 0x40)},
		{MACHINE_X86, TRAP_CODE_UNKNOWN, CODE(0x67, 0x0f)},
		{MACHINE_X86, TRAP_CODE_UNKNOWN, CODE(0x0f)},
		{MACHINE_X86, TRAP_CODE_UNKNOWN, CODE(0x48)},
		{MACHINE_X86, TRAP_CODE_OTHER, CODE(0x67, 0x8d, 0xfb)},
		{MACHINE_X86, TRAP_CODE_OTHER, CODE(0x48, 0x8d, 0xfb)},
		{MACHINE_X86, TRAP_CODE_OTHER, CODE(0xd4, 0x21, 0x00, 0x00)},
		{MACHINE_ARM64, TRAP_CODE_BUG, CODE(0xd4, 0x21, 0x00, 0x00)},
		{MACHINE_OTHER, TRAP_CODE_BUG, CODE(0xd4, 0x21, 0x00, 0x00)},
		{MACHINE_ARM64, TRAP_CODE_OTHER, CODE(0xd4, 0x20, 0x00, 0x20)},
		{MACHINE_ARM64, TRAP_CODE_UNKNOWN, CODE(0xd4, 0x21, 0x00)},
		{MACHINE_ARM64, TRAP_CODE_OTHER, CODE(0x0f, 0x0b, 0x00, 0x00)},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t code[9] = {0x90};
		struct oops_event ev = {.code = code, .n_code = cases[i].n + 1, .code_ip = 1};

		memcpy(code + 1, cases[i].code, cases[i].n);
		if (trap_code_of(&ev, cases[i].family) != cases[i].is)
			fail_msg("case %zu: %d", i, trap_code_of(&ev, cases[i].family));
	}
}

/* No code, and code in which no byte is marked. */
static void what_is_not_shown_is_unknown(void **state)
{
	static const uint8_t code[] = {0x0f, 0x0b};
	const struct oops_event none = {0}, unmarked = {.code = code, .n_code = 2, .code_ip = 2};

	(void)state;
	assert_int_equal(trap_code_of(&none, MACHINE_X86), TRAP_CODE_UNKNOWN);
	assert_int_equal(trap_code_of(&unmarked, MACHINE_X86), TRAP_CODE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_kernel_stops_itself_by),
		cmocka_unit_test(what_is_not_shown_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
