/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The types of one piece of code (the kernel, or a module), from BTF or DWARF. A type is a number
 * that only its source understands; 0 is void.
 */
#ifndef VMT_EXPLAIN_TYPES_H
#define VMT_EXPLAIN_TYPES_H

#include "image/btf_walk.h"

#define TYPES_PARAMS_MAX 8
#define TYPES_NO_REG 0xff

struct types_param {
	char name[64];
	uint64_t type;
	uint8_t reg; /* which of the registers with arguments has it; TYPES_NO_REG: none */
};

struct types_function {
	struct types_param params[TYPES_PARAMS_MAX]; /* in their order */
	unsigned n_params;
	uint64_t result;
};

struct types_member {
	char path[BTF_TEXT_MAX]; /* "" if the type is a scalar, accessed itself */
	uint64_t type;
	uint64_t offset;
	bool exact; /* all of it is accessed */
};

/* A variable of the source that can be told from a register. */
struct types_held {
	const char *name; /* of the source of the types */
	uint64_t type;
	int64_t offset; /* the register is this much larger */
};

struct types {
	void *priv;
	const char *words; /* the start of a sentence: "By the kernel's types (BTF)" */
	bool by_address;   /* functions of one name are told apart */
	struct btf *btf;   /* whose types these are; NULL: none */
	/* The function with this symbol's name, at addr. False: not known for certain. */
	bool (*function)(void *priv, const char *name, uint64_t addr, struct types_function *ret);
	/* What a pointer points to, without qualifiers. False: it is no pointer. */
	bool (*pointee)(void *priv, uint64_t type, uint64_t *ret);
	bool (*member)(void *priv, uint64_t type, uint64_t offset, unsigned size,
		struct types_member *ret);
	bool (*size)(void *priv, uint64_t type, uint64_t *ret);
	/*
	 * The variables that a register (by its number in arch/micro.h) holds before the
	 * instruction at an address, the innermost ones first. Returns how many, at most n. NULL:
	 * the source knows no variables.
	 */
	unsigned (*held)(
		void *priv, uint64_t addr, uint8_t reg, struct types_held *ret, unsigned n);
	void (*text)(void *priv, uint64_t type, char *buf, size_t size);
};

/* btf must outlive the types. */
struct types types_of_btf(struct btf *btf);

#endif
