// SPDX-License-Identifier: GPL-3.0-or-later
/* testdata/elf/patched.S has the offsets. */
#include "base/array.h"
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbolize/code_file.h"

#define LINK_BASE 0xffffffff81000000u
#define SIZE 0x2a /* of the function, with its padding */
#define SLIDE 0x1be00000u

struct fixture {
	Elf *elf;
	char file[16384];
	struct code_file *code;
	struct code_window w;
	uint8_t bytes[64], memory[64];
	bool free[64];
	bool without_symbols;
};

/* The symbols of a file, as the kernel's own table has them. */
static bool find_symbol(void *arg, const char *name, uint64_t *ret)
{
	const struct fixture *f = arg;
	GElf_Shdr header;
	Elf_Scn *scn = sections_find(f->elf, ".symtab", &header);
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Sym symbol;

	for (int i = 0; !f->without_symbols && gelf_getsym(data, i, &symbol); i++) {
		*ret = symbol.st_value;
		if (strcmp(elf_strptr(f->elf, header.sh_link, symbol.st_name), name) == 0)
			return true;
	}
	return false;
}

static void open_sample(struct fixture *f, const char *name)
{
	struct code_symbols symbols = {f, find_symbol};
	char path[4096];
	FILE *in;
	size_t n;

	elf_version(EV_CURRENT);
	snprintf(path, sizeof(path), "%s/elf/%s", getenv("VMT_TESTDATA"), name);
	in = fopen(path, "rb");
	assert_non_null(in);
	n = fread(f->file, 1, sizeof(f->file), in);
	fclose(in);
	f->elf = elf_memory(f->file, n);
	assert_int_equal(code_file_open(NULL, f->elf, &symbols, &f->code, NULL), 0);
}

static void close_sample(struct fixture *f)
{
	talloc_free(f->code);
	elf_end(f->elf);
}

static int read_window(struct fixture *f, uint64_t start, size_t n)
{
	struct vmt_err err;
	int rc;

	f->w = (struct code_window){start, n, f->bytes, f->free};
	rc = code_file_read(f->code, &f->w, &err);
	memcpy(f->memory, f->bytes, sizeof(f->memory));
	return rc;
}

static void open_linked(struct fixture *f)
{
	open_sample(f, "patched");
	assert_int_equal(read_window(f, LINK_BASE, SIZE), 0);
}

static void open_module(struct fixture *f)
{
	open_sample(f, "patched.ko");
	assert_int_equal(
		read_window(f, sections_by_name(code_file_sections(f->code), ".text")->base, SIZE),
		0);
}

static bool differs(struct fixture *f, struct code_difference *d)
{
	return code_file_differs(f->code, &f->w, f->memory, 0, d);
}

/* Writes over all that a kernel may change, and nothing else. */
static void patch_all(uint8_t *memory)
{
	static const struct {
		uint8_t at, n;
	} sites[] = {{0x00, 5}, {0x10, 3}, {0x13, 5}, {0x18, 1}, {0x1b, 6}, {0x23, 5}};

	for (size_t i = 0; i < ARRAY_SIZE(sites); i++)
		memset(memory + sites[i].at, 0x77, sites[i].n);
}

static void what_the_kernel_changes_is_no_difference(void **state)
{
	struct fixture f = {0};
	struct code_difference d;

	(void)state;
	open_linked(&f);
	assert_false(differs(&f, &d));
	patch_all(f.memory);
	assert_false(differs(&f, &d));
	close_sample(&f);
	open_module(&f);
	patch_all(f.memory);
	memset(f.memory + 0x0c, 0x77, 4); /* a relocation */
	assert_false(differs(&f, &d));
	close_sample(&f);
}

static void every_other_bit_is_one(void **state)
{
	static const uint8_t own[] = {
		0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x19, 0x1a, 0x21, 0x22};
	struct code_difference d;

	(void)state;
	for (unsigned linked = 0; linked < 2; linked++) {
		struct fixture f = {0};

		if (linked)
			open_linked(&f);
		else
			open_module(&f);
		for (unsigned i = 0; i < 8 * sizeof(own); i++) {
			uint8_t at = own[i / 8];

			f.memory[at] ^= 1u << i % 8;
			/* A breakpoint is allowed. */
			if (f.memory[at] != 0xcc) {
				assert_true(differs(&f, &d));
				assert_int_equal(d.first, at);
				assert_int_equal(d.n_bytes, 1);
				assert_int_equal(d.n_bits, 1);
				assert_int_equal(d.memory ^ d.file, 1u << i % 8);
			}
			f.memory[at] = f.bytes[at];
		}
		close_sample(&f);
	}
}

static void addresses_move_with_the_kernel(void **state)
{
	struct fixture f = {0};
	struct code_difference d;
	uint32_t field;

	(void)state;
	open_linked(&f);
	memcpy(&field, f.bytes + 0x0c, 4);
	field += SLIDE;
	memcpy(f.memory + 0x0c, &field, 4);
	assert_true(differs(&f, &d));
	assert_false(code_file_differs(f.code, &f.w, f.memory, SLIDE, &d));
	f.memory[0x0d] ^= 1;
	assert_true(code_file_differs(f.code, &f.w, f.memory, SLIDE, &d));
	close_sample(&f);
}

static void probes_are_no_damage(void **state)
{
	static const uint8_t jump[] = {0xe9, 0x12, 0x34, 0x56, 0x78};
	struct fixture f = {0};
	struct code_difference d;

	(void)state;
	open_linked(&f);
	f.memory[0x06] = 0xcc;
	assert_false(differs(&f, &d));
	memcpy(f.memory + 0x06, jump, 5);
	assert_false(differs(&f, &d));
	f.memory[0x0b] ^= 2;
	assert_true(differs(&f, &d));
	assert_int_equal(d.first, 0x0b);
	close_sample(&f);
}

static void several_bytes_are_counted(void **state)
{
	struct fixture f = {0};
	struct code_difference d;

	(void)state;
	open_linked(&f);
	memset(f.memory + 0x05, 0, 6);
	assert_true(differs(&f, &d));
	assert_int_equal(d.first, 0x05);
	assert_int_equal(d.last, 0x0a);
	assert_int_equal(d.n_bytes, 6);
	close_sample(&f);
}

static void the_end_of_a_function_may_be_padding(void **state)
{
	struct fixture f = {0};

	(void)state;
	open_linked(&f);
	assert_int_equal(code_file_trim(&f.w), 0x28);
	/* A function's size may reach past the section. */
	assert_int_equal(read_window(&f, LINK_BASE + 0x2a, 0x20), 0);
	assert_int_equal(f.w.n, 3);
	close_sample(&f);
}

/* To 4.18, static keys were addresses. */
static void old_static_keys_are_refused(void **state)
{
	static const uint64_t old[] = {LINK_BASE + 0x13, LINK_BASE + 0x23};
	struct fixture f = {0};

	(void)state;
	open_linked(&f);
	memcpy((uint8_t *)sections_raw(f.elf, ".data", NULL)->d_buf + 8, old, sizeof(old));
	assert_int_equal(read_window(&f, LINK_BASE, SIZE), VMT_ERR_UNSUPPORTED);
	close_sample(&f);
}

static void what_cannot_be_compared_is_refused(void **state)
{
	struct fixture f = {0};
	const struct sections *sections;

	(void)state;
	open_linked(&f);
	assert_int_equal(read_window(&f, LINK_BASE - 1, 8), VMT_ERR_NOTFOUND);
	assert_int_equal(read_window(&f, LINK_BASE + 0x1000, 8), VMT_ERR_NOTFOUND);
	/* Without the symbols, its static keys are not known. */
	f.without_symbols = true;
	assert_int_equal(read_window(&f, LINK_BASE, SIZE), VMT_ERR_UNSUPPORTED);
	close_sample(&f);
	open_module(&f);
	sections = code_file_sections(f.code);
	assert_int_equal(read_window(&f, sections_by_name(sections, ".init.text")->base, 1),
		VMT_ERR_NOTFOUND);
	close_sample(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_kernel_changes_is_no_difference),
		cmocka_unit_test(every_other_bit_is_one),
		cmocka_unit_test(addresses_move_with_the_kernel),
		cmocka_unit_test(probes_are_no_damage),
		cmocka_unit_test(several_bytes_are_counted),
		cmocka_unit_test(the_end_of_a_function_may_be_padding),
		cmocka_unit_test(old_static_keys_are_refused),
		cmocka_unit_test(what_cannot_be_compared_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
