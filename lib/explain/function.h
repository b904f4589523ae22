/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One function of the dead kernel, with its code and what its values are. */
#ifndef VMT_EXPLAIN_FUNCTION_H
#define VMT_EXPLAIN_FUNCTION_H

#include "explain/flow.h"
#include "image/image.h"
#include "kernel/modules.h"

/* Types that memory lacks, from files. */
struct explain_files {
	void *arg;
	/* Those of a module (NULL: of the kernel). False: no file is there. NULL: none are wanted.
	 */
	bool (*types)(void *arg, const struct kernel_module *module, struct types *ret);
};

/* What of the kernel is known. Borrowed. */
struct explain_kernel {
	const struct kernel_image *image;
	struct btf *btf;		   /* the kernel's own */
	const struct module_list *modules; /* NULL: not known */
	struct explain_files files;
};

/* One function's code in a file, in the file's own addresses. Borrowed. */
struct explain_code {
	const char *arch, *name;
	struct code_bytes bytes;
	struct types types;
	void *arg;
	/* The name of what is at an address, a talloc child of ctx; NULL: not known. */
	const char *(*symbol)(void *arg, TALLOC_CTX *ctx, uint64_t addr);
};

#define FUNCTION_RESULTS 4 /* calls whose types are looked up, one after the other */

struct function {
	const struct explain_kernel *kernel; /* NULL: the code is that of a file */
	const struct explain_code *file;     /* NULL: that in memory */
	const struct kernel_module *module;  /* NULL: the kernel itself, or not known */
	struct kallsym symbol;
	struct types types;
	struct types_function proto;
	const uint8_t *bytes;
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

/* The same for a function in a file; code must outlive it. */
int function_open_file(TALLOC_CTX *ctx, const struct explain_code *code, struct function **ret,
	struct vmt_err *err);

/* The name of what is at an address; NULL: not known. A talloc child of ctx. */
const char *function_symbol(const struct function *fn, TALLOC_CTX *ctx, uint64_t addr);

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
