/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of lines share. */
#ifndef VMT_SYMBOLIZE_LINES_INTERNAL_H
#define VMT_SYMBOLIZE_LINES_INTERNAL_H

#include "symbolize/lines.h"
#include "symbolize/reloc.h"

struct cur;

/* Code of one unit. */
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
	struct lines_reloc *reloc;  /* of a relocatable file alone */
	struct lines_ranges listed; /* by .debug_aranges */
	struct lines_ranges others; /* of the units that it leaves out; filled when first needed */
	bool has_others;
	bool capped; /* calls or blocks nest deeper than caps.h allows, or names are too many */
};

/* Adds a range; its memory hangs on ctx. */
int lines_ranges_add(TALLOC_CTX *ctx, struct lines_ranges *ranges, const struct lines_range *range,
	struct vmt_err *err);

/* Parses .debug_aranges, as far as it makes sense. */
int lines_parse_aranges(
	TALLOC_CTX *ctx, struct cur *c, struct lines_ranges *ret, struct vmt_err *err);

/* Reads which unit covers what; after the relocation. */
int lines_read_units(struct lines *l, struct vmt_err *err);

/* The DIE of the unit that addr lies in; false: none does. */
bool lines_unit_die(struct lines *l, uint64_t addr, Dwarf_Die *ret);

/* Relocates what is read of all units; then what is read of one unit, or all there is. */
int lines_relocate(struct lines *l, struct vmt_err *err);
int lines_relocate_unit(struct lines *l, uint64_t unit, struct vmt_err *err);
int lines_relocate_rest(struct lines *l, struct vmt_err *err);

/* Gives the file its own bytes back. */
void lines_relocate_end(struct lines *l);

#endif
