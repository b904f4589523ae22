/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The row of an address in a unit's line table. libdw keeps, and sorts, all rows of the unit, which
 * costs much more than one walk over them. It is still asked where a table has anything unusual.
 */
#ifndef VMT_SYMBOLIZE_LINE_TABLE_H
#define VMT_SYMBOLIZE_LINE_TABLE_H

#include <elfutils/libdw.h>

#include "base/alloc.h"

struct line_table;

struct line_row {
	uint64_t addr;
	uint64_t file;
	uint32_t line, column;
	bool ends; /* the first address after a sequence of code */
};

/*
 * The line table of a unit; a talloc child of ctx, which borrows the bytes of elf. row: the last
 * one that is not above addr, as libdw chooses it; its line is 0 if addr is in no code. NULL: the
 * table is malformed, or has something that only libdw reads.
 */
struct line_table *line_table_read(
	TALLOC_CTX *ctx, Elf *elf, Dwarf_Die *unit, uint64_t addr, struct line_row *row);

/* Where a line table is, and what it refers to. Data that is NULL: the file has none. */
struct line_table_at {
	const Elf_Data *lines, *strings, *line_strings;
	const char *top; /* the directory of the compilation, for tables up to DWARF 4; or NULL */
	uint64_t offset; /* into lines */
	bool big_endian;
};

/* line_table_read() of bytes. */
struct line_table *line_table_parse(
	TALLOC_CTX *ctx, const struct line_table_at *at, uint64_t addr, struct line_row *row);

/* The path of a file, with its directory; a talloc child of ctx. NULL: there is none. */
const char *line_table_file(const struct line_table *t, TALLOC_CTX *ctx, uint64_t file);

#endif
