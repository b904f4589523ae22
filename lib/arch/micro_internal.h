/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Only for micro*.c. */
#ifndef VMT_ARCH_MICRO_INTERNAL_H
#define VMT_ARCH_MICRO_INTERNAL_H

#include "arch/micro.h"

struct micro_code {
	const uint8_t *bytes;
	size_t n;
	uint64_t addr;
};

extern const struct micro_machine micro_x86_64, micro_aarch64;

/* The state of the decoder, a talloc child of ctx. VMT_ERR_UNSUPPORTED: there is no Capstone. */
int micro_x86_open(TALLOC_CTX *ctx, void **ret, struct vmt_err *err);

/* Decodes the instruction at the start of the code. False: it is none that is known. */
bool micro_x86_decode(void *state, const struct micro_code *code, struct micro_insn *ret);
bool micro_aarch64_decode(void *state, const struct micro_code *code, struct micro_insn *ret);

/* Adds a step; the last one that fits is kept for what is lost otherwise. */
static inline struct micro *micro_add(struct micro_insn *in, enum micro_op op)
{
	struct micro *m = &in->steps[in->n < MICRO_MAX ? in->n++ : MICRO_MAX - 1];

	*m = (struct micro){.op = op, .reg = MICRO_NONE, .base = MICRO_NONE, .index = MICRO_NONE};
	return m;
}

static inline void micro_kill(struct micro_insn *in, uint32_t mask)
{
	if (mask)
		micro_add(in, MICRO_KILL)->kill = mask;
}

static inline uint32_t micro_bit(uint8_t reg)
{
	return reg < MICRO_REGS ? 1u << reg : 0;
}

#endif
