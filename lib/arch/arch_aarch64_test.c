// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <elf.h>
#include <string.h>

#include "arch/arch.h"
#include "base/array.h"

#define TABLE 65536u /* enough for a table of any page size */
#define N_TABLES 5
#define PHYS 0x4000000000u /* of the first table */

static uint8_t tables[N_TABLES][TABLE];

static int read_phys(void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	uint64_t off = paddr - PHYS;

	(void)arg;
	if (off >= sizeof(tables) || len > sizeof(tables) - off)
		return err_set(err, VMT_ERR_NODATA, "no such page");
	memcpy(buf, (const uint8_t *)tables + off, len);
	return 0;
}

static const struct arch *row(void)
{
	return arch_find(EM_AARCH64, true);
}

/* The last entry of a walk with n steps. Each entry before it points to the next table. */
struct walk {
	const char *name;
	uint64_t va;
	uint32_t page_size;
	unsigned va_bits; /* 0: not recorded */
	uint16_t index[N_TABLES];
	unsigned steps;
	uint64_t entry, paddr, len;
};

static struct arch_paging lay_out(const struct walk *w)
{
	memset(tables, 0, sizeof(tables));
	for (unsigned i = 0; i < w->steps; i++) {
		uint64_t entry = i + 1 < w->steps ? (PHYS + (i + 1) * TABLE) | 3 : w->entry;

		memcpy(tables[i] + w->index[i] * 8u, &entry, 8);
	}
	return (struct arch_paging){
		.root = PHYS, .page_size = w->page_size, .va_bits = w->va_bits, .read = read_phys};
}

static void walks(void **state)
{
	static const struct walk cases[] = {
		{"4 KiB pages, 48 bits", 0xffff800012345678u, 4096, 48, {256, 0, 145, 325}, 4,
			0x0068000047654703u, 0x47654678, 0x988},
		{"a block of 2 MiB", 0xffff800012345678u, 4096, 48, {256, 0, 145}, 3,
			0x0060000040000701u, 0x40145678, 0xba988},
		{"39 bits", 0xffffffc012345678u, 4096, 39, {256, 145, 325}, 3, 0x0068000047654703u,
			0x47654678, 0x988},
		{"bits not told", 0xffff800012345678u, 4096, 0, {256, 0, 145, 325}, 4,
			0x0068000047654703u, 0x47654678, 0x988},
		{"a tag in the top byte", 0xf0ff800012345678u, 4096, 48, {256, 0, 145, 325}, 4,
			0x0068000047654703u, 0x47654678, 0x988},
		{"16 KiB pages, 47 bits", 0xffffc00012345678u, 16384, 47, {1024, 9, 209}, 3,
			0x0068000047654703u, 0x47655678, 0x2988},
		{"64 KiB pages, 42 bits", 0xfffffe0012345678u, 65536, 42, {4096, 4660}, 2,
			0x0068000047650703u, 0x47655678, 0xa988},
		{"64 KiB pages, 52 bits of address behind them", 0xfffffe0012345678u, 65536, 42,
			{4096, 4660}, 2, 0x006800004765f703u, 0xf000047655678u, 0xa988},
		{"52 bits with pages of 4 KiB", 0xfff0000012345678u, 4096, 52, {0, 0, 0, 145, 325},
			5, 0x0069000047654403u, 0x1000047654678u, 0x988},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arch_paging pg = lay_out(&cases[i]);
		uint64_t paddr = 0, len = 0;
		struct vmt_err err = {0};

		if (row()->translate(&pg, cases[i].va, &paddr, &len, &err))
			fail_msg("%s: %s", cases[i].name, err.message);
		if (paddr != cases[i].paddr || len != cases[i].len)
			fail_msg("%s: 0x%llx, %llu bytes", cases[i].name, (unsigned long long)paddr,
				(unsigned long long)len);
	}
}

static void refuses(void **state)
{
	struct walk w = {"", 0xffff800012345678u, 4096, 48, {256, 0, 145, 325}, 4,
		0x0068000047654702u, 0, 0};
	struct arch_paging pg = lay_out(&w);
	struct vmt_err err;
	uint64_t paddr, len;

	(void)state;
	assert_int_equal(row()->translate(&pg, w.va, &paddr, &len, &err), VMT_ERR_NOTFOUND);
	assert_int_equal(err.where, w.va);
	assert_int_equal(
		row()->translate(&pg, 0x0000ffff12345678u, &paddr, &len, &err), VMT_ERR_NOTFOUND);
	pg.va_bits = 39;
	assert_int_equal(row()->translate(&pg, w.va, &paddr, &len, &err), VMT_ERR_NOTFOUND);
	pg.va_bits = 48;
	w.steps = 3;
	w.entry = 0x7ffffffff003u; /* a table that the dump does not hold */
	pg = lay_out(&w);
	assert_int_equal(row()->translate(&pg, w.va, &paddr, &len, &err), VMT_ERR_NODATA);
}

static void put_insn(uint8_t *at, uint32_t w)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(w >> 8 * i);
}

static void knows_calls(void **state)
{
	static const struct {
		uint32_t insn;
		bool call;
	} cases[] = {
		{0x97fffffe, true},  /* bl -8 */
		{0x94000010, true},  /* bl +64 */
		{0xd63f0260, true},  /* blr x19 */
		{0xd73f0a64, true},  /* blraa x19, x4 */
		{0xd63f0a7f, true},  /* blraaz x19 */
		{0xd61f0260, false}, /* br x19 */
		{0x14000010, false}, /* b */
		{0xd65f03c0, false}, /* ret */
	};
	const struct arch_unwind *u = row()->unwind;
	uint8_t code[4];
	uint64_t target;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		put_insn(code, cases[i].insn);
		if (u->is_call(code + 4, 4) != cases[i].call)
			fail_msg("0x%x", cases[i].insn);
	}
	put_insn(code, 0x97fffffe);
	assert_true(u->call_target(code + 4, 4, 0xffff800008001004u, &target));
	assert_true(target == 0xffff800008000ff8u);
	put_insn(code, 0x94000010);
	assert_true(u->call_target(code + 4, 4, 0xffff800008001004u, &target));
	assert_true(target == 0xffff800008001040u);
	put_insn(code, 0xd63f0260);
	assert_false(u->call_target(code + 4, 4, 0xffff800008001004u, &target));
	assert_false(u->is_call(code + 4, 3));
}

static void knows_frames(void **state)
{
	/* paciasp; stp x29, x30, [sp, #-32]!; mov x29, sp; str x19, [sp, #16] */
	static const uint32_t whole[] = {0xd503233f, 0xa9be7bfd, 0x910003fd, 0xf9000bf3};
	/* sub sp, sp, #64; stp x29, x30, [sp, #48]; add x29, sp, #48 */
	static const uint32_t below[] = {0xd10103ff, 0xa9037bfd, 0x9100c3fd, 0xd503201f};
	static const enum arch_frame at[] = {
		ARCH_FRAME_NONE, ARCH_FRAME_NONE, ARCH_FRAME_NONE, ARCH_FRAME_WHOLE};
	const struct arch_unwind *u = row()->unwind;
	uint8_t code[16], none[2] = {0};

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		put_insn(code + i * 4, whole[i]);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(u->frame_at(code, sizeof(code), i * 4, none), at[i]);
	for (unsigned i = 0; i < 4; i++)
		put_insn(code + i * 4, below[i]);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(u->frame_at(code, sizeof(code), i * 4, none), at[i]);
	assert_int_equal(u->frame_at(code + 8, 8, 4, none), ARCH_FRAME_NEVER);
}

static void takes_signatures_off(void **state)
{
	const struct arch_unwind *u = row()->unwind;

	(void)state;
	assert_true(u->plain_return(0x12ed800008001004u) == 0xffff800008001004u);
	assert_true(u->plain_return(0xffff800008001004u) == 0xffff800008001004u);
	assert_true(u->plain_return(0x0000aaaa12345678u) == 0x0000aaaa12345678u);
}

static void knows_user_registers(void **state)
{
	uint64_t v[64] = {0};
	int pstate = arch_reg_find(row(), "pstate");

	(void)state;
	assert_int_equal(pstate, 33);
	assert_true(row()->unwind->is_user(v));
	v[pstate] = 0x60000005; /* EL1h */
	assert_false(row()->unwind->is_user(v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks),
		cmocka_unit_test(refuses),
		cmocka_unit_test(knows_calls),
		cmocka_unit_test(knows_frames),
		cmocka_unit_test(takes_signatures_off),
		cmocka_unit_test(knows_user_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
