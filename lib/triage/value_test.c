// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/array.h"
#include "triage/value.h"

static void texts(void **state)
{
	static const struct {
		uint64_t value;
		const char *arch, *text;
	} rows[] = {
		{0, "x86_64", "NULL"},
		{0x40, "x86_64", "0x40, an offset from NULL"},
		{0xffffffffffffffea, "x86_64", "the error pointer -EINVAL"},
		{0xffffffffffffffea, "aarch64", "the error pointer -EINVAL"},
		{0xfffffffffffffdfb, "x86_64", "the error pointer -EPROBE_DEFER"},
		{0xffffffffffffffb0, "x86_64", "the error pointer -80"},
		{0xfffffff4, "i686", "the error pointer -ENOMEM"},
		{0xffffffffffffffdb, "mips", "the error pointer -37"},
		{0xfffffffffffff000, "x86_64", "0xfffffffffffff000"},
		{0xdead000000000100, "x86_64",
			"0xdead000000000100, LIST_POISON1, the next pointer of an entry that was "
			"removed from its list"},
		{0xdead000000000122, "aarch64",
			"0xdead000000000122, LIST_POISON2, the previous pointer of an entry that "
			"was removed from its list"},
		{0x6b6b6b6b6b6b6b6b, "x86_64",
			"0x6b6b6b6b6b6b6b6b, the poison of freed slab memory"},
		{0x5a5a5a5a5a5a5a5a, "x86_64",
			"0x5a5a5a5a5a5a5a5a, the fill of slab memory that was never initialised"},
		{0xbbbbbbbbbbbbbbbb, "x86_64", "0xbbbbbbbbbbbbbbbb, the red zone of a slab object"},
		{0x00007f1234560000, "x86_64", "0x7f1234560000, a user-space address"},
		{0x6e7572006f666e69, "x86_64", "0x6e7572006f666e69"}, /* a NUL inside */
		{0x2f7379732f766564, "x86_64", "text: \"dev/sys/\""},
		{0x00006e69622f7273, "x86_64", "text: \"sr/bin\""},
		{0x2020202020202020, "x86_64", "0x2020202020202020"},
		{0xfff77f8012345678, "x86_64", "0xfff77f8012345678"}, /* two bits */
		{0xfff7888012345678, "x86_64",
			"one bit (51) off the kernel address 0xffff888012345678"},
		{0x7fff888012345678, "x86_64",
			"one bit (63) off the kernel address 0xffff888012345678"},
		{0xffff888012345678, "x86_64", "0xffff888012345678"},
		{0x50f0ba5e00c0ffee, "x86_64", "0x50f0ba5e00c0ffee"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = value_text(NULL, rows[i].value, rows[i].arch);

		assert_string_equal(text, rows[i].text);
		talloc_free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(texts)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
