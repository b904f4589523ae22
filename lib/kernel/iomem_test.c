// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "image/fake_image.h"
#include "kernel/iomem.h"

#define ROOT 0x4000u
#define ENTRY(i) (0x5000u + 0x100u * (i))
#define NAME_RAM 0x6000u
#define NAME_OTHER 0x6020u

static struct kernel_image image;

static int member(void *priv, const char *type, const char *name, struct layout_member *ret,
	struct vmt_err *err)
{
	static const char *const names[] = {"start", "end", "name", "sibling", "child"};

	(void)priv;
	for (unsigned i = 0; i < 5; i++) {
		if (strcmp(type, "resource") == 0 && strcmp(name, names[i]) == 0) {
			*ret = (struct layout_member){.offset = 8 * i, .size = 8, .count = 1};
			return 0;
		}
	}
	return err_set(err, VMT_ERR_NOTFOUND, "no %s.%s", type, name);
}

static void put_entry(unsigned i, uint64_t start, uint64_t end, uint64_t name, unsigned next)
{
	fake_put(ENTRY(i), 8, start);
	fake_put(ENTRY(i) + 8, 8, end);
	fake_put(ENTRY(i) + 16, 8, fake_va(name));
	fake_put(ENTRY(i) + 24, 8, next ? fake_va(ENTRY(next)) : 0);
}

static int setup(void **state)
{
	static const struct fake_layout tables = {.mode = FAKE_RELATIVE, .two_bytes = true};
	struct layout_provider provider = {.name = "rows", .member = member};
	struct fake_tables t = {0};
	TALLOC_CTX *ctx = talloc_new(NULL);

	fake_reset();
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_va(ROOT), "Diomem_resource");
	fake_symbol_add(&t, fake_va(FAKE_RAM), "B_end");
	fake_put_tables(&tables, &t);
	fake_text(NAME_RAM, "System RAM");
	fake_text(NAME_OTHER, "PCI Bus 0000:00");
	fake_put(ROOT + 32, 8, fake_va(ENTRY(1)));
	put_entry(1, 0x1000, 0x9fbff, NAME_RAM, 2);
	put_entry(2, 0xa0000, 0xbffff, NAME_OTHER, 3);
	put_entry(3, 0x100000, 0x1ffdbfff, NAME_RAM, 0);
	fake_image(ctx, &t, &provider, &image);
	*state = ctx;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static void test_sum(void **state)
{
	struct vmt_err err;
	uint64_t bytes;

	(void)state;
	assert_int_equal(iomem_ram_bytes(&image, &bytes, &err), 0);
	assert_int_equal(bytes, 0x9fc00 - 0x1000 + 0x1ffdc000 - 0x100000);
}

static void test_loop(void **state)
{
	struct vmt_err err;
	uint64_t bytes;

	(void)state;
	put_entry(3, 0x100000, 0x1ffdbfff, NAME_RAM, 1);
	assert_int_equal(iomem_ram_bytes(&image, &bytes, &err), VMT_ERR_LIMIT);
}

static void test_none(void **state)
{
	struct vmt_err err;
	uint64_t bytes;

	(void)state;
	put_entry(1, 0x1000, 0x9fbff, NAME_OTHER, 0);
	assert_int_equal(iomem_ram_bytes(&image, &bytes, &err), VMT_ERR_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sum, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loop, setup, teardown),
		cmocka_unit_test_setup_teardown(test_none, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
