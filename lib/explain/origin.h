/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where in memory a pointer was read from, by the code in front of the fault and the registers at
 * the fault. No types are needed: a module without BTF has none.
 */
#ifndef VMT_EXPLAIN_ORIGIN_H
#define VMT_EXPLAIN_ORIGIN_H

#include "explain/function.h"
#include "explain/region.h"

struct origin_at {
	const struct micro_machine *machine;
	const struct flow_code *code;
	uint32_t insn; /* that faulted, before it changed a register */
	const struct vmt_register *regs;
	size_t n_regs;
};

/*
 * The address that the value of reg was read from. Memory must still have that value there. False:
 * not known, as in a value that is only read on one of several paths.
 */
bool origin_find(
	const struct origin_at *at, struct mem_space *space, uint8_t reg, uint64_t *address);

/* What the address points into, if that says who owned the pointer. */
struct origin_place {
	const char *sentence; /* a talloc child of the caller's context */
	const char *cache;    /* of the object, if no other cache shares it */
	bool freed, overrun;  /* it is free; it was written over from the one before it */
};

/* Says what the address, which reg was read from, points into. False: nothing that has a name. */
bool origin_explain(TALLOC_CTX *ctx, const struct place_kernel *place, const char *reg,
	uint64_t address, struct origin_place *ret);

#endif
