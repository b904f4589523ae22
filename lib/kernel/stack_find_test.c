// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <elf.h>
#include <string.h>

#include "dump/format.h"
#include "dump/page_cache.h"
#include "image/fake_kernel.h"
#include "kernel/stack_find.h"

#define PAGE 4096u
#define N_PAGES 8
#define SP_AT 152 /* of struct pt_regs on x86_64: ip, cs, flags, sp, ss are its last words */
#define SS_END 168

static const uint64_t sp = 0xffffc90000003e68u, ip = 0xffffffffc064561fu;

static uint8_t ram[N_PAGES][PAGE];
static bool bad_bitmap; /* after these pages */
static bool huge;	/* 4 GiB follow these pages */

static int read_page(struct dump *dump, uint64_t pfn, uint8_t *buf, struct vmt_err *err)
{
	(void)dump;
	if (pfn >= N_PAGES)
		return err_set(err, VMT_ERR_TRUNCATED, "the file ends before");
	memcpy(buf, ram[pfn], PAGE);
	return 0;
}

static int each_range(struct dump *dump, int (*fn)(void *arg, uint64_t pfn, uint64_t n), void *arg,
	struct vmt_err *err)
{
	int rc = fn(arg, 0, N_PAGES);

	(void)dump;
	if (!rc && huge)
		rc = fn(arg, N_PAGES, 1u << 20);
	return rc || !bad_bitmap ? rc : err_set(err, VMT_ERR_TRUNCATED, "the bitmap ends before");
}

static int no_memory(void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	(void)arg;
	(void)buf;
	(void)len;
	return err_set_at(err, VMT_ERR_TRUNCATED, paddr, "the file ends before");
}

static const struct dump_format format = {
	.name = "test", .read_page = read_page, .each_range = each_range};

struct fixture {
	struct dump *dump;
	struct kernel_image k;
	struct cpu cpu;
	struct cpu_set set;
};

static int set_up(void **state)
{
	struct mem_params params = {
		.arch = arch_find(EM_X86_64, true), .read = no_memory, .page_size = PAGE};
	struct fixture *f = talloc_zero(NULL, struct fixture);

	memset(ram, 0, sizeof(ram));
	bad_bitmap = false;
	f->dump = talloc_zero(f, struct dump);
	f->dump->format = &format;
	f->dump->page_size = PAGE;
	f->dump->is_64 = true;
	assert_int_equal(page_cache_open(f->dump, PAGE, &f->dump->cache, NULL), 0);
	assert_int_equal(mem_space_new(f, &params, &f->k.space, NULL), 0);
	for (unsigned i = 0; i < params.arch->unwind->n_pt_regs; i++)
		cpu_regs_set(&f->cpu.regs, i, 0x1000 + i);
	cpu_regs_set(&f->cpu.regs, (unsigned)arch_reg_find(params.arch, "rip"), ip);
	cpu_regs_set(&f->cpu.regs, (unsigned)arch_reg_find(params.arch, "rsp"), sp);
	cpu_regs_set(&f->cpu.regs, (unsigned)arch_reg_find(params.arch, "cs"), 0x10);
	f->cpu.has_regs = true;
	f->set = (struct cpu_set){.cpus = &f->cpu, .n = 1};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	talloc_free(*state);
	return 0;
}

static void put_regs(const struct fixture *f, unsigned page, uint32_t at)
{
	const struct arch *arch = mem_space_arch(f->k.space);

	for (unsigned i = 0; i < arch->unwind->n_pt_regs; i++)
		memcpy(&ram[page][at + arch->regs[i].offset], &f->cpu.regs.v[i], 8);
}

/* An exception pushed them just below the stack pointer. */
static void by_an_exception(void **state)
{
	struct fixture *f = *state;
	uint32_t at = (sp & (PAGE - 1) & ~15u) - SS_END;
	uint64_t word;

	put_regs(f, 5, at);
	memcpy(&ram[5][sp & (PAGE - 1)], "caller..", 8);
	assert_int_equal(stack_find(&f->k, f->dump, &f->set, NULL), 1);
	assert_int_equal(f->cpu.fault_regs, (sp & ~(uint64_t)15) - SS_END);
	assert_int_equal(mem_read_ptr(f->k.space, sp, &word, NULL), 0);
	assert_memory_equal(&word, "caller..", 8);
	assert_int_not_equal(mem_read_ptr(f->k.space, sp + PAGE, &word, NULL), 0);
	/* Found before: nothing is looked for. */
	assert_int_equal(stack_find(&f->k, f->dump, &f->set, NULL), 0);
}

/* What is found of a damaged dump counts, and its damage loses nothing else. */
static void in_a_part(void **state)
{
	struct fixture *f = *state;

	bad_bitmap = true;
	assert_int_equal(stack_find(&f->k, f->dump, &f->set, NULL), 0);
	put_regs(f, 5, (sp & (PAGE - 1) & ~15u) - SS_END);
	assert_int_equal(stack_find(&f->k, f->dump, &f->set, NULL), 1);
}

/* Not all of a huge dump is looked at, and that is told. */
static void in_a_huge_dump(void **state)
{
	struct fixture *f = *state;

	put_regs(f, 5, (sp & (PAGE - 1) & ~15u) - SS_END);
	huge = true;
	assert_int_equal(stack_find(&f->k, f->dump, &f->set, NULL), 1);
	huge = false;
	assert_true(f->set.find_capped);
	assert_int_equal(stack_find(&f->k, f->dump, &f->set, NULL), 0);
}

static void set_pc(struct fixture *f, uint64_t pc)
{
	cpu_regs_set(&f->cpu.regs, mem_space_arch(f->k.space)->unwind->pc, pc);
}

static void open_symbols(struct fixture *f)
{
	static const struct fake_layout tables = {.mode = FAKE_RELATIVE, .two_bytes = true};
	struct fake_tables t = {0};

	fake_reset();
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, FAKE_STEXT + 0x100, "T__crash_kexec");
	fake_symbol_add(&t, FAKE_STEXT + 0x200, "tdefault_idle");
	fake_symbol_add(&t, fake_va(FAKE_RAM), "B_end");
	fake_put_tables(&tables, &t);
	assert_int_equal(fake_open(f, t.info, &f->k.symbols, NULL), 0);
}

/* __crash_kexec() keeps them above the stack pointer. */
static void by_the_crash_itself(void **state)
{
	struct fixture *f = *state;
	uint64_t word;

	open_symbols(f);
	set_pc(f, FAKE_STEXT + 0x140);
	put_regs(f, 2, (sp & (PAGE - 1)) + 16);
	assert_int_equal(stack_find(&f->k, f->dump, &f->set, NULL), 1);
	assert_int_equal(f->cpu.fault_regs, 0);
	assert_int_equal(mem_read_ptr(f->k.space, sp + 16 + SP_AT, &word, NULL), 0);
	assert_int_equal(word, sp);
}

/* The same registers in another place, in the kernel's note, and with one that differs. */
static void not_by_others(void **state)
{
	struct fixture *f = *state;
	uint32_t at = (sp & (PAGE - 1) & ~15u) - SS_END;

	put_regs(f, 1, 0x100);
	put_regs(f, 2, at);
	memcpy(&ram[2][at - 112 - 8], "CORE", 5);
	put_regs(f, 3, at);
	ram[3][at] ^= 1;
	assert_int_equal(stack_find(&f->k, f->dump, &f->set, NULL), 0);
	assert_int_equal(f->cpu.fault_regs, 0);
}

/* The NMI that stops an idle CPU leaves them on a stack of its own. */
static void not_by_the_stack_of_nmi(void **state)
{
	struct fixture *f = *state;

	open_symbols(f);
	set_pc(f, FAKE_STEXT + 0x240);
	put_regs(f, 2, (sp & (PAGE - 1)) + 16);
	assert_int_equal(stack_find(&f->k, f->dump, &f->set, NULL), 0);
}

/* Two pages fit, but only one can be it. */
static void not_by_two(void **state)
{
	struct fixture *f = *state;
	uint32_t at = (sp & (PAGE - 1) & ~15u) - SS_END;

	put_regs(f, 1, at);
	put_regs(f, 2, at);
	ram[2][0] = 1;
	assert_int_equal(stack_find(&f->k, f->dump, &f->set, NULL), 0);
}

/* A lie: it must not cost more than one CPU does. */
static void of_one_cpu(void **state)
{
	struct fixture *f = *state;
	struct cpu cpus[] = {f->cpu, f->cpu};

	f->set = (struct cpu_set){.cpus = cpus, .n = 2};
	put_regs(f, 5, (sp & (PAGE - 1) & ~15u) - SS_END);
	assert_int_equal(stack_find(&f->k, f->dump, &f->set, NULL), 1);
	assert_int_not_equal(cpus[0].fault_regs, 0);
	assert_int_equal(cpus[1].fault_regs, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(by_an_exception, set_up, tear_down),
		cmocka_unit_test_setup_teardown(in_a_part, set_up, tear_down),
		cmocka_unit_test_setup_teardown(in_a_huge_dump, set_up, tear_down),
		cmocka_unit_test_setup_teardown(by_the_crash_itself, set_up, tear_down),
		cmocka_unit_test_setup_teardown(not_by_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(not_by_the_stack_of_nmi, set_up, tear_down),
		cmocka_unit_test_setup_teardown(not_by_two, set_up, tear_down),
		cmocka_unit_test_setup_teardown(of_one_cpu, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
