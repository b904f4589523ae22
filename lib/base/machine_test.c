// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <elf.h>
#include <string.h>

#include "base/array.h"
#include "base/machine.h"

static void names_are_unique(void **state)
{
	const struct machine *m;

	(void)state;
	for (unsigned i = 0; (m = machine_row(i)); i++) {
		assert_ptr_equal(machine_find(m->name), m);
		assert_int_not_equal(m->elf_machine, EM_NONE);
	}
}

static void usual_names(void **state)
{
	(void)state;
	assert_string_equal(machine_name(EM_386), "i386");
	assert_string_equal(machine_name(EM_ARM), "arm");
	assert_string_equal(machine_name(EM_PPC64), "ppc64");
	assert_string_equal(machine_name(EM_RISCV), "riscv64");
	assert_string_equal(machine_name(EM_MIPS), "mips");
	assert_string_equal(machine_name(0xffff), "an unknown machine");
}

/* Columns of a machine that describe the same property agree. */
static void rows_agree(void **state)
{
	const struct machine *a, *b;

	(void)state;
	for (unsigned i = 0; (a = machine_row(i)); i++) {
		assert_false(a->is_64 && (a->narrow || a->canonical_bits >= 64));
		for (unsigned k = 0; (b = machine_row(k)); k++)
			if (a->elf_machine == b->elf_machine)
				assert_int_equal(a->family, b->family);
	}
}

static void nothing_is_known_of_others(void **state)
{
	static const char *const names[] = {NULL, "", "Unknown", "x86_64 "};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct machine *m = machine_find(names[i]);

		assert_int_equal(m->elf_machine, EM_NONE);
		assert_int_equal(m->family, MACHINE_OTHER);
		assert_false(m->narrow || m->tagged || m->canonical_bits);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(usual_names),
		cmocka_unit_test(rows_agree),
		cmocka_unit_test(nothing_is_known_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
