/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The relocations of a module's file against the addresses that its sections get here: sections
 * are relocated as far as they are read.
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

/* A section of which libdw sees a copy. All zero: it needs none. */
struct reloc_copy {
	Elf_Data *data; /* NULL: the file has no such section, or no relocations for it */
	uint8_t *original, *bytes;
	size_t size;
	const uint8_t *relocs; /* Elf64_Rela, as they are in the file */
	size_t n_relocs;
	size_t index;	/* of the section */
	bool whole;	/* all of it is there */
	bool to_itself; /* a relocation was seen that refers to this section */
};

/* elf is borrowed. UNSUPPORTED: not a file of 64 bits. */
int reloc_open(TALLOC_CTX *ctx, Elf *elf, struct reloc_file **ret, struct vmt_err *err);

/*
 * Lets data have other bytes, zeros at first, until reloc_copy_end(), which must come before the
 * end of the file. data is that of the section with that index through which libdw looks at it
 * (NULL: the file has none).
 */
int reloc_copy_open(struct reloc_file *r, Elf_Data *data, size_t index, struct reloc_copy *ret,
	struct vmt_err *err);
void reloc_copy_end(struct reloc_copy *copy);

/* Fills in a part, or all of it. */
int reloc_fill(struct reloc_file *r, struct reloc_copy *copy, uint64_t from, uint64_t to,
	struct vmt_err *err);
int reloc_fill_whole(struct reloc_file *r, struct reloc_copy *copy, struct vmt_err *err);

#endif
