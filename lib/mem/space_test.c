// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <elf.h>
#include <string.h>

#include "mem/space.h"

#define PAGE 4096u

/* 16 pages of physical memory from 0. Pages can be left out. */
static uint8_t ram[16][PAGE];
static bool left_out[16];
static unsigned reads;

static int read_phys(void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	(void)arg;
	reads++;
	if (paddr / PAGE >= 16 || left_out[paddr / PAGE])
		return err_set_at(err, VMT_ERR_NODATA, paddr, "page left out");
	memcpy(buf, &ram[paddr / PAGE][paddr % PAGE], len);
	return 0;
}

static const uint64_t va = 0xffffc90000000000u;

static void set_entry(unsigned table, uint64_t index, uint64_t value)
{
	memcpy(&ram[table][index * 8], &value, 8);
}

/* va maps pages 4, 5, 6 ... of RAM through the tables in pages 0 to 3. */
static int setup(void **state)
{
	struct mem_params params = {
		.arch = arch_find(EM_X86_64, true),
		.read = read_phys,
		.page_size = PAGE,
		.pgtable_root = 0,
	};
	struct mem_space *space;

	memset(ram, 0, sizeof(ram));
	memset(left_out, 0, sizeof(left_out));
	/* The root must not be 0, which means "none": the tables are in pages 12 to 15. */
	params.pgtable_root = 12 * PAGE;
	set_entry(12, va >> 39 & 511, 13 * PAGE | 1);
	set_entry(13, va >> 30 & 511, 14 * PAGE | 1);
	set_entry(14, va >> 21 & 511, 15 * PAGE | 1);
	for (unsigned i = 0; i < 8; i++)
		set_entry(15, i, (4 + i) * PAGE | 1);
	assert_int_equal(mem_space_new(NULL, &params, &space, NULL), 0);
	*state = space;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static void reads_across_pages(void **state)
{
	uint8_t buf[16];

	memset(&ram[4][PAGE - 8], 'a', 8);
	memset(&ram[5][0], 'b', 8);
	assert_int_equal(mem_read(*state, va + PAGE - 8, buf, sizeof(buf), NULL), 0);
	assert_memory_equal(buf, "aaaaaaaabbbbbbbb", 16);
}

static void names_the_address_that_failed(void **state)
{
	struct vmt_err err;
	uint8_t buf[PAGE * 2];

	left_out[5] = true;
	assert_int_equal(mem_read(*state, va, buf, sizeof(buf), &err), VMT_ERR_NODATA);
	assert_int_equal(err.where, va + PAGE);
	memset(ram[4], 'x', PAGE);
	assert_int_equal(mem_read_some(*state, va, buf, sizeof(buf)), PAGE);
	assert_int_equal(buf[PAGE - 1], 'x');
	assert_int_equal(buf[PAGE], 0);
}

static void strings_end(void **state)
{
	char buf[8];

	memcpy(&ram[4][PAGE - 3], "abc", 3);
	ram[5][0] = 0; /* the NUL is the first byte of the next page */
	assert_int_equal(mem_read_string(*state, va + PAGE - 3, buf, sizeof(buf), NULL), 0);
	assert_string_equal(buf, "abc");
	memset(ram[4], 'y', PAGE);
	assert_int_equal(mem_read_string(*state, va, buf, sizeof(buf), NULL), 0);
	assert_string_equal(buf, "yyyyyyy");
	left_out[5] = true; /* not needed for a string that ends before it */
	memcpy(&ram[4][PAGE - 3], "ab", 3);
	assert_int_equal(mem_read_string(*state, va + PAGE - 3, buf, sizeof(buf), NULL), 0);
	assert_string_equal(buf, "ab");
}

static void integers(void **state)
{
	uint64_t v;

	memcpy(ram[4], "\x01\x02\x03\x04\x05\x06\x07\x08", 8);
	assert_int_equal(mem_read_uint(*state, va, 4, &v, NULL), 0);
	assert_int_equal(v, 0x04030201);
	assert_int_equal(mem_read_ptr(*state, va, &v, NULL), 0);
	assert_true(v == 0x0807060504030201u);
	assert_int_equal(mem_read_uint(*state, va, 9, &v, NULL), VMT_ERR_CORRUPT);
}

static void walks_once_a_page(void **state)
{
	uint8_t b;

	reads = 0;
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(mem_read(*state, va + i, &b, 1, NULL), 0);
	assert_int_equal(reads, 4 + 100);
}

static void image_without_page_tables(void **state)
{
	struct mem_params params = {
		.arch = arch_find(EM_X86_64, true),
		.read = read_phys,
		.page_size = PAGE,
		.phys_base = (uint64_t)-0x1000000 + 2 * PAGE,
		.image_size = 512u << 20,
	};
	struct mem_space *space;
	uint8_t b;

	(void)state;
	assert_int_equal(mem_space_new(NULL, &params, &space, NULL), 0);
	ram[2][5] = 42;
	assert_int_equal(mem_read(space, 0xffffffff81000005u, &b, 1, NULL), 0);
	assert_int_equal(b, 42);
	assert_int_equal(mem_read(space, va, &b, 1, NULL), VMT_ERR_NODATA);
	talloc_free(space);
	params.pgtable_root = 15 * PAGE; /* missing in the dump, but the image is linear anyway */
	left_out[15] = true;
	assert_int_equal(mem_space_new(NULL, &params, &space, NULL), 0);
	assert_int_equal(mem_read(space, 0xffffffff81000005u, &b, 1, NULL), 0);
	assert_int_equal(mem_read(space, va, &b, 1, NULL), VMT_ERR_NODATA);
	left_out[15] = false; /* present, and maps nothing */
	assert_int_equal(mem_read(space, 0xffffffff81001005u, &b, 1, NULL), VMT_ERR_NODATA);
	params.page_size = 3000;
	assert_int_equal(mem_space_new(NULL, &params, &space, NULL), VMT_ERR_CORRUPT);
	talloc_free(space);
}

/* Memory that is not mapped was never there. A table that is left out may map it. */
static void remembers_what_was_lost(void **state)
{
	struct mem_space *space = *state;
	const uint64_t *pages;
	uint8_t buf[PAGE * 2];

	assert_int_equal(mem_read(space, va + 100 * PAGE, buf, 1, NULL), VMT_ERR_NODATA);
	assert_false(mem_lost(space).known);
	left_out[5] = left_out[6] = true;
	assert_int_equal(mem_read(space, va + 8, buf, PAGE, NULL), VMT_ERR_NODATA);
	assert_int_equal(mem_read(space, va + 2 * PAGE, buf, 1, NULL), VMT_ERR_NODATA);
	assert_true(mem_lost(space).known);
	assert_int_equal(mem_lost(space).v, va + PAGE);
	mem_set_lost(space, (struct vmt_u64){0});
	assert_false(mem_lost(space).known);
	left_out[15] = true;
	assert_int_equal(mem_read(space, va + 100 * PAGE, buf, 1, NULL), VMT_ERR_NODATA);
	assert_int_equal(mem_lost(space).v, va + 100 * PAGE);
	assert_int_equal(mem_read(space, va + PAGE, buf, 1, NULL), VMT_ERR_NODATA);
	assert_int_equal(mem_lost_pages(space, &pages), 3);
	assert_int_equal(pages[0], va + PAGE);
	assert_int_equal(pages[1], va + 2 * PAGE);
	assert_int_equal(pages[2], va + 100 * PAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_across_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(names_the_address_that_failed, setup, teardown),
		cmocka_unit_test_setup_teardown(strings_end, setup, teardown),
		cmocka_unit_test_setup_teardown(integers, setup, teardown),
		cmocka_unit_test_setup_teardown(walks_once_a_page, setup, teardown),
		cmocka_unit_test_setup_teardown(remembers_what_was_lost, setup, teardown),
		cmocka_unit_test(image_without_page_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
