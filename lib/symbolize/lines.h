/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Source lines and inlined calls of an address, from the DWARF of one file. Reads just the units
 * that the addresses lie in.
 *
 * Addresses are the file's own: of a vmlinux those it was linked to. A module has none before it is
 * loaded: its sections get made-up ones, that lines_sections() tells.
 */
#ifndef VMT_SYMBOLIZE_LINES_H
#define VMT_SYMBOLIZE_LINES_H

#include <elfutils/libdw.h>
#include <talloc.h>

#include "symbolize/sections.h"

struct lines;

/* A place in the source. */
struct lines_place {
	const char *function;  /* as the source names it; NULL: not known */
	const char *file;      /* from the top of the source tree, where it lies in that; or NULL */
	uint32_t line, column; /* 0: not known */
	bool inlined;	       /* its code is part of the next place's function */
};

/*
 * elf is the file that dwarf was made of; both are borrowed, and belong to *ret (a child of ctx) as
 * long as that lives: the bytes of a module's debug sections are changed meanwhile.
 */
int lines_new(TALLOC_CTX *ctx, Elf *elf, Dwarf *dwarf, struct lines **ret, struct vmt_err *err);

/*
 * Where addr is in the source: innermost first, the last one not inlined; all on ctx. *n is 0 where
 * the file does not know. Of a call give an address inside of it, not that after it.
 */
int lines_at(struct lines *l, TALLOC_CTX *ctx, uint64_t addr, struct lines_place **ret, size_t *n,
	struct vmt_err *err);

/* The unit that addr lies in, as a number to compare; false: none does. */
bool lines_unit(struct lines *l, uint64_t addr, uint64_t *ret);

/* Whether something was left out since it is more than caps.h allows. */
bool lines_are_capped(const struct lines *l);

/* Of a module, whose sections have no addresses of their own; NULL: a file that is linked. */
const struct sections *lines_sections(const struct lines *l);

#endif
