/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Source lines and inlined calls of an address, from the DWARF of one file. Reads only the units
 * that contain the addresses.
 *
 * Addresses are the file's own: those that a vmlinux was linked to. A module has none before it is
 * loaded, so its sections get made-up addresses: see lines_sections().
 */
#ifndef VMT_SYMBOLIZE_LINES_H
#define VMT_SYMBOLIZE_LINES_H

#include <elfutils/libdw.h>

#include "base/alloc.h"
#include "symbolize/sections.h"

struct lines;

/* A place in the source. */
struct lines_place {
	const char *function;  /* as the source names it; NULL: not known */
	const char *file;      /* relative to the top of the source tree if it is inside; or NULL */
	uint32_t line, column; /* 0: not known */
	bool inlined;	       /* inlined into the next place's function */
};

/*
 * dwarf was opened from elf. Both are borrowed, and nobody else may use them while *ret (a child of
 * ctx) lives: it changes the bytes of a module's debug sections.
 */
int lines_new(TALLOC_CTX *ctx, Elf *elf, Dwarf *dwarf, struct lines **ret, struct vmt_err *err);

/*
 * Where addr is in the source: innermost first, the last one not inlined; talloc children of ctx.
 * *n is 0 where the file does not know. For a call, pass an address inside the instruction, not the
 * return address.
 */
int lines_at(struct lines *l, TALLOC_CTX *ctx, uint64_t addr, struct lines_place **ret, size_t *n,
	struct vmt_err *err);

/* The unit that contains addr, as a number to compare; false: none. */
bool lines_unit(struct lines *l, uint64_t addr, uint64_t *ret);

/* Whether something was left out because of a cap in caps.h. */
bool lines_are_capped(const struct lines *l);

/*
 * The sections of a module, with the addresses that they get here; NULL: the file is linked and has
 * its own.
 */
const struct sections *lines_sections(const struct lines *l);

#endif
