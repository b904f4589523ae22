// SPDX-License-Identifier: GPL-3.0-or-later
/* Line tables of DWARF 2 to 5 (DWARF 5, 6.2), with 8-byte addresses and one operation a step. */
#include "symbolize/line_table.h"

#include <dwarf.h>
#include <string.h>

#include "base/array.h"
#include "base/cur.h"
#include "symbolize/sections.h"

#define DWARF64 0xffffffffu
#define COMMON_OPCODES 13 /* opcode_base of all compilers since DWARF 3 */
#define FORMATS_MAX 8

struct entry {
	const char *path;
	uint64_t dir;
};

struct entries {
	struct entry *items;
	size_t n;
};

/* A section of strings, up to the last byte that ends one: each string in it ends. */
struct strings {
	const char *bytes;
	size_t len;
};

struct line_table {
	struct strings strings, line_strings; /* empty: the file has none */
	unsigned version, offset_size;
	uint8_t step; /* bytes of the shortest instruction */
	int8_t line_base;
	uint8_t line_range;
	struct entries dirs, files;
	struct cur program;
};

static uint64_t long_leb(struct cur *c)
{
	uint64_t v = 0, byte;

	for (unsigned shift = 0; cur_left(c); shift += 7) {
		byte = cur_u8(c);
		if (shift < 64)
			v |= (byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return v;
	}
	c->failed = true;
	return 0;
}

static inline uint64_t unsigned_leb(struct cur *c)
{
	return cur_left(c) && !(*c->p & 0x80) ? cur_u8(c) : long_leb(c);
}

static int64_t signed_leb(struct cur *c)
{
	uint64_t v = 0, byte;

	for (unsigned shift = 0; cur_left(c); shift += 7) {
		byte = cur_u8(c);
		if (shift < 64)
			v |= (byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		if (byte & 0x40 && shift + 7 < 64)
			v |= UINT64_MAX << (shift + 7);
		return (int64_t)v;
	}
	c->failed = true;
	return 0;
}

/* A string that ends within the bytes. */
static const char *string(struct cur *c)
{
	const char *s = (const char *)c->p;

	cur_skip(c, strnlen(s, cur_left(c)) + 1);
	return cur_ok(c) ? s : NULL;
}

static struct strings strings_of(const Elf_Data *data)
{
	const char *bytes = data && data->d_size ? data->d_buf : NULL;
	const char *last = bytes ? memrchr(bytes, 0, data->d_size) : NULL;

	return last ? (struct strings){bytes, (size_t)(last - bytes) + 1} : (struct strings){0};
}

static const char *string_in(const struct strings *in, uint64_t offset)
{
	return offset < in->len ? in->bytes + offset : NULL;
}

/* As libdw calls it: the file without a number, up to DWARF 4. */
static const char no_file[] = "???";

/* ---- directories and files --------------------------------------------------------------- */

static bool add(struct line_table *t, struct entries *list, const char *path, uint64_t dir)
{
	struct entry *items = path ? ARRAY_ROOM(t, list->items, list->n) : NULL;

	if (!items)
		return false;
	list->items = items;
	items[list->n++] = (struct entry){path, dir};
	return true;
}

/* Up to DWARF 4: numbers begin at 1. */
static bool read_old_lists(struct line_table *t, struct cur *c, const char *top)
{
	const char *s;

	if (!add(t, &t->dirs, top ? top : "", 0) || !add(t, &t->files, no_file, 0))
		return false;
	while ((s = string(c)) && *s)
		if (!add(t, &t->dirs, s, 0))
			return false;
	while ((s = string(c)) && *s) {
		uint64_t dir = unsigned_leb(c);

		unsigned_leb(c); /* time */
		unsigned_leb(c); /* size */
		if (!add(t, &t->files, s, dir))
			return false;
	}
	return cur_ok(c);
}

/* Takes one value of an entry. False: a form that is not known. */
static bool take_value(const struct line_table *t, struct cur *c, uint64_t content, uint64_t form,
	struct entry *entry)
{
	uint64_t number = 0;
	const char *s = NULL;

	switch (form) {
	case DW_FORM_string:
		s = string(c);
		break;
	case DW_FORM_line_strp:
		s = string_in(&t->line_strings, cur_uint(c, t->offset_size));
		break;
	case DW_FORM_strp:
		s = string_in(&t->strings, cur_uint(c, t->offset_size));
		break;
	case DW_FORM_udata:
		number = unsigned_leb(c);
		break;
	case DW_FORM_data1:
		number = cur_u8(c);
		break;
	case DW_FORM_data2:
		number = cur_u16(c);
		break;
	case DW_FORM_data16:
		cur_skip(c, 16);
		break;
	default:
		return false;
	}
	if (content == DW_LNCT_path)
		entry->path = s;
	else if (content == DW_LNCT_directory_index)
		entry->dir = number;
	return cur_ok(c);
}

/* DWARF 5: entries that describe themselves. */
static bool read_list(struct line_table *t, struct cur *c, struct entries *ret)
{
	uint64_t content[FORMATS_MAX], form[FORMATS_MAX], n;
	uint8_t n_formats = cur_u8(c);

	if (n_formats > FORMATS_MAX)
		return false;
	for (unsigned i = 0; i < n_formats; i++) {
		content[i] = unsigned_leb(c);
		form[i] = unsigned_leb(c);
	}
	n = unsigned_leb(c);
	for (uint64_t i = 0; n_formats && i < n; i++) {
		struct entry entry = {0};

		for (unsigned k = 0; k < n_formats; k++)
			if (!take_value(t, c, content[k], form[k], &entry))
				return false;
		if (!add(t, ret, entry.path, entry.dir))
			return false;
	}
	return cur_ok(c);
}

/* ---- the header -------------------------------------------------------------------------- */

static bool read_header(struct line_table *t, struct cur *c, const char *top)
{
	static const uint8_t operands[COMMON_OPCODES - 1] = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};
	uint64_t len = cur_u32(c), header;
	const uint8_t *lengths;

	t->offset_size = len == DWARF64 ? 8 : 4;
	if (t->offset_size == 8)
		len = cur_u64(c);
	if (len > cur_left(c))
		return false;
	*c = cur_init(c->p, (size_t)len, c->big_endian);
	t->version = cur_u16(c);
	if (t->version < 2 || t->version > 5)
		return false;
	/* The bytes of an address, and of a segment. */
	if (t->version == 5 && cur_uint(c, 2) != (c->big_endian ? 0x800 : 8))
		return false;
	header = cur_uint(c, t->offset_size);
	if (header > cur_left(c))
		return false;
	t->program = *c;
	cur_skip(&t->program, (size_t)header);
	t->step = cur_u8(c);
	if (t->version >= 4 && cur_u8(c) != 1) /* operations in an instruction */
		return false;
	cur_skip(c, 1); /* whether rows are statements at first */
	t->line_base = (int8_t)cur_u8(c);
	t->line_range = cur_u8(c);
	if (!t->line_range || cur_u8(c) != COMMON_OPCODES)
		return false;
	lengths = cur_bytes(c, sizeof(operands));
	if (!lengths || memcmp(lengths, operands, sizeof(operands)) != 0)
		return false;
	return t->version == 5 ? read_list(t, c, &t->dirs) && read_list(t, c, &t->files)
			       : read_old_lists(t, c, top);
}

/* ---- the program ------------------------------------------------------------------------- */

/* The state machine, and the best row so far. */
struct machine {
	const struct line_table *t;
	struct cur c;
	struct line_row row, best;
	uint64_t wanted;
	bool found;
	bool here;    /* best is of this sequence */
	bool settled; /* no later row is nearer */
};

/*
 * At one address, the last row counts, and the end of a sequence only if there is nothing else.
 * Addresses in a sequence only grow, and no two sequences have the same.
 */
static void emit(struct machine *m)
{
	if (m->row.addr > m->wanted) {
		m->settled = m->here;
		return;
	}
	if (m->found && (m->row.addr < m->best.addr ||
				(m->row.addr == m->best.addr && m->row.ends && !m->best.ends)))
		return;
	m->best = m->row;
	m->found = m->here = true;
}

static void begin_sequence(struct machine *m)
{
	m->row = (struct line_row){.file = 1, .line = 1};
	m->here = false;
}

static bool extended(struct machine *m)
{
	uint64_t len = unsigned_leb(&m->c);
	size_t end = cur_pos(&m->c) + (size_t)len;

	if (!len || len > cur_left(&m->c))
		return false;
	switch (cur_u8(&m->c)) {
	case DW_LNE_end_sequence:
		m->row.ends = true;
		emit(m);
		begin_sequence(m);
		break;
	case DW_LNE_set_address:
		if (len != 9)
			return false;
		m->row.addr = cur_u64(&m->c);
		break;
	case DW_LNE_set_discriminator:
		break;
	default:
		return false;
	}
	cur_seek(&m->c, end);
	return true;
}

static bool standard(struct machine *m, uint8_t opcode)
{
	switch (opcode) {
	case 0:
		return extended(m);
	case DW_LNS_copy:
		emit(m);
		return true;
	case DW_LNS_advance_pc:
		m->row.addr += m->t->step * unsigned_leb(&m->c);
		return true;
	case DW_LNS_advance_line:
		m->row.line += (uint32_t)signed_leb(&m->c);
		return true;
	case DW_LNS_set_file:
		m->row.file = unsigned_leb(&m->c);
		return true;
	case DW_LNS_set_column:
		m->row.column = (uint32_t)unsigned_leb(&m->c);
		return true;
	case DW_LNS_const_add_pc:
		m->row.addr += m->t->step * ((255u - COMMON_OPCODES) / m->t->line_range);
		return true;
	case DW_LNS_fixed_advance_pc:
		m->row.addr += cur_u16(&m->c);
		return true;
	case DW_LNS_set_isa:
		unsigned_leb(&m->c);
		return true;
	default: /* they only set flags */
		return true;
	}
}

static bool run(struct machine *m)
{
	const struct line_table *t = m->t;

	begin_sequence(m);
	while (cur_left(&m->c) && !m->settled) {
		uint8_t opcode = cur_u8(&m->c);

		if (opcode >= COMMON_OPCODES) {
			opcode -= COMMON_OPCODES;
			m->row.addr += (uint64_t)t->step * (opcode / t->line_range);
			m->row.line += (uint32_t)(t->line_base + opcode % t->line_range);
			emit(m);
		} else if (!standard(m, opcode)) {
			return false;
		}
	}
	return cur_ok(&m->c);
}

static bool read_table(
	struct line_table *t, struct cur *c, const char *top, uint64_t addr, struct line_row *row)
{
	struct machine m = {.t = t, .wanted = addr};

	if (!read_header(t, c, top))
		return false;
	m.c = t->program;
	if (!run(&m))
		return false;
	*row = m.found && !m.best.ends ? m.best : (struct line_row){0};
	return true;
}

struct line_table *line_table_parse(
	TALLOC_CTX *ctx, const struct line_table_at *at, uint64_t addr, struct line_row *row)
{
	struct line_table *t = talloc_zero(ctx, struct line_table);
	struct cur c;

	if (!t)
		return NULL;
	c = cur_init(at->lines->d_buf, at->lines->d_size, at->big_endian);
	t->strings = strings_of(at->strings);
	t->line_strings = strings_of(at->line_strings);
	if (at->offset <= at->lines->d_size) {
		cur_seek(&c, (size_t)at->offset);
		if (read_table(t, &c, at->top, addr, row))
			return t;
	}
	talloc_free(t);
	return NULL;
}

struct line_table *line_table_read(
	TALLOC_CTX *ctx, Elf *elf, Dwarf_Die *unit, uint64_t addr, struct line_row *row)
{
	struct line_table_at at = {.lines = sections_data(elf, ".debug_line", NULL)};
	const char *ident = elf_getident(elf, NULL);
	Dwarf_Attribute attr;
	Dwarf_Word offset;

	if (!at.lines || !dwarf_attr(unit, DW_AT_stmt_list, &attr) ||
		dwarf_formudata(&attr, &offset) != 0)
		return NULL;
	at.offset = offset;
	at.strings = sections_data(elf, ".debug_str", NULL);
	at.line_strings = sections_data(elf, ".debug_line_str", NULL);
	at.top = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attr));
	at.big_endian = ident && ident[EI_DATA] == ELFDATA2MSB;
	return line_table_parse(ctx, &at, addr, row);
}

const char *line_table_file(const struct line_table *t, TALLOC_CTX *ctx, uint64_t file)
{
	const struct entry *entry = file < t->files.n ? &t->files.items[file] : NULL;

	if (!entry || entry->dir >= t->dirs.n)
		return NULL;
	if (*entry->path == '/' || entry->path == no_file || !*t->dirs.items[entry->dir].path)
		return talloc_strdup(ctx, entry->path);
	return talloc_asprintf(ctx, "%s/%s", t->dirs.items[entry->dir].path, entry->path);
}
