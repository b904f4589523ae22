/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of lines share. */
#ifndef VMT_SYMBOLIZE_LINES_INTERNAL_H
#define VMT_SYMBOLIZE_LINES_INTERNAL_H

#include "base/caps.h"
#include "symbolize/lines.h"
#include "symbolize/reloc.h"

struct cur;

/* A range of code of one unit. */
struct lines_range {
	uint64_t start, end; /* past the last byte */
	uint64_t unit;	     /* offset of the unit's header in .debug_info */
};

struct lines_ranges {
	struct lines_range *items;
	size_t n;
};

struct lines_reloc;

struct lines {
	Elf *elf;
	Dwarf *dwarf;
	bool big_endian;
	struct lines_reloc *reloc;  /* only for a relocatable file */
	struct lines_ranges listed; /* from .debug_aranges */
	struct lines_ranges others; /* of units that it leaves out; filled when first needed */
	bool has_others;
	Dwarf_Off functions_of; /* the unit that was asked for last */
	Dwarf_Die *functions;	/* its functions; NULL: not listed */
	size_t n_functions;
	bool capped; /* calls or blocks nest deeper than caps.h allows, or names are too many */
};

/*
 * The path of a file of a unit that was compiled in the folder top, without the top of the source
 * tree, and without "./" and "x/../". NULL: no memory.
 */
const char *lines_tidy_path(TALLOC_CTX *ctx, const char *path, const char *top);

/* Parses .debug_aranges as far as it is well-formed. */
int lines_parse_aranges(
	TALLOC_CTX *ctx, struct cur *c, struct lines_ranges *ret, struct vmt_err *err);

/* Reads which unit covers which code; to be called after lines_relocate(). */
int lines_read_units(struct lines *l, struct vmt_err *err);

/* The DIE of the unit that contains addr; false: none. */
bool lines_unit_die(struct lines *l, uint64_t addr, Dwarf_Die *ret);

/*
 * The first relocates what is read of every unit; the second, what is read of one unit; the third,
 * all that remains.
 */
int lines_relocate(struct lines *l, struct vmt_err *err);
int lines_relocate_unit(struct lines *l, uint64_t unit, struct vmt_err *err);
int lines_relocate_rest(struct lines *l, struct vmt_err *err);

/* Relocates the locations of variables. */
int lines_relocate_locations(struct lines *l, struct vmt_err *err);

/* The function at an address, then the inlined calls and blocks in it: outermost first. */
struct lines_scopes {
	Dwarf_Die dies[CAP_DIE_DEPTH];
	size_t n;
};

/* False: the file does not know. */
bool lines_scopes_at(struct lines *l, uint64_t addr, struct lines_scopes *ret);

/* Restores the file's own bytes. */
void lines_relocate_end(struct lines *l);

#endif
