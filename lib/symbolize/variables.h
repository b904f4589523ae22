/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments and local variables at an address, with their values, from the DWARF of one file. */
#ifndef VMT_SYMBOLIZE_VARIABLES_H
#define VMT_SYMBOLIZE_VARIABLES_H

#include "symbolize/lines.h"

/* Where values are read from. */
struct variables_machine {
	void *arg;
	/* The register with that DWARF number, in the frame. False: not known. */
	bool (*reg)(void *arg, unsigned number, uint64_t *ret);
	/* size bytes (1, 2, 4 or 8) of memory as a number. */
	bool (*read)(void *arg, uint64_t addr, unsigned size, uint64_t *ret);
	struct vmt_u64 cfa;  /* the canonical frame address */
	struct vmt_u64 bias; /* run-time minus link-time addresses; not known: of no use */
	uint64_t addr;	     /* where the frame stopped; one of the file's own addresses */
};

/* Strings are talloc children of the caller's context. */
struct variable {
	const char *function; /* the function, or inlined call, that it belongs to */
	const char *name;
	const char *type;  /* "struct foo *", "u32" */
	const char *value; /* "0xffff888012345678", "-5"; NULL: optimized out, or not a number */
	bool argument;
	struct vmt_u64 address; /* if it is in memory */
};

/*
 * The variables of the functions around machine->addr (the innermost inlined call first), in the
 * order of the source; blocks inside a function come after it. *n is 0 if the file does not know.
 */
int variables_at(struct lines *l, TALLOC_CTX *ctx, const struct variables_machine *machine,
	struct variable **ret, size_t *n, struct vmt_err *err);

#endif
