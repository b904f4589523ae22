// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbolize/cfi.h"

#include "symbolize/sample_elf.h"

#define RBP 6
#define RSP 7

/* A stack of words, each of which is its own address and a mark. */
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
	/* testdata/elf/second.c: other() pushes a register at its start, and pops it before its end
	 */
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
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cfi_regs regs = start();
		uint64_t pc;

		assert_int_equal(
			cfi_step(cfi, rows[i].pc, RSP, &regs, &pc, read_marked, NULL, &err), 0);
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
	assert_int_equal(
		cfi_step(cfi, 0xffffffff81000200, RSP, &regs, &pc, read_marked, NULL, &err),
		VMT_ERR_NOTFOUND);
	/* The page with the return address is not there: nothing is changed. */
	assert_int_equal(
		cfi_step(cfi, 0xffffffff81000060, RSP, &regs, &pc, read_marked, &hole, &err),
		VMT_ERR_NODATA);
	assert_int_equal(regs.v[RSP], 0x1000);
	regs.known = 1ull << RBP;
	assert_int_equal(
		cfi_step(cfi, 0xffffffff81000060, RSP, &regs, &pc, read_marked, NULL, &err),
		VMT_ERR_NOTFOUND);
	talloc_free(cfi);
	sample_close(&none);
	sample_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_step),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
