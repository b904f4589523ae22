// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "image/fake_kernel.h"
#include "image/identity.h"

#define ID 0x4000u

static struct kernel_image image;

static int setup(void **state)
{
	static const struct fake_layout tables = {.mode = FAKE_RELATIVE, .two_bytes = true};
	struct fake_tables t = {0};
	TALLOC_CTX *ctx = talloc_new(NULL);

	fake_reset();
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_va(ID), "bsysctl_bootid");
	fake_symbol_add(&t, fake_va(FAKE_RAM), "B_end");
	fake_put_tables(&tables, &t);
	image = (struct kernel_image){.space = fake_space(ctx)};
	assert_int_equal(fake_open(ctx, t.info, &image.symbols, NULL), 0);
	*state = ctx;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static void put_id(void)
{
	for (unsigned i = 0; i < 16; i++)
		fake_ram[ID + i] = (uint8_t)(i << 4 | (15 - i));
	fake_ram[ID + 6] = 0x4d;
	fake_ram[ID + 8] = 0xbf;
}

static void the_id_is_shown_as_proc_does(void **state)
{
	put_id();
	assert_string_equal(
		identity_boot_id(*state, &image), "0f1e2d3c-4b5a-4d78-bf96-a5b4c3d2e1f0");
}

static void what_is_no_random_uuid_is_none(void **state)
{
	assert_null(identity_boot_id(*state, &image)); /* zeros: nobody asked for it */
	put_id();
	fake_ram[ID + 6] = 0x1d;
	assert_null(identity_boot_id(*state, &image));
	put_id();
	fake_ram[ID + 8] = 0x3f;
	assert_null(identity_boot_id(*state, &image));
	put_id();
	fake_hole = ID;
	assert_null(identity_boot_id(*state, &image));
	fake_hole = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_id_is_shown_as_proc_does, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_random_uuid_is_none, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
