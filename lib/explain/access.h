/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pointer that a fault went through: the type and member that it was to access, and where the
 * pointer came from, by the code of the function and the types in memory.
 */
#ifndef VMT_EXPLAIN_ACCESS_H
#define VMT_EXPLAIN_ACCESS_H

#include "explain/function.h"
#include "explain/region.h"

/* Strings are talloc children of the caller's context; NULL: not known. */
struct explained_pointer {
	const char *type;	/* "struct foo": what it should point to */
	const char *member;	/* of that type: "a.b[2]" */
	uint64_t member_offset; /* if there is a member */
	const char *expression; /* the pointer in C: "host->stats" */
	unsigned argument;	/* the expression is an argument of the function: which; 0: no */
	struct vmt_u64 value;	/* of the pointer, by the register */
	const char *how;	/* a sentence: how all of this is known */
	struct function_line
		around[FUNCTION_LINES]; /* the code around; known even if all else is not */
	unsigned n_around;
	const char *container; /* a sentence: how the struct around an argument is known */
	const char
		*source; /* a sentence: where the pointer was read; known even if all else is not */
	const char *cache;     /* the slab cache of that object, if no other cache shares it */
	bool freed, overrun;   /* that object is free; it was written over from the one before it */
	const char *insn;      /* that faulted */
	const char *reg;       /* that held the pointer */
	struct vmt_u64 in_reg; /* its value: the pointer, or what it is near to */
};

struct explained_access {
	uint64_t ip;			 /* of the instruction that faulted */
	struct vmt_u64 address;		 /* that it accessed, if known */
	const struct vmt_register *regs; /* at that time */
	size_t n_regs;
};

/* An access to memory by the instruction at ip. VMT_ERR_NOTFOUND: nothing can be said. */
int explain_access(TALLOC_CTX *ctx, const struct place_kernel *place,
	const struct explained_access *access, struct explained_pointer *ret, struct vmt_err *err);

/* A call through a pointer, by the address to return to. Likewise. */
int explain_call(TALLOC_CTX *ctx, const struct place_kernel *place, uint64_t return_to,
	struct explained_pointer *ret, struct vmt_err *err);

/* The same for code in a file: ip and return_to are the file's own addresses. */
int explain_access_in(TALLOC_CTX *ctx, const struct explain_code *code,
	const struct explained_access *access, struct explained_pointer *ret, struct vmt_err *err);
int explain_call_in(TALLOC_CTX *ctx, const struct explain_code *code, uint64_t return_to,
	struct explained_pointer *ret, struct vmt_err *err);

#endif
