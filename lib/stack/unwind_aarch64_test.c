// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/array.h"
#include "stack/fake_stack.h"

/* Offsets into the code of functions, each 0x100 long; all but LEAF and NONE keep a record. */
enum { ENTRY = 0x100, CALLER = 0x200, INNER = 0x300, LEAF = 0x400, HANDLER = 0x500 };

enum { X29 = 29, X30, SP, PC, PSTATE, N_REGS };

#define EL1H 5
#define RECORD 304 /* of struct pt_regs */

static void put_prologue(unsigned function)
{
	fake_put(FAKE_TEXT + function, 4, 0xa9be7bfd);	   /* stp x29, x30, [sp, #-32]! */
	fake_put(FAKE_TEXT + function + 4, 4, 0x910003fd); /* mov x29, sp */
}

/* The return address of a call in the code that ends at offset. */
static uint64_t put_call(unsigned offset)
{
	fake_put(FAKE_TEXT + offset - 4, 4, 0xd63f0260); /* blr x19 */
	return fake_code(offset);
}

static void put_record(uint64_t at, uint64_t next, uint64_t ret)
{
	fake_put(at, 8, next);
	fake_put(at + 8, 8, ret);
}

static int setup(void **state)
{
	static const unsigned functions[] = {ENTRY, CALLER, INNER, HANDLER};
	const struct fake_layout layout = {.mode = FAKE_RELATIVE, .two_bytes = true};
	struct fake_walk *f = talloc_zero(NULL, struct fake_walk);
	struct fake_tables t = {0};

	fake_reset();
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		put_prologue(functions[i]);
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_code(ENTRY), "Tentry");
	fake_symbol_add(&t, fake_code(CALLER), "Tcaller");
	fake_symbol_add(&t, fake_code(INNER), "Tpanic");
	fake_symbol_add(&t, fake_code(LEAF), "Tleaf");
	fake_symbol_add(&t, fake_code(HANDLER), "Thandler");
	fake_symbol_add(&t, fake_va(FAKE_TEXT_END), "T_etext");
	fake_put_tables(&layout, &t);
	assert_int_equal(fake_open(f, t.info, &f->k.symbols, &f->err), 0);
	f->k.space = fake_space_of(f, EM_AARCH64);
	assert_int_equal(stack_unwinder_new(f, &f->k, NULL, &f->u, &f->err), 0);
	fake_set_stacks(f);
	/* A task: entry, caller, and below them what each test adds. */
	put_record(FAKE_TASK + 0x800, fake_va(FAKE_TASK + 0x900), put_call(ENTRY + 0x20));
	put_record(FAKE_TASK + 0x900, 0, 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static void at(struct fake_walk *f, uint64_t pc, uint64_t sp, uint64_t fp, uint64_t lr)
{
	f->regs = (struct cpu_regs){.known = (1ull << N_REGS) - 1};
	f->regs.v[PC] = pc;
	f->regs.v[SP] = fake_va(sp);
	f->regs.v[X29] = fake_va(fp);
	f->regs.v[X30] = lr;
	f->regs.v[PSTATE] = EL1H;
}

/* Checks all frames, innermost first, and that the end was reached. */
static void assert_frames(const struct fake_walk *f, const uint64_t *ips, size_t n)
{
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, n);
	for (size_t i = 0; i < n; i++) {
		assert_true(f->trace.frames[i].ip == ips[i]);
		assert_true(f->trace.frames[i].reliable);
	}
}

#define FRAMES(f, ...)                                                                             \
	assert_frames(                                                                             \
		f, (const uint64_t[]){__VA_ARGS__}, sizeof((const uint64_t[]){__VA_ARGS__}) / 8)

static void records(void **state)
{
	struct fake_walk *f = *state;

	put_record(FAKE_TASK + 0x700, fake_va(FAKE_TASK + 0x800), put_call(CALLER + 0x20));
	at(f, fake_code(INNER + 0x30), FAKE_TASK + 0x700, FAKE_TASK + 0x700, 0);
	fake_unwind(f);
	FRAMES(f, fake_code(INNER + 0x30), fake_code(CALLER + 0x20), fake_code(ENTRY + 0x20));
	/* With pointer authentication bits, and below the kernel's addresses. */
	put_record(FAKE_TASK + 0x700, fake_va(FAKE_TASK + 0x800),
		put_call(CALLER + 0x20) & ~(0x5aull << 48));
	fake_unwind(f);
	FRAMES(f, fake_code(INNER + 0x30), fake_code(CALLER + 0x20), fake_code(ENTRY + 0x20));
}

/*
 * A function that was interrupted before its record was complete, or never makes one, has its
 * caller in x30.
 */
static void link_register(void **state)
{
	struct fake_walk *f = *state;
	uint64_t caller = put_call(CALLER + 0x20);

	at(f, fake_code(INNER + 4), FAKE_TASK + 0x800, FAKE_TASK + 0x800, caller);
	fake_unwind(f);
	FRAMES(f, fake_code(INNER + 4), caller, fake_code(ENTRY + 0x20));
	at(f, fake_code(LEAF + 8), FAKE_TASK + 0x800, FAKE_TASK + 0x800, caller);
	fake_unwind(f);
	FRAMES(f, fake_code(LEAF + 8), caller, fake_code(ENTRY + 0x20));
	/* It has called others since: the register is theirs, and the caller is in the record. */
	at(f, fake_code(LEAF + 0x40), FAKE_TASK + 0x800, FAKE_TASK + 0x800, put_call(LEAF + 0x30));
	fake_unwind(f);
	FRAMES(f, fake_code(LEAF + 0x40), fake_code(ENTRY + 0x20));
	/* A value that no call can have put there. */
	at(f, fake_code(INNER + 4), FAKE_TASK + 0x800, FAKE_TASK + 0x800, fake_code(CALLER + 0x60));
	fake_unwind(f);
	FRAMES(f, fake_code(INNER + 4), fake_code(ENTRY + 0x20));
}

static void jump_to_nowhere(void **state)
{
	struct fake_walk *f = *state;
	uint64_t caller = put_call(CALLER + 0x20);

	at(f, 0, FAKE_TASK + 0x800, FAKE_TASK + 0x800, caller);
	fake_unwind(f);
	FRAMES(f, 0, caller, fake_code(ENTRY + 0x20));
}

/* Data can be read: that the call went there is known by the register with its target. */
static void jump_to_data(void **state)
{
	struct fake_walk *f = *state;
	uint64_t caller = put_call(CALLER + 0x20), data = fake_va(FAKE_TASK + 0x100);

	at(f, data, FAKE_TASK + 0x800, FAKE_TASK + 0x800, caller);
	fake_unwind(f);
	FRAMES(f, data, fake_code(ENTRY + 0x20));
	at(f, data, FAKE_TASK + 0x800, FAKE_TASK + 0x800, caller);
	f->regs.v[1] = data;
	fake_unwind(f);
	FRAMES(f, data, caller, fake_code(ENTRY + 0x20));
}

/* An exception: the record in its pt_regs leads to all the registers, on another stack. */
static void registers_of_an_exception(void **state)
{
	struct fake_walk *f = *state;
	uint64_t regs = FAKE_TASK + 0x400, caller = put_call(CALLER + 0x20);
	uint64_t interrupted = fake_code(INNER + 4), fp = fake_va(FAKE_TASK + 0x800);

	at(f, interrupted, FAKE_TASK + 0x800, FAKE_TASK + 0x800, caller);
	for (unsigned i = 0; i < N_REGS; i++)
		fake_put(regs + 8 * i, 8, f->regs.v[i]);
	put_record(regs + RECORD, fp, interrupted);
	put_record(FAKE_IRQ + 0x800, fake_va(regs + RECORD), put_call(HANDLER + 0x40));
	at(f, fake_code(CALLER + 0x40), FAKE_IRQ + 0x800, FAKE_IRQ + 0x800, 0);
	fake_unwind(f);
	FRAMES(f, fake_code(CALLER + 0x40), fake_code(HANDLER + 0x40), interrupted, caller,
		fake_code(ENTRY + 0x20));
	assert_string_equal(f->trace.frames[0].context, "hardirq");
	assert_string_equal(f->trace.frames[2].context, "task");
	assert_true(f->trace.frames[2].exact);
	assert_true(f->trace.frames[2].regs_at == fake_va(regs));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(records),
		TEST(link_register),
		TEST(jump_to_nowhere),
		TEST(jump_to_data),
		TEST(registers_of_an_exception),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
