/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Relocates the debug sections of a module's file, for the addresses that its sections get here.
 * Sections are relocated only as far as they are read.
 */
#ifndef VMT_SYMBOLIZE_RELOC_H
#define VMT_SYMBOLIZE_RELOC_H

#include "symbolize/sections.h"

struct reloc_symbol;

struct reloc_file {
	Elf *elf;
	uint16_t machine;
	bool big_endian;
	struct sections sections;
	struct reloc_symbol *symbols; /* by index */
	size_t n_symbols;
};

/* A section that libdw sees a copy of. All zero: it needs no copy. */
struct reloc_copy {
	Elf_Data *data; /* NULL: the file has no such section, or no relocations for it */
	uint8_t *original, *bytes;
	size_t size;
	const uint8_t *relocs; /* Elf64_Rela, as they are in the file */
	size_t n_relocs;
	size_t index;	/* of the section */
	bool whole;	/* all of it is filled in */
	bool to_itself; /* a relocation that refers to this same section was seen */
};

/* elf is borrowed. UNSUPPORTED: not a 64-bit file. */
int reloc_open(TALLOC_CTX *ctx, Elf *elf, struct reloc_file **ret, struct vmt_err *err);

/*
 * Replaces the bytes of data by a copy, all zeros at first, until reloc_copy_end(), which must be
 * called before the file is closed. data is what libdw uses to read the section with that index
 * (NULL: the file has no such section).
 */
int reloc_copy_open(struct reloc_file *r, Elf_Data *data, size_t index, struct reloc_copy *ret,
	struct vmt_err *err);
void reloc_copy_end(struct reloc_copy *copy);

/* Fill in and relocate a part of the section, or all of it. */
int reloc_fill(struct reloc_file *r, struct reloc_copy *copy, uint64_t from, uint64_t to,
	struct vmt_err *err);
int reloc_fill_whole(struct reloc_file *r, struct reloc_copy *copy, struct vmt_err *err);

#endif
