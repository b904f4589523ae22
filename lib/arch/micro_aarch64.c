// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A64, by the encoding groups of the Arm Architecture Reference Manual (C4.1). Only what moves
 * pointers is modelled. Of anything else, every field that can name a written register is killed.
 */
#include "arch/micro_internal.h"
#include "base/cur.h"

#define SP 31
#define RD(w) ((uint8_t)((w)&31))
#define RN(w) ((uint8_t)((w) >> 5 & 31))
#define RT2(w) ((uint8_t)((w) >> 10 & 31))
#define RM(w) ((uint8_t)((w) >> 16 & 31))
#define BITS(w, at, n) ((w) >> (at) & ((1u << (n)) - 1))

static const char *const names[] = {"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9",
	"x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22",
	"x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp"};

const struct micro_machine micro_aarch64 = {
	.arch = "aarch64",
	.names = names,
	.n_regs = 32,
	.sp = SP,
	.result = 0,
	.args = {0, 1, 2, 3, 4, 5, 6, 7},
	.n_args = 8,
	.volatiles = 0x4007ffff, /* x0-x18, x30 */
};

static uint64_t sign(uint64_t v, unsigned bits)
{
	uint64_t top = 1ull << (bits - 1);

	return (v ^ top) - top;
}

/* Register 31 is zero where it is not sp. */
static uint32_t plain_bit(uint8_t reg)
{
	return reg == SP ? 0 : micro_bit(reg);
}

static void add(struct micro_insn *in, uint8_t reg, uint8_t base, uint64_t imm)
{
	struct micro *m = micro_add(in, MICRO_ADD);

	m->reg = reg;
	m->base = base;
	m->imm = imm;
}

static void set(struct micro_insn *in, uint8_t reg, uint64_t imm)
{
	struct micro *m;

	if (reg == SP)
		return;
	m = micro_add(in, MICRO_CONST);
	m->reg = reg;
	m->imm = imm;
}

/* ---- data processing --------------------------------------------------------------------- */

static void immediate(uint32_t w, uint64_t addr, struct micro_insn *in)
{
	uint64_t page = sign((uint64_t)BITS(w, 5, 19) << 2 | BITS(w, 29, 2), 21);
	bool is_64 = w >> 31;

	if ((w & 0x9f000000) == 0x90000000) /* adrp */
		set(in, RD(w), (addr & ~0xfffull) + (page << 12));
	else if ((w & 0x9f000000) == 0x10000000) /* adr */
		set(in, RD(w), addr + page);
	else if ((w & 0x1f800000) == 0x11000000) { /* add, sub; with S (cmp) 31 is zero */
		uint64_t imm = (uint64_t)BITS(w, 10, 12) << (BITS(w, 22, 1) ? 12 : 0);

		if (is_64 && !BITS(w, 29, 1))
			add(in, RD(w), RN(w), BITS(w, 30, 1) ? -imm : imm);
		else
			micro_kill(in, BITS(w, 29, 1) ? plain_bit(RD(w)) : micro_bit(RD(w)));
	} else if ((w & 0x7f800000) == 0x52800000) { /* movz */
		set(in, RD(w), (uint64_t)BITS(w, 5, 16) << 16 * BITS(w, 21, 2));
	} else if ((w & 0x1f800000) == 0x12000000 && BITS(w, 29, 2) != 3) {
		micro_kill(in, micro_bit(RD(w))); /* and, orr, eor may write sp */
	} else {
		micro_kill(in, plain_bit(RD(w)));
	}
}

static void registers(uint32_t w, struct micro_insn *in)
{
	if ((w & 0xffe0ffe0) == 0xaa0003e0) { /* mov xD, xM */
		struct micro *m;

		if (RM(w) == SP) {
			set(in, RD(w), 0);
			return;
		}
		if (RD(w) == SP)
			return;
		m = micro_add(in, MICRO_MOVE);
		m->reg = RD(w);
		m->base = RM(w);
	} else if ((w & 0xffe0ffe0) == 0x2a0003e0 && RM(w) == SP) { /* mov wD, wzr */
		set(in, RD(w), 0);
	} else if ((w & 0xffe00c00) == 0x9a800000 && RD(w) != SP && RM(w) != SP &&
		   RN(w) != SP) { /* csel xD, xN, xM */
		struct micro *m = micro_add(in, MICRO_MOVE);

		/* If xD is xM, it must not be overwritten first. */
		m->reg = RD(w);
		m->base = RD(w) == RM(w) ? RM(w) : RN(w);
		m = micro_add(in, MICRO_EITHER);
		m->reg = RD(w);
		m->base = RD(w) == RM(w) ? RN(w) : RM(w);
	} else if ((w & 0x3fe00000) == 0x0b200000) { /* add, sub extended: may write sp */
		micro_kill(in, micro_bit(RD(w)));
	} else {
		micro_kill(in, plain_bit(RD(w)));
	}
}

/* ---- loads and stores -------------------------------------------------------------------- */

static struct micro *add_access(struct micro_insn *in, enum micro_op what, uint8_t reg,
	uint8_t base, uint64_t imm, unsigned size)
{
	struct micro *m = micro_add(in, what);

	m->reg = reg == SP ? MICRO_NONE : reg;
	m->base = base;
	m->imm = imm;
	m->size = (uint8_t)size;
	return m;
}

static enum micro_op access_of(bool load)
{
	return load ? MICRO_LOAD : MICRO_STORE;
}

/* ldp, stp, ldnp, ldpsw: in all forms of address. */
static void pair(uint32_t w, struct micro_insn *in)
{
	bool vector = BITS(w, 26, 1), load = BITS(w, 22, 1);
	enum micro_op what = access_of(load);
	unsigned opc = BITS(w, 30, 2), mode = BITS(w, 23, 2);
	unsigned size = vector ? 4u << opc : opc == 2 ? 8 : 4;
	uint64_t off = sign(BITS(w, 15, 7), 7) * size, at = mode == 1 ? 0 : off;
	uint8_t first = vector ? SP : RD(w), second = vector ? SP : RT2(w);

	if (mode == 3) { /* pre-index: the base changes first */
		add(in, RN(w), RN(w), off);
		at = 0;
	}
	if (load && first == RN(w) && first != SP) { /* the address is needed once more */
		add_access(in, what, second, RN(w), at + size, size);
		add_access(in, what, first, RN(w), at, size);
	} else {
		add_access(in, what, first, RN(w), at, size);
		add_access(in, what, second, RN(w), at + size, size);
	}
	if (mode == 1)
		add(in, RN(w), RN(w), off);
}

/* A plain load or store of one register. What is not one is a prefetch. */
static void single(uint32_t w, struct micro_insn *in)
{
	bool vector = BITS(w, 26, 1);
	unsigned opc = BITS(w, 22, 2), log = BITS(w, 30, 2) | (vector && opc & 2 ? 4 : 0);
	unsigned size = 1u << log, mode = BITS(w, 10, 2);
	enum micro_op what = access_of(vector ? opc & 1 : opc != 0);
	uint8_t reg = vector ? SP : RD(w);
	struct micro *m;

	if (!vector && log == 3 && opc == 2) /* prfm */
		return;
	if (BITS(w, 24, 1)) { /* unsigned offset */
		add_access(in, what, reg, RN(w), (uint64_t)BITS(w, 10, 12) * size, size);
		return;
	}
	if (BITS(w, 21, 1)) { /* register offset; other forms there are atomics */
		m = add_access(in, what, reg, RN(w), 0, size);
		m->index = RM(w) == SP ? MICRO_NONE : RM(w);
		m->scale = (uint8_t)(BITS(w, 12, 1) ? size : 1);
		return;
	}
	if (mode == 3)
		add(in, RN(w), RN(w), sign(BITS(w, 12, 9), 9));
	add_access(
		in, what, reg, RN(w), mode == 1 || mode == 3 ? 0 : sign(BITS(w, 12, 9), 9), size);
	if (mode == 1)
		add(in, RN(w), RN(w), sign(BITS(w, 12, 9), 9));
}

static void memory(uint32_t w, uint64_t addr, struct micro_insn *in)
{
	unsigned size = 1u << BITS(w, 30, 2);

	if ((w & 0x3a000000) == 0x28000000) {
		pair(w, in);
	} else if ((w & 0x3b000000) == 0x18000000) { /* literal */
		if (!BITS(w, 26, 1) && BITS(w, 30, 2) != 3)
			add_access(in, MICRO_LOAD, RD(w), MICRO_NONE,
				addr + sign((uint64_t)BITS(w, 5, 19) << 2, 21),
				BITS(w, 30, 2) == 1 ? 8 : 4);
	} else if ((w & 0x3a000000) == 0x38000000 &&
		   (BITS(w, 24, 1) || !BITS(w, 21, 1) || BITS(w, 10, 2) == 2)) {
		single(w, in);
	} else if ((w & 0x3b200c00) == 0x38200000) {	   /* atomics: ldadd, swp, ldapr */
		if (RM(w) == SP && BITS(w, 12, 4) == 12) { /* ldapr */
			add_access(in, MICRO_LOAD, RD(w), RN(w), 0, size);
		} else {
			add_access(in, MICRO_STORE, SP, RN(w), 0, size);
			micro_kill(in, plain_bit(RD(w)));
		}
	} else if ((w & 0x3f000000) == 0x08000000) { /* exclusive, ordered, cas */
		bool load = BITS(w, 22, 1);

		if (!load && BITS(w, 23, 1) && !BITS(w, 21, 1)) /* stlr */
			add_access(in, MICRO_STORE, RD(w), RN(w), 0, size);
		else if (load && !BITS(w, 21, 1)) /* ldxr, ldaxr, ldar */
			add_access(in, MICRO_LOAD, RD(w), RN(w), 0, size);
		else {
			add_access(in, access_of(load), SP, RN(w), 0, size);
			micro_kill(in, plain_bit(RM(w)) | plain_bit(RD(w)) | plain_bit(RT2(w)));
		}
	} else { /* vectors of several registers, memory tags, copies */
		add_access(in, MICRO_STORE, SP, RN(w), 0, 0);
		micro_kill(in,
			plain_bit(RD(w)) | micro_bit(RN(w)) | plain_bit(RM(w)) | plain_bit(RT2(w)));
	}
}

/* ---- branches ---------------------------------------------------------------------------- */

static void branch_to(struct micro_insn *in, enum micro_op op, uint64_t to)
{
	micro_add(in, op)->imm = to;
}

static void branch(uint32_t w, uint64_t addr, struct micro_insn *in)
{
	uint64_t far = addr + sign((uint64_t)BITS(w, 0, 26) << 2, 28);
	uint64_t near = addr + sign((uint64_t)BITS(w, 5, 19) << 2, 21);

	if ((w & 0x7c000000) == 0x14000000) { /* b, bl */
		branch_to(in, w >> 31 ? MICRO_CALL : MICRO_JUMP, far);
	} else if ((w & 0x7c000000) == 0x34000000) { /* cbz, tbz */
		branch_to(in, MICRO_BRANCH,
			BITS(w, 25, 1) ? addr + sign((uint64_t)BITS(w, 5, 14) << 2, 16) : near);
	} else if ((w & 0xfe000000) == 0x54000000) { /* b.cond */
		branch_to(in, MICRO_BRANCH, near);
	} else if ((w & 0xfe000000) == 0xd6000000) {
		unsigned opc = BITS(w, 21, 4) & 3;

		/* blr; br and ret in all forms */
		micro_add(in, opc == 1 ? MICRO_CALL : MICRO_STOP)->base =
			opc == 2 ? MICRO_NONE : RN(w);
	} else if ((w & 0xffe0001f) == 0xd4200000) { /* brk */
		micro_add(in, MICRO_TRAP);
	} else if ((w & 0xff000000) == 0xd4000000) { /* svc, hvc, smc */
		micro_kill(in, 0x3ffff);
	} else if ((w & 0xffe00000) == 0xd5200000) { /* mrs, sysl */
		micro_kill(in, plain_bit(RD(w)));
	} else if ((w & 0xfffff01f) == 0xd503201f) { /* hints: some sign a pointer in place */
		micro_kill(in, micro_bit(17) | micro_bit(30));
	}
}

bool micro_aarch64_decode(void *state, const struct micro_code *code, struct micro_insn *ret)
{
	uint32_t w;

	(void)state;
	if (code->n < 4)
		return false;
	w = (uint32_t)cur_load_little(code->bytes, 4);
	ret->length = 4;
	switch (BITS(w, 25, 4)) {
	case 0: /* reserved: udf */
		micro_add(ret, MICRO_TRAP);
		break;
	case 8:
	case 9:
		immediate(w, code->addr, ret);
		break;
	case 10:
	case 11:
		branch(w, code->addr, ret);
		break;
	case 5:
	case 13:
		registers(w, ret);
		break;
	case 4:
	case 6:
	case 12:
	case 14:
		memory(w, code->addr, ret);
		break;
	default: /* vectors, of which some write a general register; SVE, SME */
		micro_kill(ret, plain_bit(RD(w)));
		break;
	}
	return true;
}
