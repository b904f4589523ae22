// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/array.h"
#include "base/caps.h"
#include "stack/fake_stack.h"

/* Offsets of functions in the code, each with its own stack layout. */
enum {
	ENTRY = 0x100, /* the outermost */
	PLAIN = 0x200, /* 32 bytes of stack, the return address on top */
	SMALL = 0x300, /* nothing but the return address */
	BP_BASED = 0x400,
	ASM_EXC = 0x500,  /* a pt_regs at the stack pointer */
	SWITCH = 0x600,	  /* has switched stacks: the old stack pointer is at the stack pointer */
	NOTHING = 0x700,  /* no information */
	ASM_PART = 0x800, /* what the CPU pushed at the stack pointer */
	R10_BASED = 0x900,
	FRESH = 0xa00, /* like a new task's first frame: the entry after it has the signal flag */
	CALLER = 0xb00,
};

static void put_code(void)
{
	fake_entries = 0;
	fake_orc(0, FAKE_FLAGS(0, 0, 0, 0), 0, 0);
	fake_orc(ENTRY, FAKE_FLAGS(0, 0, 1, 0), 0, 0);
	fake_orc(PLAIN, FAKE_FLAGS(5, 0, 2, 0), 32, 0);
	fake_orc(SMALL, FAKE_FLAGS(5, 0, 2, 0), 8, 0);
	fake_orc(BP_BASED, FAKE_FLAGS(4, 1, 2, 0), 16, -16);
	fake_orc(ASM_EXC, FAKE_FLAGS(5, 0, 3, 1), 0, 0);
	fake_orc(SWITCH, FAKE_FLAGS(9, 0, 2, 0), 8, 0);
	fake_orc(NOTHING, FAKE_FLAGS(0, 0, 0, 0), 0, 0);
	fake_orc(ASM_PART, FAKE_FLAGS(5, 0, 4, 1), 0, 0);
	fake_orc(R10_BASED, FAKE_FLAGS(6, 0, 2, 0), 0, 0);
	fake_orc(FRESH, FAKE_FLAGS(5, 0, 2, 1), 8, 0);
	fake_orc(CALLER, FAKE_FLAGS(5, 0, 2, 0), 16, 0);
}

static void put_symbols(struct fake_tables *t)
{
	const struct fake_layout layout = {.mode = FAKE_RELATIVE, .two_bytes = true};

	*t = (struct fake_tables){0};
	fake_symbol_add(t, FAKE_STEXT, "T_stext");
	fake_symbol_add(t, fake_code(ENTRY), "Tentry");
	fake_symbol_add(t, fake_code(NOTHING), "Tpanic");
	fake_symbol_add(t, fake_code(ASM_PART), "Tafter");
	fake_symbol_add(t, fake_code(0x2000), "Tarch_rethook_trampoline");
	fake_symbol_add(t, fake_va(FAKE_TEXT_END), "T_etext");
	fake_symbol_add(t, fake_va(FAKE_INIT), "T_sinittext");
	fake_symbol_add(t, fake_va(FAKE_INIT_END), "T_einittext");
	fake_symbol_add(t, fake_va(FAKE_IPS), "R__start_orc_unwind_ip");
	fake_symbol_add(t, fake_va(FAKE_IPS + 4 * fake_entries), "R__stop_orc_unwind_ip");
	fake_symbol_add(t, fake_va(FAKE_ENTRIES), "R__start_orc_unwind");
	fake_symbol_add(t, fake_va(FAKE_ENTRIES + 6 * fake_entries), "R__stop_orc_unwind");
	fake_put_tables(&layout, t);
}

static int setup(void **state)
{
	static const uint8_t third[4] = {0xfe, 0x5d, 0x32, 0xbf};
	struct fake_walk *f = talloc_zero(NULL, struct fake_walk);
	struct fake_tables t;

	fake_reset();
	put_code();
	put_symbols(&t);
	assert_int_equal(fake_open(f, t.info, &f->k.symbols, &f->err), 0);
	f->k.space = fake_space(f);
	assert_int_equal(stack_unwinder_new(f, &f->k, NULL, &f->u, &f->err), 0);
	assert_int_equal(f->u->orc.n_tables, 1);
	f->u->orc.format_tried = f->u->orc.indirect_tried = true;
	f->u->orc.format = orc_format_of_hash(third, sizeof(third));
	f->u->orc.indirect_adds_last = true;
	fake_set_stacks(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static void put_word(uint64_t at, uint64_t value)
{
	fake_put(at, 8, value);
}

static void assert_frame(
	const struct fake_walk *f, size_t i, uint64_t ip, uint64_t sp, const char *context)
{
	assert_true(i < f->trace.n);
	assert_int_equal(f->trace.frames[i].ip, ip);
	assert_int_equal(f->trace.frames[i].sp, fake_va(sp));
	assert_string_equal(f->trace.frames[i].context, context);
}

static void follows_calls(void **state)
{
	struct fake_walk *f = *state;
	uint64_t sp = FAKE_TASK + 0x100, to_plain = fake_call(BP_BASED + 0x20, fake_code(PLAIN));
	uint64_t to_bp = fake_call(ENTRY + 0x10, fake_code(BP_BASED));

	/* PLAIN was called by BP_BASED, whose frame is at sp + 0x80. */
	put_word(sp + 24, to_plain);
	put_word(sp + 0x80, 0xb0b);
	put_word(sp + 0x88, to_bp);
	f->regs = fake_regs(fake_code(PLAIN + 4), fake_va(sp), fake_va(sp + 0x80));
	fake_unwind(f);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 3);
	assert_frame(f, 0, fake_code(PLAIN + 4), sp, "task");
	assert_frame(f, 1, to_plain, sp + 32, "task");
	assert_frame(f, 2, to_bp, sp + 0x90, "task");
	assert_true(f->trace.frames[0].exact && f->trace.frames[0].reliable);
	assert_false(f->trace.frames[1].exact);
	assert_int_equal(f->trace.frames[0].source, STACK_REGS);
	assert_int_equal(f->trace.frames[2].source, STACK_ORC);
}

/* A handler on the interrupt stack; the pt_regs of the interruption is on the task's stack. */
static void crosses_stacks(void **state)
{
	struct fake_walk *f = *state;
	uint64_t irq_top = FAKE_IRQ_END - 8, regs_at = FAKE_TASK + 0x800;
	uint64_t to_small = fake_call(SWITCH + 0x20, fake_code(SMALL));
	uint64_t to_switch = fake_call(ASM_EXC + 0x20, fake_code(SWITCH));
	uint64_t to_plain = fake_call(ENTRY + 0x10, fake_code(PLAIN));
	struct cpu_regs was = fake_regs(fake_code(PLAIN + 8), fake_va(FAKE_TASK + 0x900), 0);

	put_word(irq_top - 8, to_small);
	/*
	 * SP_INDIRECT + 8: the top word is the task's stack pointer, and points at a return
	 * address.
	 */
	put_word(irq_top, fake_va(regs_at - 16));
	put_word(regs_at - 16, to_switch);
	was.v[FAKE_R10] = 77;
	fake_put_regs(regs_at - 8, &was);
	put_word(FAKE_TASK + 0x900 + 24, to_plain);
	f->regs = fake_regs(fake_code(SMALL), fake_va(irq_top - 8), 0);
	fake_unwind(f);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 5);
	assert_frame(f, 0, fake_code(SMALL), irq_top - 8, "hardirq");
	assert_frame(f, 1, to_small, irq_top, "hardirq");
	assert_frame(f, 2, to_switch, regs_at - 8, "task");
	assert_frame(f, 3, fake_code(PLAIN + 8), FAKE_TASK + 0x900, "task");
	assert_true(f->trace.frames[3].exact);
	assert_int_equal(f->trace.frames[3].regs_at, fake_va(regs_at - 8));
	assert_int_equal(f->trace.frames[3].source, STACK_REGS);
	assert_frame(f, 4, to_plain, FAKE_TASK + 0x920, "task");
	assert_int_equal(f->trace.frames[4].regs_at, 0);
	assert_int_equal(stack_read_regs(f->k.space, fake_va(regs_at - 8), &was, NULL), 0);
	assert_int_equal(was.v[FAKE_R10], 77);
}

/* Up to 5.11, the offset was added before reading. */
static void old_indirect(void **state)
{
	struct fake_walk *f = *state;
	uint64_t sp = FAKE_IRQ_END - 16, back = fake_call(ENTRY + 0x10, fake_code(SWITCH));

	f->u->orc.indirect_adds_last = false;
	put_word(sp + 8, fake_va(FAKE_TASK + 0x808));
	put_word(FAKE_TASK + 0x800, back);
	f->regs = fake_regs(fake_code(SWITCH + 4), fake_va(sp), 0);
	fake_unwind(f);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 2);
	assert_frame(f, 1, back, FAKE_TASK + 0x808, "task");
}

/*
 * Registers survive an interruption, so an entry may be relative to R10; after a call it may not.
 */
static void registers_after_an_interruption(void **state)
{
	struct fake_walk *f = *state;
	uint64_t sp = FAKE_TASK + 0x100, back = fake_call(ENTRY + 0x10, fake_code(R10_BASED));
	struct cpu_regs was = fake_regs(fake_code(R10_BASED + 4), fake_va(sp + 0x200), 0);

	was.v[FAKE_R10] = fake_va(sp + 0x308);
	fake_put_regs(sp, &was);
	put_word(sp + 0x300, back);
	f->regs = fake_regs(fake_code(ASM_EXC), fake_va(sp), 0);
	fake_unwind(f);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 3);
	assert_frame(f, 2, back, sp + 0x308, "task");

	put_word(sp, fake_call(R10_BASED + 0x20, 0));
	f->regs = fake_regs(fake_code(SMALL), fake_va(sp), 0);
	fake_unwind(f);
	assert_non_null(strstr(f->trace.stopped, "value of r10 is not known"));
	assert_int_equal(f->trace.frames[1].ip, fake_code(R10_BASED + 0x20));
	assert_true(f->trace.frames[1].reliable);
}

static void partial_registers(void **state)
{
	struct fake_walk *f = *state;
	uint64_t sp = FAKE_TASK + 0x100, back = fake_call(ENTRY + 0x10, fake_code(BP_BASED));
	const uint64_t hw[5] = {fake_code(BP_BASED + 8), 0x10, 0x246, fake_va(sp + 0x40), 0x18};

	for (unsigned i = 0; i < 5; i++)
		put_word(sp + 8 * i, hw[i]);
	put_word(sp + 0x88, back);
	f->regs = fake_regs(fake_code(ASM_PART), fake_va(sp), fake_va(sp + 0x80));
	fake_unwind(f);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 3);
	assert_true(f->trace.frames[1].exact);
	assert_int_equal(f->trace.frames[1].regs_at, 0);
	assert_frame(f, 2, back, sp + 0x90, "task");
}

static void ends_at_user_code(void **state)
{
	struct fake_walk *f = *state;
	uint64_t sp = FAKE_TASK_END - 168;
	struct cpu_regs user = fake_regs(0x401000, 0x7ffffff0, 0);

	user.v[FAKE_CS] = 0x33;
	fake_put_regs(sp, &user);
	f->regs = fake_regs(fake_code(ASM_EXC + 4), fake_va(sp), 0);
	fake_unwind(f);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 1);
	f->regs = user;
	fake_unwind(f);
	assert_int_equal(f->trace.n, 0);
	assert_non_null(f->trace.stopped);
}

/* A function pointer that was NULL, and one into data: the caller is on top of the stack. */
static void calls_to_nowhere(void **state)
{
	struct fake_walk *f = *state;
	const uint64_t where[] = {0, 0xdead000000000122, fake_va(FAKE_TASK + 0x1000)};
	uint64_t sp = FAKE_TASK + 0x100, back = fake_code(CALLER + 0x20);

	fake_put(FAKE_TEXT + CALLER + 0x1e, 2, 0xd0ff); /* call *%rax */
	put_word(sp, back);
	put_word(sp + 16, fake_call(ENTRY + 0x10, fake_code(CALLER)));
	for (unsigned i = 0; i < 3; i++) {
		f->regs = fake_regs(where[i], fake_va(sp), 0);
		fake_unwind(f);
		assert_null(f->trace.stopped);
		assert_int_equal(f->trace.n, 3);
		assert_frame(f, 1, back, sp + 8, "task");
		assert_int_equal(f->trace.frames[1].source, STACK_CALL);
		assert_true(f->trace.frames[1].reliable);
	}
}

/* No information, but the stack has a return address after a call to this very function. */
static void function_without_tables(void **state)
{
	struct fake_walk *f = *state;
	uint64_t sp = FAKE_TASK + 0x100, back = fake_call(CALLER + 0x20, fake_code(NOTHING));

	put_word(sp + 8, fake_call(CALLER + 0x40, fake_code(PLAIN))); /* another one's call */
	put_word(sp + 0x38, back);
	put_word(sp + 0x48, fake_call(ENTRY + 0x10, fake_code(CALLER)));
	f->regs = fake_regs(fake_code(NOTHING + 0x10), fake_va(sp), 0);
	fake_unwind(f);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 3);
	assert_frame(f, 1, back, sp + 0x40, "task");
	assert_int_equal(f->trace.frames[1].source, STACK_CALL);
}

/* Generated code with frame pointers, called from the kernel and interrupted. */
static void frame_pointers(void **state)
{
	struct fake_walk *f = *state;
	uint64_t sp = FAKE_TASK + 0x100, fp = sp + 0x40;

	put_word(fp, fake_va(fp + 0x100));
	put_word(fp + 8, fake_call(CALLER + 0x20, 0));
	put_word(fp + 24, fake_call(ENTRY + 0x10, fake_code(CALLER)));
	f->regs = fake_regs(fake_va(FAKE_JIT), fake_va(sp), fake_va(fp));
	fake_unwind(f);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 3);
	assert_frame(f, 1, fake_code(CALLER + 0x20), fp + 16, "task");
	assert_int_equal(f->trace.frames[1].source, STACK_FRAME_POINTER);
	/* A register with an arbitrary value is not a frame pointer. */
	f->regs = fake_regs(fake_va(FAKE_JIT), fake_va(sp), fake_va(sp - 0x40));
	fake_unwind(f);
	assert_non_null(f->trace.stopped);
	assert_false(f->trace.frames[1].reliable);
}

static void put_prologue(unsigned function)
{
	fake_put(FAKE_TEXT + function, 4, 0xe5894855); /* push %rbp; mov %rsp, %rbp */
}

/*
 * A kernel without ORC: from an interrupt's stack, through entry code and a prologue, to the end of
 * a thread.
 */
static void kernel_of_frame_pointers(void **state)
{
	struct fake_walk *f = *state;
	uint64_t irq = FAKE_IRQ_END - 0x40, task = FAKE_TASK;
	struct cpu_regs regs =
		fake_regs(fake_code(NOTHING + 1), fake_va(task + 0x400), fake_va(task + 0x500));

	f->u->orc.tables[0].n = 0;
	put_prologue(ENTRY);
	put_prologue(NOTHING);
	put_word(irq, fake_va(task + 0x200));
	put_word(irq + 8, fake_call(CALLER + 0x20, fake_code(PLAIN)));
	put_word(task + 0x200, fake_va(task + 0x300) | 1);
	put_word(task + 0x208, fake_call(ASM_EXC + 0x20, fake_code(CALLER)));
	fake_put_regs(task + 0x300, &regs);
	put_word(task + 0x408, fake_call(CALLER + 0x40, fake_code(NOTHING)));
	put_word(task + 0x500, fake_va(task + 0x600) | 1); /* zeros */
	put_word(task + 0x508, fake_call(ENTRY + 0x10, fake_code(CALLER)));
	f->regs = fake_regs(fake_code(PLAIN + 4), fake_va(irq - 0x40), fake_va(irq));
	fake_unwind(f);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 6);
	assert_frame(f, 1, fake_code(CALLER + 0x20), irq + 16, "hardirq");
	assert_frame(f, 2, fake_code(ASM_EXC + 0x20), task + 0x210, "task");
	assert_frame(f, 3, fake_code(NOTHING + 1), task + 0x400, "task");
	assert_true(f->trace.frames[3].exact);
	assert_true(f->trace.frames[3].regs_at == fake_va(task + 0x300));
	assert_frame(f, 4, fake_code(CALLER + 0x40), task + 0x410, "task");
	assert_frame(f, 5, fake_code(ENTRY + 0x10), task + 0x510, "task");
	/* An idle task's chain ends in zero, after boot code that jumped instead of calling. */
	put_word(task + 0x500, 0);
	put_word(task + 0x508, fake_code(ENTRY + 0x80));
	fake_unwind(f);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 6);
	/* In code with tables, that would not be a return address. */
	f->u->orc.tables[0].n = fake_entries;
	f->regs = fake_regs(fake_va(FAKE_JIT), fake_va(task + 0x400), fake_va(task + 0x500));
	fake_unwind(f);
	assert_non_null(f->trace.stopped);
}

/* A string overwrote the return address: the frames above are found, and marked. */
static void overwritten(void **state)
{
	struct fake_walk *f = *state;
	uint64_t sp = FAKE_TASK + 0x100;

	put_word(sp + 24, 0x7878787878787878);
	put_word(sp + 0x48, fake_code(PLAIN + 0x42)); /* no call before it */
	put_word(sp + 0x50, fake_call(CALLER + 0x20, 0));
	put_word(sp + 0x60, fake_call(ENTRY + 0x10, fake_code(CALLER)));
	f->regs = fake_regs(fake_code(PLAIN + 4), fake_va(sp), 0);
	fake_unwind(f);
	assert_non_null(strstr(f->trace.stopped, "0x7878787878787878"));
	assert_int_equal(f->trace.n, 3);
	assert_frame(f, 1, fake_code(CALLER + 0x20), sp + 0x58, "task");
	assert_int_equal(f->trace.frames[1].source, STACK_SCAN);
	assert_int_equal(f->trace.frames[2].source, STACK_ORC);
	assert_true(f->trace.frames[0].reliable);
	assert_false(f->trace.frames[1].reliable || f->trace.frames[2].reliable);
}

static void goes_round(void **state)
{
	struct fake_walk *f = *state;
	uint64_t sp = FAKE_IRQ_END - 0x40, task = FAKE_TASK + 0x800;

	/* Moves to the task's stack, and back to the interrupt's. */
	put_word(sp, fake_va(task));
	put_word(task, fake_call(SWITCH + 0x20, 0));
	put_word(task + 8, fake_va(sp));
	put_word(sp, fake_va(task));
	f->regs = fake_regs(fake_code(SWITCH + 4), fake_va(sp), 0);
	fake_unwind(f);
	assert_non_null(strstr(f->trace.stopped, "a stack that was left"));
	/* Moves down on one stack. */
	put_word(task, fake_va(task - 0x100));
	put_word(task - 0x100, fake_call(SWITCH + 0x20, 0));
	f->regs = fake_regs(fake_code(SWITCH + 4), fake_va(task), 0);
	fake_unwind(f);
	assert_non_null(strstr(f->trace.stopped, "goes back to 0x"));
}

static void memory_is_missing(void **state)
{
	struct fake_walk *f = *state;
	uint64_t sp = FAKE_TASK + 0xfe8;

	put_word(sp, fake_call(PLAIN + 0x20, 0)); /* its return address is on the next page */
	fake_hole = FAKE_TASK + 0x1000;
	f->regs = fake_regs(fake_code(SMALL + 4), fake_va(sp), 0);
	fake_unwind(f);
	assert_int_equal(f->trace.n, 2);
	assert_non_null(strstr(f->trace.stopped, "page left out"));
}

/* The stack pointer is in the guard page below: the frames above it are intact. */
static void overflown(void **state)
{
	struct fake_walk *f = *state;

	f->regs = fake_regs(fake_code(PLAIN + 4), fake_va(FAKE_TASK - 16), 0);
	put_word(FAKE_TASK + 8, fake_call(ENTRY + 0x10, fake_code(PLAIN)));
	fake_unwind(f);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 2);
	assert_frame(f, 0, fake_code(PLAIN + 4), FAKE_TASK - 16, "task");
	/* With a frame that is entirely in the guard page. */
	fake_hole = FAKE_TASK - 0x1000;
	f->regs = fake_regs(fake_code(PLAIN + 4), fake_va(FAKE_TASK - 64), 0);
	fake_unwind(f);
	assert_non_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 2);
	assert_frame(f, 1, fake_code(ENTRY + 0x10), FAKE_TASK + 16, "task");
	assert_false(f->trace.frames[1].reliable);
}

static void frames_are_capped(void **state)
{
	struct fake_walk *f = *state;
	uint64_t back = fake_call(SMALL + 0x20, fake_code(SMALL));

	f->stacks[0].end = fake_va(FAKE_TASK + 0x4000);
	for (uint64_t at = FAKE_TASK; at < FAKE_TASK + 0x4000; at += 8)
		put_word(at, back);
	f->regs = fake_regs(fake_code(SMALL), fake_va(FAKE_TASK), 0);
	fake_unwind(f);
	assert_int_equal(f->trace.n, CAP_STACK_FRAMES);
	assert_non_null(strstr(f->trace.stopped, "more than"));
}

/* A new task: its first frame is where it will begin, which nothing called. */
static void signal_frames(void **state)
{
	struct fake_walk *f = *state;
	uint64_t sp = FAKE_TASK + 0x100;

	put_word(sp, fake_code(ENTRY)); /* the first byte: only an exact lookup finds it */
	f->regs = fake_regs(fake_code(FRESH), fake_va(sp), 0);
	fake_unwind(f);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 2);
	assert_true(f->trace.frames[1].exact);
}

/* ---- replaced return addresses ----------------------------------------------------------- */

static int hook_member(void *priv, const char *type, const char *member, struct layout_member *ret,
	struct vmt_err *err)
{
	static const struct {
		const char *type, *member;
		unsigned offset;
	} rows[] = {
		{"task_struct", "rethooks.first", 8},
		{"rethook_node", "llist", 16},
		{"rethook_node", "ret_addr", 32},
		{"rethook_node", "frame", 40},
	};

	(void)priv;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].type, type) != 0 || strcmp(rows[i].member, member) != 0)
			continue;
		*ret = (struct layout_member){.offset = rows[i].offset, .size = 8, .count = 1};
		return 0;
	}
	return err_set(err, VMT_ERR_NOTFOUND, "no %s.%s", type, member);
}

static void replaced_return_addresses(void **state)
{
	struct fake_walk *f = *state;
	const struct layout_provider provider = {.name = "test", .member = hook_member};
	uint64_t sp = FAKE_TASK + 0x100, task = 0xa0000, nodes = 0xa1000;
	struct stack_start start = {.exact = true, .stacks = f->stacks, .n_stacks = 2};

	assert_int_equal(layout_new(f, &f->k.layout, NULL), 0);
	assert_int_equal(layout_add(f->k.layout, &provider, NULL), 0);
	put_word(sp + 24, fake_code(0x2000)); /* arch_rethook_trampoline */
	put_word(task + 8, fake_va(nodes + 16));
	put_word(nodes + 16, fake_va(nodes + 0x116)); /* another probe's comes first */
	put_word(nodes + 16, fake_va(nodes + 0x110));
	put_word(nodes + 40, fake_va(sp + 0x400));
	put_word(nodes + 0x100 + 32, fake_call(ENTRY + 0x10, fake_code(PLAIN)));
	put_word(nodes + 0x100 + 40, fake_va(sp + 24));
	start.regs = f->regs = fake_regs(fake_code(PLAIN + 4), fake_va(sp), 0);
	start.task = fake_va(task);
	assert_int_equal(stack_unwind(f->u, f, &start, &f->trace, &f->err), 0);
	assert_null(f->trace.stopped);
	assert_int_equal(f->trace.n, 2);
	assert_frame(f, 1, fake_code(ENTRY + 0x10), sp + 32, "task");
	/* Without the task, the tracer is still named. */
	fake_unwind(f);
	assert_non_null(strstr(f->trace.stopped, "a return probe"));
	/* A circular list ends. */
	put_word(nodes + 0x110, fake_va(nodes + 16));
	put_word(nodes + 0x100 + 40, 0);
	assert_int_equal(stack_unwind(f->u, f, &start, &f->trace, &f->err), 0);
	assert_non_null(strstr(f->trace.stopped, "a return probe"));
}

/* It has the kernel's table, but not its index. */
static void init_code(void **state)
{
	struct fake_walk *f = *state;
	const struct orc_table *init = orc_table_of(&f->u->orc, fake_va(FAKE_INIT));

	assert_non_null(init);
	assert_int_equal(init->n, fake_entries);
	assert_int_equal(init->lookup, 0);
	assert_ptr_equal(orc_table_of(&f->u->orc, fake_va(FAKE_INIT_END - 1)), init);
	assert_null(orc_table_of(&f->u->orc, fake_va(FAKE_INIT_END)));
	assert_null(orc_table_of(&f->u->orc, fake_va(FAKE_INIT - 1)));
	assert_true(stack_is_text(f->u, fake_va(FAKE_INIT)));
	assert_false(stack_is_text(f->u, fake_va(FAKE_JIT)));
}

/* Symbols that lie: no table is that large, nor is that of the init code. */
static void too_many_entries(void **state)
{
	const struct fake_layout layout = {.mode = FAKE_RELATIVE, .two_bytes = true};
	const uint64_t n = CAP_ORC_ENTRIES + 1ull;
	struct fake_walk *f = *state;
	struct stack_unwinder *u;
	struct fake_tables t = {0};

	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_va(FAKE_TEXT_END), "T_etext");
	fake_symbol_add(&t, fake_va(FAKE_INIT), "T_sinittext");
	fake_symbol_add(&t, fake_va(FAKE_INIT_END), "T_einittext");
	fake_symbol_add(&t, fake_va(FAKE_IPS), "R__start_orc_unwind_ip");
	fake_symbol_add(&t, fake_va(FAKE_ENTRIES), "R__start_orc_unwind");
	fake_symbol_add(&t, fake_va(FAKE_IPS + 4 * n), "R__stop_orc_unwind_ip");
	fake_symbol_add(&t, fake_va(FAKE_ENTRIES + 6 * n), "R__stop_orc_unwind");
	fake_put_tables(&layout, &t);
	assert_int_equal(fake_open(f, t.info, &f->k.symbols, &f->err), 0);
	assert_int_equal(stack_unwinder_new(f, &f->k, NULL, &u, &f->err), 0);
	assert_non_null(orc_table_of(&u->orc, fake_va(FAKE_INIT)));
	assert_int_equal(orc_table_of(&u->orc, fake_va(FAKE_INIT))->n, 0);
	assert_int_equal(orc_table_of(&u->orc, FAKE_STEXT)->n, 0);
	assert_true(stack_is_capped(u));
}

/* A stack that is said to be a TiB is not looked through: this ends. */
static void an_endless_stack(void **state)
{
	struct fake_walk *f = *state;

	f->stacks[0].start = f->stacks[0].end - (1ull << 40);
	f->regs = fake_regs(fake_va(FAKE_JIT), f->stacks[0].start + 64, 0);
	fake_unwind(f);
	assert_int_equal(f->trace.n, 1);
	assert_non_null(f->trace.stopped);
}

/* Without _etext, the index tells where the code ends. */
static void the_index_ends_the_code(void **state)
{
	const struct fake_layout layout = {.mode = FAKE_RELATIVE, .two_bytes = true};
	const uint64_t blocks = (FAKE_TEXT_END - FAKE_TEXT) / 256;
	struct fake_walk *f = *state;
	struct stack_unwinder *u;
	struct fake_tables t = {0};

	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_va(FAKE_IPS), "R__start_orc_unwind_ip");
	fake_symbol_add(&t, fake_va(FAKE_IPS + 4 * fake_entries), "R__stop_orc_unwind_ip");
	fake_symbol_add(&t, fake_va(FAKE_ENTRIES), "R__start_orc_unwind");
	fake_symbol_add(&t, fake_va(FAKE_ENTRIES + 6 * fake_entries), "R__stop_orc_unwind");
	fake_symbol_add(&t, fake_va(FAKE_LOOKUP), "Rorc_lookup");
	fake_symbol_add(&t, fake_va(FAKE_LOOKUP + 4 * (blocks + 1)), "Rorc_lookup_end");
	fake_put_tables(&layout, &t);
	assert_int_equal(fake_open(f, t.info, &f->k.symbols, &f->err), 0);
	assert_int_equal(stack_unwinder_new(f, &f->k, NULL, &u, &f->err), 0);
	assert_int_equal(u->orc.n_tables, 1);
	assert_int_equal(u->orc.kernel.n_lookup, blocks + 1);
	assert_true(stack_is_text(u, fake_va(FAKE_TEXT_END - 1)));
	assert_false(stack_is_text(u, fake_va(FAKE_TEXT_END)));
}

/* struct module: the number of entries at 8, the two tables at 16 and 24. */
static int orc_member(void *priv, const char *type, const char *member, struct layout_member *ret,
	struct vmt_err *err)
{
	static const char *const members[] = {
		"arch.num_orcs", "arch.orc_unwind_ip", "arch.orc_unwind"};

	(void)priv;
	for (unsigned i = 0; strcmp(type, "module") == 0 && i < 3; i++)
		if (strcmp(member, members[i]) == 0) {
			*ret = (struct layout_member){.offset = 8 + 8 * i, .size = 8, .count = 1};
			return 0;
		}
	return err_set(err, VMT_ERR_NOTFOUND, "no %s.%s", type, member);
}

static void a_module_is_read_when_it_is_met(void **state)
{
	struct fake_walk *f = *state;
	const struct layout_provider provider = {.name = "test", .member = orc_member};
	struct kernel_module m = {.addr = fake_va(0xb0000), .n_ranges = 1};
	const struct module_list modules = {.items = &m, .n = 1};
	const struct orc_table *table;
	struct stack_unwinder *u;

	m.ranges[0].base = fake_va(0xc0000);
	m.ranges[0].text_size = 0x1000;
	assert_int_equal(layout_new(f, &f->k.layout, NULL), 0);
	assert_int_equal(layout_add(f->k.layout, &provider, NULL), 0);
	assert_int_equal(stack_unwinder_new(f, &f->k, &modules, &u, &f->err), 0);
	put_word(0xb0008, 5);
	put_word(0xb0010, fake_va(0xb1000));
	put_word(0xb0018, fake_va(0xb2000));
	table = orc_table_of(&u->orc, fake_va(0xc0800));
	assert_non_null(table);
	assert_int_equal(table->n, 5);
	assert_int_equal(table->ips, fake_va(0xb1000));
	assert_int_equal(table->entries, fake_va(0xb2000));
	put_word(0xb0008, CAP_ORC_ENTRIES + 1);
	assert_int_equal(orc_table_of(&u->orc, fake_va(0xc0800))->n, 5); /* only once */
	assert_int_equal(stack_unwinder_new(f, &f->k, &modules, &u, &f->err), 0);
	assert_int_equal(orc_table_of(&u->orc, fake_va(0xc0800))->n, 0);
	assert_true(stack_is_capped(u));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(follows_calls),
		TEST(crosses_stacks),
		TEST(old_indirect),
		TEST(registers_after_an_interruption),
		TEST(partial_registers),
		TEST(ends_at_user_code),
		TEST(calls_to_nowhere),
		TEST(function_without_tables),
		TEST(frame_pointers),
		TEST(kernel_of_frame_pointers),
		TEST(overwritten),
		TEST(goes_round),
		TEST(memory_is_missing),
		TEST(overflown),
		TEST(frames_are_capped),
		TEST(signal_frames),
		TEST(replaced_return_addresses),
		TEST(init_code),
		TEST(too_many_entries),
		TEST(an_endless_stack),
		TEST(the_index_ends_the_code),
		TEST(a_module_is_read_when_it_is_met),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
