// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "explain/bit.h"
#include "explain/fake_slab.h"

#define TABLES 0x80000

/* The image is mapped by tables, so that all else is known not to be mapped. */
static void set_up_mapped(struct fixture *f)
{
	struct mem_params params = {.arch = arch_find(EM_X86_64, true),
		.read = fake_read_phys,
		.page_size = 4096,
		.image_base = FAKE_IMAGE,
		.image_size = FAKE_RAM,
		.pgtable_root = TABLES};

	set_up(f, "NUMBER(PG_slab)=9\n");
	fake_put(TABLES + 511 * 8, 8, (TABLES + 0x1000) | 1);
	fake_put(TABLES + 0x1000 + 510 * 8, 8, (TABLES + 0x2000) | 1);
	fake_put(TABLES + 0x2000, 8, 0x81); /* 2 MiB at 0 */
	assert_int_equal(mem_space_new(f->ctx, &params, &f->image.space, NULL), 0);
}

static const char *found(struct fixture *f, uint64_t pointer, bool code)
{
	const char *how;
	bool is_found = bit_find(f->ctx, &f->place, pointer, code, &how);

	assert_int_equal(is_found, how != NULL);
	return how ? how : "";
}

static void one_bit_from_an_object(void **unused)
{
	const uint64_t bit = (uint64_t)1 << 41; /* nothing is mapped so far away */
	struct fixture f;

	(void)unused;
	set_up_mapped(&f);
	assert_non_null(
		strstr(found(&f, fake_va(object(0)) ^ bit, false), "one bit (41) off, at 0x"));
	assert_non_null(
		strstr(found(&f, fake_va(object(2)) ^ bit, false), "cache commands begins"));
	/* An address that only five levels of page tables can have. */
	assert_non_null(strstr(
		found(&f, fake_va(object(0)) ^ (uint64_t)1 << 52, false), "one bit (52) off"));
	/* Free, the middle of an object, no object, two bits, a good pointer, no code. */
	assert_string_equal(found(&f, fake_va(object(1)) ^ bit, false), "");
	assert_string_equal(found(&f, (fake_va(object(0)) + 8) ^ bit, false), "");
	assert_string_equal(found(&f, fake_va(OTHER) ^ bit, false), "");
	assert_string_equal(found(&f, fake_va(object(0)) ^ bit ^ bit >> 1, false), "");
	assert_string_equal(found(&f, fake_va(object(0)), false), "");
	assert_string_equal(found(&f, fake_va(object(0)) ^ bit, true), "");
	talloc_free(f.ctx);
}

/* What was looked up to guess is no loss, and a page that is left out is no wrong pointer. */
static void losses(void **unused)
{
	const uint64_t bit = (uint64_t)1 << 41;
	struct fixture f;

	(void)unused;
	set_up_mapped(&f);
	fake_hole = OTHER;
	assert_string_equal(found(&f, fake_va(OTHER), false), "");
	found(&f, fake_va(object(0)) ^ bit, false);
	assert_false(mem_lost(f.image.space).known);
	talloc_free(f.ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_bit_from_an_object),
		cmocka_unit_test(losses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
