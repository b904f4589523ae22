// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * libdw gets copies of a module's debug sections. Of .debug_info and .debug_line, only the units
 * that are asked for are filled in and relocated.
 */
#include <dwarf.h>

#include "base/cur.h"
#include "symbolize/lines_internal.h"

/* The debug sections that are read. */
enum part {
	PART_INFO, /* by unit */
	PART_LINE, /* by unit */
	PART_ARANGES,
	PART_RANGES,
	PART_RNGLISTS,
	PART_ADDR,
	PART_STR_OFFSETS,
	PART_LOC, /* only for variables */
	PART_LOCLISTS,
	N_PARTS,
};

static const char *const part_names[N_PARTS] = {
	[PART_INFO] = ".debug_info",
	[PART_LINE] = ".debug_line",
	[PART_ARANGES] = ".debug_aranges",
	[PART_RANGES] = ".debug_ranges",
	[PART_RNGLISTS] = ".debug_rnglists",
	[PART_ADDR] = ".debug_addr",
	[PART_STR_OFFSETS] = ".debug_str_offsets",
	[PART_LOC] = ".debug_loc",
	[PART_LOCLISTS] = ".debug_loclists",
};

struct lines_reloc {
	struct reloc_file *file;
	struct reloc_copy copies[N_PARTS];
};

void lines_relocate_end(struct lines *l)
{
	for (size_t i = 0; l->reloc && i < N_PARTS; i++)
		reloc_copy_end(&l->reloc->copies[i]);
}

/* ---- units ------------------------------------------------------------------------------- */

/* The longest header, that of a type unit in 64-bit DWARF 5. */
#define HEADER_MAX 40
#define DWARF64 0xffffffffu

/*
 * The end of the unit or table at offset, by its length field; the section's end where that is
 * invalid.
 */
static uint64_t end_of(const struct lines_reloc *r, const struct reloc_copy *copy, uint64_t offset)
{
	struct cur c = cur_init(copy->original, copy->size, r->file->big_endian);
	uint64_t len, end;

	cur_seek(&c, offset);
	len = cur_u32(&c);
	if (len == DWARF64)
		len = cur_u64(&c);
	if (!cur_ok(&c) || __builtin_add_overflow(cur_pos(&c), len, &end) || end > copy->size)
		return copy->size;
	return end;
}

/* libdw reads the headers of all units up to the one that it is asked for. */
static int fill_headers(struct lines_reloc *r, struct vmt_err *err)
{
	struct reloc_copy *info = &r->copies[PART_INFO];
	int rc = 0;

	for (uint64_t at = 0; info->data && at < info->size && !rc;) {
		uint64_t end = end_of(r, info, at);

		rc = reloc_fill(
			r->file, info, at, end - at < HEADER_MAX ? end : at + HEADER_MAX, err);
		at = end;
	}
	return rc;
}

int lines_relocate_rest(struct lines *l, struct vmt_err *err)
{
	int rc = reloc_fill_whole(l->reloc->file, &l->reloc->copies[PART_INFO], err);

	return rc ? rc : reloc_fill_whole(l->reloc->file, &l->reloc->copies[PART_LINE], err);
}

/* Relocates the line table that the unit refers to. */
static int fill_lines(struct lines *l, uint64_t unit, struct vmt_err *err)
{
	struct reloc_copy *line = &l->reloc->copies[PART_LINE];
	Dwarf_Attribute attr;
	Dwarf_Off next;
	Dwarf_Word table;
	Dwarf_Die die;
	size_t header;
	Dwarf_Half version;

	if (!line->data || line->whole ||
		dwarf_next_unit(
			l->dwarf, unit, &next, &header, &version, NULL, NULL, NULL, NULL, NULL) ||
		!dwarf_offdie(l->dwarf, unit + header, &die) ||
		!dwarf_attr(&die, DW_AT_stmt_list, &attr) || dwarf_formudata(&attr, &table) ||
		table >= line->size)
		return 0;
	return reloc_fill(l->reloc->file, line, table, end_of(l->reloc, line, table), err);
}

int lines_relocate_unit(struct lines *l, uint64_t unit, struct vmt_err *err)
{
	struct reloc_copy *info = &l->reloc->copies[PART_INFO];
	int rc = 0;

	if (info->data && unit < info->size)
		rc = reloc_fill(l->reloc->file, info, unit, end_of(l->reloc, info, unit), err);
	if (!rc && info->to_itself)
		rc = lines_relocate_rest(l, err);
	return rc ? rc : fill_lines(l, unit, err);
}

/* ---- the file ---------------------------------------------------------------------------- */

const struct sections *lines_sections(const struct lines *l)
{
	return l->reloc ? &l->reloc->file->sections : NULL;
}

/* Sections that are not read by unit are filled now. */
static int open_part(struct lines *l, size_t part, struct vmt_err *err)
{
	struct lines_reloc *r = l->reloc;
	size_t index = 0;
	Elf_Data *data = sections_data(l->elf, part_names[part], &index);
	int rc = reloc_copy_open(r->file, data, index, &r->copies[part], err);

	if (!rc && part >= PART_ARANGES && part < PART_LOC)
		rc = reloc_fill_whole(r->file, &r->copies[part], err);
	return rc ? err_prepend(err, rc, "%s", part_names[part]) : 0;
}

int lines_relocate(struct lines *l, struct vmt_err *err)
{
	struct lines_reloc *r = talloc_zero(l, struct lines_reloc);
	int rc = r ? reloc_open(r, l->elf, &r->file, err) : err_nomem(err);

	if (rc)
		return rc;
	l->reloc = r;
	for (size_t i = 0; i < N_PARTS && !rc; i++)
		rc = open_part(l, i, err);
	return rc ? rc : fill_headers(r, err);
}

int lines_relocate_locations(struct lines *l, struct vmt_err *err)
{
	int rc = 0;

	for (size_t i = PART_LOC; l->reloc && !rc && i <= PART_LOCLISTS; i++)
		rc = reloc_fill_whole(l->reloc->file, &l->reloc->copies[i], err);
	return rc;
}
