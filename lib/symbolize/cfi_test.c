// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"
#include "symbolize/cfi.h"

#include <string.h>

#include "symbolize/sample_elf.h"

#define RBP 6
#define RSP 7

/* A stack of words, each of which is its own address with a mark. */
static int read_marked(void *arg, uint64_t addr, uint64_t *ret, struct vmt_err *err)
{
	if (arg && addr == *(uint64_t *)arg)
		return err_set_at(err, VMT_ERR_NODATA, addr, "left out");
	*ret = addr | 1ull << 63;
	return 0;
}

static struct cfi_regs start(void)
{
	struct cfi_regs regs = {.known = 1ull << RSP | 1ull << RBP};

	regs.v[RSP] = 0x1000;
	regs.v[RBP] = 7;
	return regs;
}

static void test_step(void **state)
{
	/* testdata/elf/second.c: other() pushes a register at its start and pops it at its end */
	static const struct {
		uint64_t pc, cfa;
	} rows[] = {
		{0xffffffff81000050, 0x1008},
		{0xffffffff81000060, 0x1010},
		{0xffffffff81000086, 0x1008},
		{0xffffffff8100008c, 0x1010},
	};
	struct sample_elf s = sample_open("sample");
	struct cfi *cfi;
	struct vmt_err err;

	(void)state;
	assert_int_equal(cfi_open(NULL, s.elf, s.dwarf, &cfi, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cfi_regs regs = start();
		uint64_t pc;

		assert_int_equal(cfi_step(cfi, &(struct cfi_machine){RSP, read_marked, NULL},
					 rows[i].pc, &regs, &pc, &err),
			0);
		assert_int_equal(pc, (rows[i].cfa - 8) | 1ull << 63);
		assert_int_equal(regs.v[RSP], rows[i].cfa);
		assert_true(regs.known >> RBP & 1);
		assert_int_equal(regs.v[RBP], 7);
	}
	talloc_free(cfi);
	sample_close(&s);
}

static void test_failures(void **state)
{
	struct sample_elf s = sample_open("sample"), none = sample_open("structs");
	struct cfi_regs regs = start();
	uint64_t pc, hole = 0x1008;
	struct cfi *cfi;
	struct vmt_err err;

	(void)state;
	assert_int_equal(cfi_open(NULL, none.elf, none.dwarf, &cfi, &err), VMT_ERR_NOTFOUND);
	assert_int_equal(cfi_open(NULL, s.elf, s.dwarf, &cfi, &err), 0);
	assert_int_equal(cfi_step(cfi, &(struct cfi_machine){RSP, read_marked, NULL},
				 0xffffffff81000200, &regs, &pc, &err),
		VMT_ERR_NOTFOUND);
	/* The page with the return address is missing: nothing is changed. */
	assert_int_equal(cfi_step(cfi, &(struct cfi_machine){RSP, read_marked, &hole},
				 0xffffffff81000060, &regs, &pc, &err),
		VMT_ERR_NODATA);
	assert_int_equal(regs.v[RSP], 0x1000);
	regs.known = 1ull << RBP;
	assert_int_equal(cfi_step(cfi, &(struct cfi_machine){RSP, read_marked, NULL},
				 0xffffffff81000060, &regs, &pc, &err),
		VMT_ERR_NOTFOUND);
	talloc_free(cfi);
	sample_close(&none);
	sample_close(&s);
}

/* ---- modules ----------------------------------------------------------------------------- */

struct spot {
	const char *file, *section;
	unsigned offset; /* in the section */
	unsigned sp;
	unsigned cfa; /* distance from the value of the register */
	int pc;	      /* the return address, from the CFA; 0: in a register */
};

static void test_modules(void **state)
{
	static const struct spot spots[] = {
		/* .debug_frame; the last two by the second CIE */
		{"sample.ko", ".text", 0x50, RSP, 8, -8},
		{"sample.ko", ".text", 0x60, RSP, 16, -8},
		{"sample.ko", ".text", 0xa5, RSP, 8, -8},
		{"sample.ko", ".text", 0xb0, RSP, 8, -8},
		{"sample-aarch64.ko", ".text", 0x70, 31, 32, -24},
		{"sample-riscv64.ko", ".text", 0x4c, 2, 0, 0},
		{"sample-riscv64.ko", ".text", 0x60, 2, 16, -8},
		/* .eh_frame, a section a function */
		{"unwind-x86_64.ko", ".text.other", 0x10, RSP, 32, -8},
		{"unwind-x86_64.ko", ".text.twin", 4, RSP, 8, -8},
		{"unwind-riscv64.ko", ".text.other", 4, 2, 32, 0},
		{"unwind-riscv64.ko", ".text.other", 8, 2, 32, -8},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(spots); i++) {
		const struct spot *spot = &spots[i];
		struct sample_elf s = sample_open(spot->file);
		struct cfi_regs regs = {.known = UINT32_MAX};
		uint64_t pc, cfa = 0x1000 + spot->cfa;
		const struct section *section;
		struct vmt_err err;
		struct cfi *cfi;

		for (unsigned k = 0; k < 32; k++)
			regs.v[k] = 0x1000;
		assert_int_equal(cfi_open(NULL, s.elf, s.dwarf, &cfi, &err), 0);
		section = sections_by_name(cfi_sections(cfi), spot->section);
		assert_int_equal(cfi_step(cfi, &(struct cfi_machine){spot->sp, read_marked, NULL},
					 section->base + spot->offset, &regs, &pc, &err),
			0);
		assert_int_equal(regs.v[spot->sp], cfa);
		assert_int_equal(pc, spot->pc ? (cfa + (uint64_t)spot->pc) | 1ull << 63 : 0x1000);
		talloc_free(cfi);
		sample_close(&s);
	}
}

/* A register that was not known in a frame is known in its caller if the frame had saved it. */
static void test_saved_registers(void **state)
{
	struct sample_elf s = sample_open("unwind-x86_64.ko");
	struct cfi_regs regs = start();
	struct vmt_err err;
	struct cfi *cfi;
	uint64_t pc, base;

	(void)state;
	regs.known = 1ull << RSP;
	assert_int_equal(cfi_open(NULL, s.elf, s.dwarf, &cfi, &err), 0);
	base = sections_by_name(cfi_sections(cfi), ".text.other")->base;
	assert_int_equal(cfi_step(cfi, &(struct cfi_machine){RSP, read_marked, NULL}, base, &regs,
				 &pc, &err),
		0);
	assert_false(regs.known >> RBP & 1);
	regs.v[RSP] = 0x1000;
	assert_int_equal(cfi_step(cfi, &(struct cfi_machine){RSP, read_marked, NULL}, base + 0x10,
				 &regs, &pc, &err),
		0);
	assert_true(regs.known >> RBP & 1);
	assert_int_equal(regs.v[RBP], 0x1010 | 1ull << 63);
	talloc_free(cfi);
	sample_close(&s);
}

static void test_bytes_are_given_back(void **state)
{
	struct sample_elf s = sample_open("sample.ko");
	Elf_Data *data = sections_data(s.elf, ".debug_frame", NULL);
	const void *original = data->d_buf;
	struct vmt_err err;
	struct cfi *cfi;

	(void)state;
	assert_int_equal(cfi_open(NULL, s.elf, s.dwarf, &cfi, &err), 0);
	assert_ptr_not_equal(data->d_buf, original);
	talloc_free(cfi);
	assert_ptr_equal(data->d_buf, original);
	sample_close(&s);
}

/* ---- broken files ------------------------------------------------------------------------ */

/* A copy of sample.ko with other bytes at an offset into a section. */
struct broken {
	char *bytes;
	Elf *elf;
	Dwarf *dwarf;
};

static uint64_t section_offset(Elf *elf, const char *name)
{
	GElf_Shdr header;

	assert_non_null(sections_find(elf, name, &header));
	return header.sh_offset;
}

static struct broken break_at(const char *section, unsigned offset, const void *bytes, size_t n)
{
	struct sample_elf s = sample_open("sample.ko");
	struct broken b;
	off_t size = lseek(s.fd, 0, SEEK_END);

	b.bytes = talloc_size(NULL, (size_t)size);
	assert_int_equal(pread(s.fd, b.bytes, (size_t)size, 0), size);
	memcpy(b.bytes + section_offset(s.elf, section) + offset, bytes, n);
	sample_close(&s);
	b.elf = elf_memory(b.bytes, (size_t)size);
	b.dwarf = dwarf_begin_elf(b.elf, DWARF_C_READ, NULL);
	assert_non_null(b.dwarf);
	return b;
}

static void test_broken_relocations(void **state)
{
	static const struct {
		unsigned offset;
		int rc;
	} fields[] = {
		{0, VMT_ERR_CORRUPT},	     /* where */
		{8, VMT_ERR_UNSUPPORTED},    /* type */
		{12, VMT_ERR_CORRUPT},	     /* symbol */
		{24, VMT_ERR_CORRUPT},	     /* of the second one */
		{24 + 16, VMT_ERR_NOTFOUND}, /* the addend: somewhere else */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		struct broken b =
			break_at(".rela.debug_frame", fields[i].offset, "\xff\xff\xff\x7f", 4);
		struct cfi_regs regs = start();
		struct cfi *cfi = NULL;
		struct vmt_err err;
		uint64_t pc;
		int rc = cfi_open(NULL, b.elf, b.dwarf, &cfi, &err);

		if (!rc)
			rc = cfi_step(cfi, &(struct cfi_machine){RSP, read_marked, NULL},
				sections_by_name(cfi_sections(cfi), ".text")->base, &regs, &pc,
				&err);
		assert_int_equal(rc, fields[i].rc);
		talloc_free(cfi);
		dwarf_end(b.dwarf);
		elf_end(b.elf);
		talloc_free(b.bytes);
	}
}

/* Lengths and references of the first CIE and of the FDEs. */
static void test_broken_tables(void **state)
{
	static const unsigned offsets[] = {0, 4, 8, 0xc, 0x10, 0x18, 0x28};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		struct broken b = break_at(".debug_frame", offsets[i], "\xf0\xf0\xf0\xf0", 4);
		struct cfi_regs regs = start();
		struct cfi *cfi;
		struct vmt_err err;
		uint64_t pc, base;

		assert_int_equal(cfi_open(NULL, b.elf, b.dwarf, &cfi, &err), 0);
		base = sections_by_name(cfi_sections(cfi), ".text")->base;
		for (uint64_t at = base; at < base + 0xc2; at++)
			if (cfi_step(cfi, &(struct cfi_machine){RSP, read_marked, NULL}, at, &regs,
				    &pc, &err))
				assert_true(err.code < 0);
		talloc_free(cfi);
		dwarf_end(b.dwarf);
		elf_end(b.elf);
		talloc_free(b.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_step),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_modules),
		cmocka_unit_test(test_saved_registers),
		cmocka_unit_test(test_bytes_are_given_back),
		cmocka_unit_test(test_broken_relocations),
		cmocka_unit_test(test_broken_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
