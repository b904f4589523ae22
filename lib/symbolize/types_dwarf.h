/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The types of code from the DWARF of its file. Functions are found by address, so that of several
 * with one name the right one is taken, and of one that the compiler specialized what is left of
 * its parameters. A type is the offset of its entry in .debug_info.
 */
#ifndef VMT_SYMBOLIZE_TYPES_DWARF_H
#define VMT_SYMBOLIZE_TYPES_DWARF_H

#include "explain/types.h"
#include "symbolize/lines.h"

/* Converts an address, as the types are asked for, to the file's own. False: it is not in it. */
struct types_dwarf_place {
	void *arg;
	bool (*to_file)(void *arg, uint64_t addr, uint64_t *ret);
};

struct types_dwarf;

/* l is borrowed, and so is what place refers to. */
int types_dwarf_new(TALLOC_CTX *ctx, struct lines *l, const struct types_dwarf_place *place,
	struct types_dwarf **ret, struct vmt_err *err);

/* The provider; td must outlive it. */
struct types types_of_dwarf(struct types_dwarf *td);

#endif
