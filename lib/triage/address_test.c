// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "triage/address.h"

static void what_an_address_tells(void **state)
{
	static const struct {
		uint64_t address;
		const char *arch, *klass;
	} cases[] = {
		{0, "x86_64", "null"},
		{0x28, "x86_64", "null-offset"},
		{0xdead000000000108, "x86_64", "list-poison"},
		{0xdead000000000122, "aarch64", "list-poison"},
		{0x6b6b6b6b6b6b6c8b, "x86_64", "slab-poison"},
		{0x6b6b6b6b, "i386", "slab-poison"},
		{0xfffffffffffffff4, "x86_64", "err-ptr"},
		{0xfffffff4, "arm", "err-ptr"},
		{0x00007f0011223344, "x86_64", "user"},
		{0x50f0ba5e00c0ffee, "x86_64", "non-canonical"},
		{0xff1778571f7db258, "x86_64", NULL},
		{0xffff888004c3a000, "x86_64", NULL},
		{0xf5ff000004c3a000, "aarch64", NULL},
		{0xdffffc0000000005, "x86_64", "kasan-shadow"},
		{0xc0123456, "arm", NULL},
		/* The number alone does not show whose address it is. */
		{0xc0a81234, "mips", NULL},
		{0xfffffff0, "mips", "err-ptr"},
		{0xf1000000, "ppc", NULL},
		{0xf1000000, NULL, NULL},
		{0x133b000, "s390x", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct address_class *k = address_classify(cases[i].address, cases[i].arch);

		if ((k != NULL) != (cases[i].klass != NULL) ||
			(k && strcmp(k->id, cases[i].klass) != 0))
			fail_msg("0x%llx: %s", (unsigned long long)cases[i].address,
				k ? k->id : "none");
	}
	assert_string_equal(address_poison(0x6b6b6b6b6b6b6b6b)->id, "slab-poison");
	assert_null(address_poison(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_an_address_tells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
