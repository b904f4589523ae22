/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Instructions as what they do to registers and memory, for following values through a function.
 * One instruction is up to MICRO_MAX steps, in order. What is not modelled is MICRO_KILL: the
 * registers that it may write hold something unknown afterwards.
 *
 * Registers are numbered as instructions encode them. x86_64: rax 0, rcx 1, rdx 2, rbx 3, rsp 4,
 * rbp 5, rsi 6, rdi 7, r8 8 ... r15 15. arm64: x0 0 ... x30 30, sp 31.
 */
#ifndef VMT_ARCH_MICRO_H
#define VMT_ARCH_MICRO_H

#include <stdbool.h>

#include "base/alloc.h"
#include "base/err.h"

#define MICRO_MAX 6
#define MICRO_REGS 32
#define MICRO_NONE 0xff /* no register */

enum micro_op {
	MICRO_KILL,   /* the registers in kill hold something unknown */
	MICRO_MOVE,   /* reg = base */
	MICRO_ADD,    /* reg = base + imm */
	MICRO_EITHER, /* reg = reg or base */
	MICRO_CONST,  /* reg = imm */
	MICRO_LOAD,   /* reg (or MICRO_NONE) = memory at base + index * scale + imm */
	MICRO_STORE,  /* memory there = reg (or something unknown) */
	MICRO_CALL,   /* of imm, or of base; imm 0 and no base: not known */
	MICRO_JUMP,   /* to imm and nowhere else */
	MICRO_BRANCH, /* to imm, or on */
	MICRO_STOP,   /* execution does not go on here; base: an indirect jump's register */
	MICRO_TRAP,   /* raises an exception: usually the end */
};

struct micro {
	enum micro_op op;
	uint8_t reg, base, index;
	uint8_t scale;
	uint8_t size;	/* bytes accessed; 0: not known */
	bool elsewhere; /* in another segment (per-CPU data): base and imm are no address */
	uint32_t kill;	/* mask of registers */
	uint64_t imm;
};

struct micro_insn {
	struct micro steps[MICRO_MAX];
	unsigned n;
	unsigned length; /* bytes */
};

/* How functions of a machine are called, and the decoder. */
struct micro_machine {
	const char *arch;
	const char *const *names; /* by number, as report registers and disassembly have them */
	unsigned n_regs;
	uint8_t sp;
	uint8_t result; /* where a function returns its value */
	uint8_t args[8];
	uint8_t n_args;
	uint32_t volatiles;	/* registers that a call may change */
	uint8_t stack_at_entry; /* bytes that a call pushes */
};

/* NULL: no decoder for that architecture (as printed by uname -m). */
const struct micro_machine *micro_machine_find(const char *arch);

/* The number of a register by its name, also as the kernel prints it ("r08"). MICRO_NONE: none. */
uint8_t micro_reg_find(const struct micro_machine *m, const char *name);

struct micro_decoder;

/* A talloc child of ctx. VMT_ERR_UNSUPPORTED: no decoder. */
int micro_decoder_new(TALLOC_CTX *ctx, const struct micro_machine *m, struct micro_decoder **ret,
	struct vmt_err *err);

/* Decodes the first instruction of n bytes at addr. False: it is not one. */
bool micro_decode(struct micro_decoder *d, const uint8_t *bytes, size_t n, uint64_t addr,
	struct micro_insn *ret);

#endif
