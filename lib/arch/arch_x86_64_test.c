// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <elf.h>
#include <string.h>

#include "arch/arch.h"
#include "base/array.h"
#include "base/machine.h"

/* Physical memory: eight tables from address 0, and nothing else. */
static uint64_t tables[8][512];

static int read_phys(void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	(void)arg;
	if (paddr + len > sizeof(tables))
		return err_set(err, VMT_ERR_NODATA, "no such page");
	memcpy(buf, (const char *)tables + paddr, len);
	return 0;
}

static const uint64_t va = 0xffff888012345678u;

static uint64_t index_of(unsigned level)
{
	return va >> (12 + 9 * level) & 511;
}

/* Tables 0 (top level) to levels - 1, with the given last entry. */
static struct arch_paging chain(unsigned levels, unsigned end_level, uint64_t last)
{
	memset(tables, 0, sizeof(tables));
	for (unsigned i = 0; i + 1 < levels - end_level; i++)
		tables[i][index_of(levels - 1 - i)] = (i + 1) * 4096 | 0x63;
	tables[levels - end_level - 1][index_of(end_level)] = last;
	return (struct arch_paging){.levels = levels, .page_size = 4096, .read = read_phys};
}

static void walks(void **state)
{
	const struct {
		unsigned levels, end_level;
		uint64_t entry, paddr, len;
	} cases[] = {
		{4, 0, 0x8000000012345063u, 0x12345678, 0x988},	     /* 4 KiB, NX */
		{4, 1, 0x00000000400010e3u, 0x40145678, 0xba988},    /* 2 MiB with the PAT bit */
		{4, 2, 0x00000000800000e3u, 0x92345678, 0x2dcba988}, /* 1 GiB */
		{5, 0, 0x0000000012345063u, 0x12345678, 0x988},
	};
	const struct arch *x86 = arch_find(EM_X86_64, true);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arch_paging pg = chain(cases[i].levels, cases[i].end_level, cases[i].entry);
		uint64_t paddr = 0, len = 0;

		assert_int_equal(x86->translate(&pg, va, &paddr, &len, NULL), 0);
		assert_int_equal(paddr, cases[i].paddr);
		assert_int_equal(len, cases[i].len);
	}
}

static void masks_the_encryption_bit(void **state)
{
	struct arch_paging pg = chain(4, 0, 0x0000800012345063u);
	uint64_t paddr, len;

	(void)state;
	pg.addr_mask = 1ull << 47;
	for (unsigned i = 0; i < 3; i++)
		tables[i][index_of(3 - i)] |= pg.addr_mask;
	assert_int_equal(arch_find(EM_X86_64, true)->translate(&pg, va, &paddr, &len, NULL), 0);
	assert_int_equal(paddr, 0x12345678);
}

static void refuses(void **state)
{
	struct arch_paging pg = chain(4, 0, 0x12345062); /* not present */
	const struct arch *x86 = arch_find(EM_X86_64, true);
	struct vmt_err err;
	uint64_t paddr, len;

	(void)state;
	assert_int_equal(x86->translate(&pg, va, &paddr, &len, &err), VMT_ERR_NOTFOUND);
	assert_int_equal(err.where, va);
	assert_int_equal(x86->translate(&pg, 0x00ff888012345678u, &paddr, &len, &err),
		VMT_ERR_NOTFOUND); /* not canonical */
	pg = chain(4, 0, 0);
	tables[2][index_of(1)] = 0x7fff000 | 1; /* a table that the dump does not hold */
	assert_int_equal(x86->translate(&pg, va, &paddr, &len, &err), VMT_ERR_NODATA);
	assert_non_null(strstr(err.message, "page table for"));
}

static void finds_rows(void **state)
{
	(void)state;
	assert_string_equal(arch_find_name("x86_64", 6)->name, "x86_64");
	assert_null(arch_find_name("x86", 3));
	assert_null(arch_find(EM_X86_64, false));
}

static void rows_are_machines(void **state)
{
	const struct arch *arch;

	(void)state;
	for (size_t i = 0; (arch = arch_row(i)); i++) {
		const struct machine *m = machine_find(arch->name);

		assert_int_equal(m->elf_machine, arch->elf_machine);
		assert_int_equal(m->is_64, arch->is_64);
	}
}

/* The last bytes before a return address. */
static void knows_calls(void **state)
{
	static const struct {
		uint8_t code[ARCH_CALL_MAX];
		bool call;
	} cases[] = {
		{{0x90, 0x90, 0x90, 0xe8, 0x10, 0x20, 0x30, 0x00}, true}, /* call rel32 */
		{{0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xd0}, true}, /* call *%rax */
		{{0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0x50, 0x18}, true}, /* call *24(%rax) */
		{{0x90, 0x90, 0xff, 0x15, 1, 2, 3, 4}, true},		  /* call *x(%rip) */
		{{0x90, 0xff, 0x14, 0xc5, 1, 2, 3, 4}, true},		  /* call *table(,%rax,8) */
		{{0x90, 0x90, 0x90, 0x90, 0xff, 0x54, 0x24, 0x08}, true}, /* call *8(%rsp) */
		{{0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xe0}, false}, /* jmp *%rax */
		{{0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0x10, 0x90}, false}, /* then a nop */
		{{0x90, 0x90, 0xe8, 0x10, 0x20, 0x30, 0x00, 0x90}, false},
		{{0, 0, 0, 0, 0, 0, 0, 0}, false},
	};
	const struct arch_unwind *u = arch_find(EM_X86_64, true)->unwind;
	uint64_t target;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(
			u->is_call(cases[i].code + ARCH_CALL_MAX, ARCH_CALL_MAX), cases[i].call);
	assert_true(u->call_target(cases[0].code + 8, 8, 0xffffffff81000000u, &target));
	assert_true(target == 0xffffffff81302010u);
	assert_false(u->call_target(cases[1].code + 8, 8, 0, &target));
	assert_false(u->is_call(cases[0].code + 8, 1));
}

static void knows_frames(void **state)
{
	/* endbr64; push %rbp; mov %rsp, %rbp; nop; pop %rbp; ret */
	static const uint8_t code[] = {
		0xf3, 0x0f, 0x1e, 0xfa, 0x55, 0x48, 0x89, 0xe5, 0x90, 0x5d, 0xc3};
	static const enum arch_frame at[] = {ARCH_FRAME_NONE, ARCH_FRAME_NONE, ARCH_FRAME_NONE,
		ARCH_FRAME_NONE, ARCH_FRAME_NONE, ARCH_FRAME_HALF, ARCH_FRAME_WHOLE,
		ARCH_FRAME_WHOLE, ARCH_FRAME_WHOLE, ARCH_FRAME_WHOLE, ARCH_FRAME_NONE};
	const struct arch_unwind *u = arch_find(EM_X86_64, true)->unwind;

	(void)state;
	for (size_t i = 0; i < sizeof(code); i++) {
		const uint8_t around[2] = {i ? code[i - 1] : 0, code[i]};

		assert_int_equal(u->frame_at(code, sizeof(code), i, around), at[i]);
	}
	assert_int_equal(u->frame_at(code + 8, 3, 0, code + 7), ARCH_FRAME_NEVER);
	assert_true(u->regs_of_fp(0xffffc90000003e59) == 0xffffc90000003e58);
	assert_true(u->regs_of_fp(0xffffc90000003e58) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks),
		cmocka_unit_test(masks_the_encryption_bit),
		cmocka_unit_test(refuses),
		cmocka_unit_test(finds_rows),
		cmocka_unit_test(rows_are_machines),
		cmocka_unit_test(knows_calls),
		cmocka_unit_test(knows_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
