/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One function of the dead kernel, with its code and what its values are. */
#ifndef VMT_EXPLAIN_FUNCTION_H
#define VMT_EXPLAIN_FUNCTION_H

#include "explain/flow.h"
#include "image/image.h"
#include "kernel/modules.h"

/* What of the kernel is known. Borrowed. */
struct explain_kernel {
	const struct kernel_image *image;
	struct btf *btf;		   /* the kernel's own */
	const struct module_list *modules; /* NULL: not known */
};

#define FUNCTION_RESULTS 4 /* calls whose types are looked up, one after the other */

struct function {
	const struct explain_kernel *kernel;
	const struct kernel_module *module; /* NULL: the kernel itself */
	struct kallsym symbol;
	struct types types;
	struct types_function proto;
	uint8_t *bytes;
	struct flow_code *code;
	struct flow_input input;
	struct flow_result results[FUNCTION_RESULTS];
	struct flow *flow; /* NULL: nothing is known of its values */
};

/*
 * Reads the function that contains addr and follows its values, if its types are known (else flow
 * is NULL). *ret is a talloc child of ctx. Fails if its code cannot be read.
 */
int function_open(TALLOC_CTX *ctx, const struct explain_kernel *kernel, uint64_t addr,
	struct function **ret, struct vmt_err *err);

/*
 * The registers before an instruction (see flow_before), after the type of a call's result was
 * looked up if the value of register `of` needs it.
 */
bool function_before(
	struct function *fn, uint32_t insn, unsigned step, uint8_t of, struct flow_value *regs);

/* A value's origin in C; NULL: it cannot be said. A talloc child of ctx. */
const char *function_text(const struct function *fn, TALLOC_CTX *ctx, uint32_t origin);

/* An instruction and its address. */
struct function_line {
	uint64_t addr;
	const char *text; /* NULL: not to be had */
	bool current;
};

#define FUNCTION_LINES 15

/*
 * The instructions around one of them: a talloc child of ctx. Returns how many there are, at most
 * FUNCTION_LINES.
 */
unsigned function_around(const struct function *fn, TALLOC_CTX *ctx, uint32_t insn,
	struct function_line ret[FUNCTION_LINES]);

/* An instruction in words; NULL: not to be had. A talloc child of ctx. */
const char *function_insn_text(const struct function *fn, TALLOC_CTX *ctx, uint32_t insn);

#endif
