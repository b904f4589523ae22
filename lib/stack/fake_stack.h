/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A kernel with code, ORC tables and stacks, laid out by hand, for tests. */
#ifndef VMT_STACK_FAKE_STACK_H
#define VMT_STACK_FAKE_STACK_H

#include "image/fake_kernel.h"
#include "stack/stack_internal.h"

/* Offsets in RAM. */
#define FAKE_TEXT 0x1000u /* as FAKE_STEXT */
#define FAKE_TEXT_END 0x6000u
#define FAKE_INIT 0x7000u /* code of the boot */
#define FAKE_INIT_END 0x7400u
#define FAKE_JIT 0x8000u /* code that no table covers */
#define FAKE_IPS 0x40000u
#define FAKE_ENTRIES 0x48000u
#define FAKE_LOOKUP 0x50000u
#define FAKE_TASK 0x80000u /* a task's stack of two pages, with an unmapped page below */
#define FAKE_TASK_END 0x82000u
#define FAKE_IRQ 0x90000u
#define FAKE_IRQ_END 0x91000u

/* x86's registers in the order of the row. */
enum { FAKE_RBP = 4, FAKE_R10 = 7, FAKE_RIP = 16, FAKE_CS = 17, FAKE_RSP = 19 };

/* Flags of an entry of the third format: registers, kind, signal. */
#define FAKE_FLAGS(sp_reg, bp_reg, kind, signal)                                                   \
	((sp_reg) | (bp_reg) << 4 | (kind) << 8 | (signal) << 11)

/* What to unwind, and the result. */
struct fake_walk {
	struct kernel_image k;
	struct stack_unwinder *u;
	struct cpu_stack stacks[2]; /* a task's and an interrupt's */
	struct stack_trace trace;
	struct vmt_err err;
	struct cpu_regs regs;
};

static unsigned fake_entries;

static inline void fake_set_stacks(struct fake_walk *f)
{
	f->stacks[0] = (struct cpu_stack){fake_va(FAKE_TASK), fake_va(FAKE_TASK_END), "task"};
	f->stacks[1] = (struct cpu_stack){fake_va(FAKE_IRQ), fake_va(FAKE_IRQ_END), "hardirq"};
}

static inline void fake_unwind(struct fake_walk *f)
{
	struct stack_start start = {
		.regs = f->regs, .exact = true, .stacks = f->stacks, .n_stacks = 2};

	assert_int_equal(stack_unwind(f->u, f, &start, &f->trace, &f->err), 0);
}

/* Adds an ORC entry, for code from this offset on. */
static inline void fake_orc(unsigned offset, unsigned flags, int sp_offset, int bp_offset)
{
	uint64_t ip = FAKE_IPS + 4 * fake_entries, e = FAKE_ENTRIES + 6 * fake_entries;

	fake_put(ip, 4, FAKE_TEXT + offset - ip);
	fake_put(e, 2, (uint64_t)sp_offset);
	fake_put(e + 2, 2, (uint64_t)bp_offset);
	fake_put(e + 4, 2, flags);
	fake_entries++;
}

static inline uint64_t fake_code(unsigned offset)
{
	return FAKE_IMAGE + FAKE_TEXT + offset;
}

/* The return address of a call in the code that ends at offset. */
static inline uint64_t fake_call(unsigned offset, uint64_t target)
{
	fake_put(FAKE_TEXT + offset - 5, 1, 0xe8);
	fake_put(FAKE_TEXT + offset - 4, 4, target - fake_code(offset));
	return fake_code(offset);
}

static inline struct cpu_regs fake_regs(uint64_t ip, uint64_t sp, uint64_t bp)
{
	struct cpu_regs r = {.known = (1u << 21) - 1};

	r.v[FAKE_RIP] = ip;
	r.v[FAKE_RSP] = sp;
	r.v[FAKE_RBP] = bp;
	r.v[FAKE_CS] = 0x10;
	return r;
}

/* A pt_regs in RAM. */
static inline void fake_put_regs(uint64_t at, const struct cpu_regs *r)
{
	for (unsigned i = 0; i < 21; i++)
		fake_put(at + 8 * i, 8, r->v[i]);
}

#endif
