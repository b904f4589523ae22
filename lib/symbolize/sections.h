/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections of an ELF file, and the addresses that those of a module get here. */
#ifndef VMT_SYMBOLIZE_SECTIONS_H
#define VMT_SYMBOLIZE_SECTIONS_H

#include <gelf.h>
#include <talloc.h>

#include "base/err.h"

/* The section by that name, with its header; NULL: none. */
Elf_Scn *sections_find(Elf *elf, const char *name, GElf_Shdr *header);

/* The bytes of the section by that name; *index is its number; NULL: none. */
Elf_Data *sections_data(Elf *elf, const char *name, size_t *index);

/* The same, as they are in the file. */
Elf_Data *sections_raw(Elf *elf, const char *name, size_t *index);

/* A section that takes part in the running code. */
struct section {
	const char *name; /* the file's */
	uint64_t base;	  /* made up; 0: this one takes no part */
	uint64_t size;
};

struct sections {
	struct section *items; /* by index */
	size_t n;
	struct name_index *names; /* those that take part */
};

/* Gives the sections of a relocatable file addresses; the array hangs on ctx. */
int sections_place(TALLOC_CTX *ctx, Elf *elf, struct sections *ret, struct vmt_err *err);

/* The section with that index or by that name, if it takes part; NULL: none. */
const struct section *sections_by_index(const struct sections *s, size_t index);
const struct section *sections_by_name(const struct sections *s, const char *name);

#endif
