/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections of an ELF file, and made-up addresses for those of a module. */
#ifndef VMT_SYMBOLIZE_SECTIONS_H
#define VMT_SYMBOLIZE_SECTIONS_H

#include <gelf.h>

#include "base/alloc.h"
#include "base/err.h"

/* The section by that name, with its header; NULL: none. */
Elf_Scn *sections_find(Elf *elf, const char *name, GElf_Shdr *header);

/* The bytes of the section by that name, and its index; NULL: none. */
Elf_Data *sections_data(Elf *elf, const char *name, size_t *index);

/* The same, but raw, as in the file. */
Elf_Data *sections_raw(Elf *elf, const char *name, size_t *index);

/* A section that may be in memory at run time. */
struct section {
	const char *name; /* the file's */
	uint64_t base;	  /* made up; 0: never in memory */
	uint64_t size;
};

struct sections {
	struct section *items; /* by index */
	size_t n;
	struct name_index *names; /* of those that have a base */
};

/* Gives the sections of a relocatable file addresses; the array is a talloc child of ctx. */
int sections_place(TALLOC_CTX *ctx, Elf *elf, struct sections *ret, struct vmt_err *err);

/* The section with that index or name, if it has a base; NULL: none. */
const struct section *sections_by_index(const struct sections *s, size_t index);
const struct section *sections_by_name(const struct sections *s, const char *name);

#endif
