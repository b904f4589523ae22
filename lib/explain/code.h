/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The instructions of one function, decoded, and where they can go next. */
#ifndef VMT_EXPLAIN_CODE_H
#define VMT_EXPLAIN_CODE_H

#include "arch/micro.h"

#define CODE_NOWHERE UINT32_MAX

struct code_insn {
	uint32_t offset; /* from the start of the function */
	uint32_t steps;	 /* index of the first */
	uint8_t n_steps, length;
	bool begins;   /* something jumps here: the state is kept here */
	bool goes_on;  /* to the next instruction */
	bool traps;    /* goes on only if nothing else leads there */
	uint32_t jump; /* index of the instruction it jumps to; CODE_NOWHERE: none in here */
};

struct flow_code {
	uint64_t start;
	struct code_insn *insns;
	uint32_t n;
	struct micro *steps;
	uint32_t n_steps;
};

struct code_bytes {
	uint64_t start; /* the address of the first one */
	const uint8_t *bytes;
	size_t n;
	const bool *filled; /* bytes that are filled in when the code is loaded; NULL: none */
};

/*
 * Decodes the bytes of a function; decoding ends early at bytes that are no instruction. The code
 * is a talloc child of ctx. VMT_ERR_LIMIT: more than CAP_FLOW_BYTES.
 */
int code_decode(TALLOC_CTX *ctx, const struct micro_machine *m, const struct code_bytes *from,
	struct flow_code **ret, struct vmt_err *err);

/* The index of the instruction at an address. CODE_NOWHERE: none begins there. */
uint32_t code_find(const struct flow_code *code, uint64_t addr);

/* The index of the instruction that ends at an address: the call of a return address. */
uint32_t code_find_before(const struct flow_code *code, uint64_t addr);

#endif
