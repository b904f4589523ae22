// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A module's file is ET_REL: its sections have no addresses, and the fields of its debug sections
 * that refer to code or to other debug sections are zero until the relocations that come with them
 * are applied. libdwfl applies all of them at once, which takes 0.15 s for mlx5_core (61 MB), and
 * amdgpu has six times as many. Here libdw gets copies of the sections that are filled and
 * relocated as far as something is read of them: of .debug_info and .debug_line the units that are
 * asked for.
 */
#include <dwarf.h>
#include <elf.h>
#include <string.h>
#include <sys/mman.h>

#include "base/caps.h"
#include "base/cur.h"
#include "symbolize/lines_parts.h"

/* What is read of a file's debug sections. */
enum part {
	PART_INFO, /* by unit */
	PART_LINE, /* by unit */
	PART_ARANGES,
	PART_RANGES,
	PART_RNGLISTS,
	PART_ADDR,
	PART_STR_OFFSETS,
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
};

/* A section of which libdw sees a copy. */
struct copy {
	Elf_Data *data; /* NULL: the file has no such section, or no relocations for it */
	uint8_t *original, *bytes;
	size_t size;
	const uint8_t *relocs; /* Elf64_Rela, as they are in the file */
	size_t n_relocs;
	size_t index; /* of the section */
	bool whole;   /* all of it is there */
};

struct symbol {
	uint64_t address;
	uint32_t section;
};

struct lines_reloc {
	uint16_t machine;
	bool big_endian;
	struct symbol *symbols; /* by index */
	size_t n_symbols;
	struct copy copies[N_PARTS];
	bool across_units; /* a unit was seen that refers to another one */
};

/* What a relocation does to the bytes at its place. */
enum reloc_action {
	RELOC_NONE,
	RELOC_SET,    /* symbol + addend */
	RELOC_SET_PC, /* the same, from its place */
	RELOC_ADD,    /* what is there + symbol + addend */
	RELOC_SUB,
};

struct reloc_row {
	uint16_t machine;
	uint16_t type;
	uint8_t size;
	uint8_t action;
};

/* Those that assemblers put into debug sections. */
static const struct reloc_row reloc_rows[] = {
	{EM_X86_64, R_X86_64_NONE, 0, RELOC_NONE},
	{EM_X86_64, R_X86_64_64, 8, RELOC_SET},
	{EM_X86_64, R_X86_64_32, 4, RELOC_SET},
	{EM_X86_64, R_X86_64_32S, 4, RELOC_SET},
	{EM_X86_64, R_X86_64_PC32, 4, RELOC_SET_PC},
	{EM_X86_64, R_X86_64_PC64, 8, RELOC_SET_PC},
	{EM_AARCH64, R_AARCH64_NONE, 0, RELOC_NONE},
	{EM_AARCH64, R_AARCH64_ABS64, 8, RELOC_SET},
	{EM_AARCH64, R_AARCH64_ABS32, 4, RELOC_SET},
	{EM_AARCH64, R_AARCH64_PREL32, 4, RELOC_SET_PC},
	{EM_AARCH64, R_AARCH64_PREL64, 8, RELOC_SET_PC},
	{EM_PPC64, R_PPC64_ADDR32, 4, RELOC_SET},
	{EM_PPC64, R_PPC64_ADDR64, 8, RELOC_SET},
	{EM_PPC64, R_PPC64_REL32, 4, RELOC_SET_PC},
	{EM_PPC64, R_PPC64_REL64, 8, RELOC_SET_PC},
	{EM_S390, R_390_32, 4, RELOC_SET},
	{EM_S390, R_390_64, 8, RELOC_SET},
	{EM_S390, R_390_PC32, 4, RELOC_SET_PC},
	{EM_S390, R_390_PC64, 8, RELOC_SET_PC},
	{EM_RISCV, R_RISCV_NONE, 0, RELOC_NONE},
	{EM_RISCV, R_RISCV_32, 4, RELOC_SET},
	{EM_RISCV, R_RISCV_64, 8, RELOC_SET},
	{EM_RISCV, R_RISCV_ADD16, 2, RELOC_ADD},
	{EM_RISCV, R_RISCV_ADD32, 4, RELOC_ADD},
	{EM_RISCV, R_RISCV_ADD64, 8, RELOC_ADD},
	{EM_RISCV, R_RISCV_SUB16, 2, RELOC_SUB},
	{EM_RISCV, R_RISCV_SUB32, 4, RELOC_SUB},
	{EM_RISCV, R_RISCV_SUB64, 8, RELOC_SUB},
};

#define N_RELOCS (sizeof(reloc_rows) / sizeof(reloc_rows[0]))

static const struct reloc_row *find_row(uint16_t machine, uint32_t type)
{
	for (size_t i = 0; i < N_RELOCS; i++)
		if (reloc_rows[i].machine == machine && reloc_rows[i].type == type)
			return &reloc_rows[i];
	return NULL;
}

static void store(uint8_t *p, unsigned n, uint64_t v, bool big_endian)
{
	for (unsigned i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * (big_endian ? n - 1 - i : i));
}

static void apply(
	bool big_endian, const struct reloc_row *row, uint8_t *p, uint64_t offset, uint64_t value)
{
	switch (row->action) {
	case RELOC_NONE:
		return;
	case RELOC_SET:
		break;
	case RELOC_SET_PC: /* debug sections are at 0 */
		value -= offset;
		break;
	case RELOC_ADD:
		value = cur_load(p, row->size, big_endian) + value;
		break;
	case RELOC_SUB:
		value = cur_load(p, row->size, big_endian) - value;
		break;
	}
	store(p, row->size, value, big_endian);
}

#define RELA_SIZE 24 /* of an Elf64_Rela: offset, info, addend */

static uint64_t reloc_offset(const struct lines_reloc *r, const struct copy *copy, size_t i)
{
	return cur_load(copy->relocs + i * RELA_SIZE, 8, r->big_endian);
}

static int apply_one(
	struct lines_reloc *r, const struct copy *copy, const uint8_t *reloc, struct vmt_err *err)
{
	uint64_t offset = cur_load(reloc, 8, r->big_endian);
	uint64_t info = cur_load(reloc + 8, 8, r->big_endian);
	uint64_t addend = cur_load(reloc + 16, 8, r->big_endian);
	const struct reloc_row *row = find_row(r->machine, (uint32_t)info);
	const struct symbol *symbol;

	if (!row)
		return err_set(err, VMT_ERR_UNSUPPORTED, "a relocation of type %u in debuginfo",
			(uint32_t)info);
	if (info >> 32 >= r->n_symbols || offset > copy->size || copy->size - offset < row->size)
		return err_set_at(err, VMT_ERR_CORRUPT, offset,
			"a relocation outside of its section or of the symbols");
	symbol = &r->symbols[info >> 32];
	if (copy == &r->copies[PART_INFO] && symbol->section == copy->index)
		r->across_units = true;
	apply(r->big_endian, row, copy->bytes + offset, offset, symbol->address + addend);
	return 0;
}

/* The first relocation at or after an offset: assemblers and linkers write them in that order. */
static size_t first_reloc(const struct lines_reloc *r, const struct copy *copy, uint64_t offset)
{
	size_t low = 0, high = copy->n_relocs;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (reloc_offset(r, copy, mid) < offset)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Fills in all of it, in whatever order the relocations are. */
static int fill_whole(struct lines_reloc *r, struct copy *copy, struct vmt_err *err)
{
	int rc = 0;

	if (!copy->data || copy->whole)
		return 0;
	copy->whole = true;
	memcpy(copy->bytes, copy->original, copy->size);
	for (size_t i = 0; i < copy->n_relocs && !rc; i++)
		rc = apply_one(r, copy, copy->relocs + i * RELA_SIZE, err);
	return rc;
}

/* Fills in a part. */
static int fill(
	struct lines_reloc *r, struct copy *copy, uint64_t from, uint64_t to, struct vmt_err *err)
{
	uint64_t last = from;
	int rc = 0;

	if (!copy->data || copy->whole)
		return 0;
	if (to > copy->size)
		to = copy->size;
	if (from >= to)
		return 0;
	memcpy(copy->bytes + from, copy->original + from, to - from);
	for (size_t i = first_reloc(r, copy, from); i < copy->n_relocs && !rc; i++) {
		uint64_t offset = reloc_offset(r, copy, i);

		if (offset < last)
			return fill_whole(r, copy, err);
		if (offset >= to)
			break;
		last = offset;
		rc = apply_one(r, copy, copy->relocs + i * RELA_SIZE, err);
	}
	return rc;
}

/* The contents of the section of relocations for the section by that number. */
static Elf_Data *relocs_for(Elf *elf, size_t index)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr header;

		if (gelf_getshdr(scn, &header) && header.sh_type == SHT_RELA &&
			header.sh_info == index)
			return elf_rawdata(scn, NULL);
	}
	return NULL;
}

/* libdw looks at the section's bytes through this very Elf_Data. */
static int open_copy(struct lines *l, const char *name, struct copy *copy, struct vmt_err *err)
{
	Elf_Data *data = lines_section_data(l->elf, name, &copy->index), *relocs;

	relocs = data && data->d_size ? relocs_for(l->elf, copy->index) : NULL;
	if (!relocs || relocs->d_size < RELA_SIZE)
		return 0;
	/* Zero pages, which take no memory where nothing is filled in. */
	copy->bytes = mmap(
		NULL, data->d_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (copy->bytes == MAP_FAILED)
		return err_nomem(err);
	copy->data = data;
	copy->original = data->d_buf;
	copy->size = data->d_size;
	copy->relocs = relocs->d_buf;
	copy->n_relocs = relocs->d_size / RELA_SIZE;
	data->d_buf = copy->bytes;
	return 0;
}

void lines_relocate_end(struct lines *l)
{
	for (size_t i = 0; l->reloc && i < N_PARTS; i++) {
		struct copy *copy = &l->reloc->copies[i];

		if (!copy->data)
			continue;
		copy->data->d_buf = copy->original;
		munmap(copy->bytes, copy->size);
	}
}

/* ---- units ------------------------------------------------------------------------------- */

/* The longest header: of a type unit in 64-bit DWARF 5. */
#define HEADER_MAX 40
#define DWARF64 0xffffffffu

/* Where what begins at offset ends, by its own length; the section's end where that is no length.
 */
static uint64_t end_of(const struct lines_reloc *r, const struct copy *copy, uint64_t offset)
{
	struct cur c = cur_init(copy->original, copy->size, r->big_endian);
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
	struct copy *info = &r->copies[PART_INFO];
	int rc = 0;

	for (uint64_t at = 0; info->data && at < info->size && !rc;) {
		uint64_t end = end_of(r, info, at);

		rc = fill(r, info, at, end - at < HEADER_MAX ? end : at + HEADER_MAX, err);
		at = end;
	}
	return rc;
}

int lines_relocate_rest(struct lines *l, struct vmt_err *err)
{
	int rc = fill_whole(l->reloc, &l->reloc->copies[PART_INFO], err);

	return rc ? rc : fill_whole(l->reloc, &l->reloc->copies[PART_LINE], err);
}

/* The table that the unit names. */
static int fill_lines(struct lines *l, uint64_t unit, struct vmt_err *err)
{
	struct copy *line = &l->reloc->copies[PART_LINE];
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
	return fill(l->reloc, line, table, end_of(l->reloc, line, table), err);
}

int lines_relocate_unit(struct lines *l, uint64_t unit, struct vmt_err *err)
{
	struct copy *info = &l->reloc->copies[PART_INFO];
	int rc = 0;

	if (info->data && unit < info->size)
		rc = fill(l->reloc, info, unit, end_of(l->reloc, info, unit), err);
	if (!rc && l->reloc->across_units)
		rc = lines_relocate_rest(l, err);
	return rc ? rc : fill_lines(l, unit, err);
}

/* ---- the file ---------------------------------------------------------------------------- */

/* Symbols of debug sections are at 0, so that a reference to one is an offset in it. */
static int read_symbols(struct lines *l, struct vmt_err *err)
{
	Elf_Data *data = lines_section_data(l->elf, ".symtab", NULL);
	size_t n = data ? data->d_size / sizeof(Elf64_Sym) : 0;
	struct lines_reloc *r = l->reloc;

	if (n > INT32_MAX)
		return err_set(err, VMT_ERR_LIMIT, "too many symbols");
	r->symbols = talloc_zero_array(r, struct symbol, n);
	if (!r->symbols)
		return err_nomem(err);
	r->n_symbols = n;
	for (size_t i = 0; i < n; i++) {
		const struct lines_section *section;
		GElf_Sym symbol;

		if (!gelf_getsym(data, (int)i, &symbol))
			continue;
		section = lines_section_by_index(l, symbol.st_shndx);
		r->symbols[i] = (struct symbol){
			symbol.st_value + (section ? section->base : 0), symbol.st_shndx};
	}
	return 0;
}

int lines_relocate(struct lines *l, struct vmt_err *err)
{
	struct lines_reloc *r = talloc_zero(l, struct lines_reloc);
	GElf_Ehdr header;
	int rc;

	if (!r)
		return err_nomem(err);
	l->reloc = r;
	r->big_endian = l->big_endian;
	if (!gelf_getehdr(l->elf, &header) || header.e_ident[EI_CLASS] != ELFCLASS64)
		return err_set(err, VMT_ERR_UNSUPPORTED, "a module that is not of 64 bits");
	r->machine = header.e_machine;
	rc = lines_place_sections(l, err);
	if (!rc)
		rc = read_symbols(l, err);
	for (size_t i = 0; i < N_PARTS && !rc; i++)
		rc = err_prepend(
			err, open_copy(l, part_names[i], &r->copies[i], err), "%s", part_names[i]);
	for (size_t i = PART_ARANGES; i < N_PARTS && !rc; i++)
		rc = err_prepend(err, fill_whole(r, &r->copies[i], err), "%s", part_names[i]);
	return rc ? rc : fill_headers(r, err);
}
