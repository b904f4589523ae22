/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the registers hold at any instruction of a function: the types of its parameters are
 * followed through moves, loads and stack slots. Where paths join with different values, the value
 * is given up, so what is said holds on every path.
 */
#ifndef VMT_EXPLAIN_FLOW_H
#define VMT_EXPLAIN_FLOW_H

#include "explain/code.h"
#include "explain/types.h"

enum flow_kind {
	FLOW_UNKNOWN,
	FLOW_STACK,   /* the stack pointer at entry, plus offset */
	FLOW_CONST,   /* offset */
	FLOW_POINTER, /* to type, plus offset bytes */
	FLOW_SCALAR,  /* of type, plus offset */
	FLOW_RESULT,  /* of a call whose type was not asked for */
};

struct flow_value {
	enum flow_kind kind;
	uint32_t origin; /* 0: any */
	uint64_t type;
	int64_t offset;
};

enum flow_source {
	FLOW_ANY,
	FLOW_PARAM,
	FLOW_MEMBER,   /* loaded from a member of what base points to */
	FLOW_CALLED,   /* the result of a call */
	FLOW_VARIABLE, /* loaded from a variable */
};

struct flow_origin {
	enum flow_source source;
	unsigned param;	    /* PARAM: 0 is the first */
	const char *name;   /* PARAM: its name, or ""; MEMBER: the path, "" for *base */
	uint64_t type;	    /* MEMBER: of the struct */
	uint64_t member_at; /* MEMBER: offset in it */
	uint32_t base;	    /* MEMBER: origin of the pointer to it */
	uint64_t addr;	    /* CALLED: of the function, 0: not known; VARIABLE: its own */
	uint32_t insn;	    /* that brought it here */
};

/* The types of results of functions that were asked for. */
struct flow_result {
	uint64_t function, type;
};

/* A parameter that points into a larger struct: see container.h. */
struct flow_container {
	bool known;
	unsigned param;
	uint64_t type;	  /* of the larger struct */
	uint64_t offset;  /* of what the parameter points to */
	const char *name; /* the parameter as a pointer to the larger struct, in C */
};

/* An access outside of the struct that a parameter points to. */
struct flow_outside {
	unsigned param;
	int64_t at;
	unsigned size;
};

struct flow_input {
	const struct micro_machine *machine;
	const struct types *types;
	const struct flow_code *code;
	const struct types_function *function; /* NULL: nothing is known of its parameters */
	const struct flow_result *results;
	unsigned n_results;
	struct flow_container container;
};

struct flow;

/*
 * Follows all values. The flow is a talloc child of ctx and borrows its input. VMT_ERR_LIMIT: a cap
 * was reached, and nothing is known.
 */
int flow_run(TALLOC_CTX *ctx, const struct flow_input *in, struct flow **ret, struct vmt_err *err);

/*
 * The registers before an instruction, and before one of its steps. False: no path leads there, as
 * far as is known.
 */
bool flow_before(struct flow *f, uint32_t insn, unsigned step, struct flow_value *regs);

/* The accesses outside of what parameters point to: all of them, up to CAP_FLOW_OUTSIDE. */
const struct flow_outside *flow_outside(const struct flow *f, unsigned *n);

/* An origin by its number. NULL: 0, which is none. */
const struct flow_origin *flow_origin(const struct flow *f, uint32_t origin);

/*
 * The value in C, as the source may have it: "host->stats"; NULL: it cannot be said. variable()
 * names what is at an address. A talloc child of ctx.
 */
const char *flow_text(const struct flow *f, TALLOC_CTX *ctx, uint32_t origin,
	const char *(*variable)(const void *arg, TALLOC_CTX *ctx, uint64_t addr), const void *arg);

#endif
