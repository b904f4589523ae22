// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The source of an address: its function's DIE, the inlined calls around it, and the row of the
 * line table. dwarf_getscopes() does not help with inlined calls: after the innermost one it
 * continues with the scopes in which the inlined function was written, not with those into which it
 * was inlined.
 */
#include "symbolize/lines.h"

#include <dwarf.h>
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "symbolize/line_table.h"
#include "symbolize/lines_internal.h"

/* ---- the file ---------------------------------------------------------------------------- */

static int end_lines(struct lines *l)
{
	lines_relocate_end(l);
	return 0;
}

int lines_new(TALLOC_CTX *ctx, Elf *elf, Dwarf *dwarf, struct lines **ret, struct vmt_err *err)
{
	struct lines *l = talloc_zero(ctx, struct lines);
	GElf_Ehdr header;
	int rc = 0;

	if (!l)
		return err_nomem(err);
	talloc_set_destructor(l, end_lines);
	l->elf = elf;
	l->dwarf = dwarf;
	if (!gelf_getehdr(elf, &header))
		rc = err_set(err, VMT_ERR_CORRUPT, "%s", elf_errmsg(-1));
	l->big_endian = header.e_ident[EI_DATA] == ELFDATA2MSB;
	if (!rc && header.e_type == ET_REL)
		rc = lines_relocate(l, err);
	if (!rc)
		rc = lines_read_units(l, err);
	if (rc)
		talloc_free(l);
	else
		*ret = l;
	return rc;
}

/* ---- scopes ------------------------------------------------------------------------------ */

/* The function's DIE, then one DIE for each inlined call: outermost first. */
struct chain {
	Dwarf_Die dies[CAP_INLINE_DEPTH];
	size_t n;
	bool capped;
};

/* Rust's functions are in namespaces and types. C's are not, and C has many types to skip. */
static bool is_namespace(int tag)
{
	return tag == DW_TAG_namespace || tag == DW_TAG_structure_type ||
	       tag == DW_TAG_enumeration_type || tag == DW_TAG_union_type;
}

/* levels: one more than the levels of namespaces that may be entered. */
static bool find_function(
	Dwarf_Die *parent, uint64_t addr, unsigned levels, Dwarf_Die *ret, bool *capped)
{
	Dwarf_Die die;

	if (dwarf_child(parent, &die))
		return false;
	do {
		int tag = dwarf_tag(&die);

		if (tag == DW_TAG_subprogram && dwarf_haspc(&die, addr) > 0) {
			*ret = die;
			return true;
		}
		if (!is_namespace(tag))
			continue;
		*capped |= levels == 1;
		if (levels > 1 && find_function(&die, addr, levels - 1, ret, capped))
			return true;
	} while (dwarf_siblingof(&die, &die) == 0);
	return false;
}

/* The functions of a C unit, in the order of their DIEs: frames that follow often share a unit. */
static bool list_functions(struct lines *l, Dwarf_Die *unit)
{
	Dwarf_Off offset = dwarf_dieoffset(unit);
	Dwarf_Die die;

	if (l->functions && l->functions_of == offset)
		return true;
	talloc_free(l->functions);
	l->functions = NULL;
	l->n_functions = 0;
	l->functions_of = offset;
	if (dwarf_child(unit, &die))
		return false;
	do {
		Dwarf_Die *items = NULL;

		if (dwarf_tag(&die) != DW_TAG_subprogram)
			continue;
		items = ARRAY_ROOM(l, l->functions, l->n_functions);
		if (!items) {
			talloc_free(l->functions);
			l->functions = NULL;
			return false;
		}
		l->functions = items;
		items[l->n_functions++] = die;
	} while (dwarf_siblingof(&die, &die) == 0);
	return l->functions;
}

/* *capped is set if functions may be deeper than it looks. */
static bool function_of_unit(
	struct lines *l, Dwarf_Die *unit, uint64_t addr, Dwarf_Die *ret, bool *capped)
{
	if (dwarf_srclang(unit) == DW_LANG_Rust)
		return find_function(unit, addr, CAP_DIE_DEPTH, ret, capped);
	if (!list_functions(l, unit))
		return false;
	for (size_t i = 0; i < l->n_functions; i++)
		if (dwarf_haspc(&l->functions[i], addr) > 0) {
			*ret = l->functions[i];
			return true;
		}
	return false;
}

/* Moves *die to its child that contains addr and is an inlined call or a block. */
static bool find_inner(Dwarf_Die *die, uint64_t addr)
{
	Dwarf_Die child;

	if (dwarf_child(die, &child))
		return false;
	do {
		int tag = dwarf_tag(&child);

		if ((tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block) &&
			dwarf_haspc(&child, addr) > 0) {
			*die = child;
			return true;
		}
	} while (dwarf_siblingof(&child, &child) == 0);
	return false;
}

static void find_chain(struct lines *l, Dwarf_Die *unit, uint64_t addr, struct chain *chain)
{
	Dwarf_Die die;

	chain->n = 0;
	chain->capped = false;
	if (!function_of_unit(l, unit, addr, &die, &chain->capped))
		return;
	chain->dies[chain->n++] = die;
	for (unsigned depth = 0; find_inner(&die, addr); depth++) {
		bool inlined = dwarf_tag(&die) == DW_TAG_inlined_subroutine;

		if (depth == CAP_DIE_DEPTH || (inlined && chain->n == CAP_INLINE_DEPTH)) {
			chain->capped = true;
			return;
		}
		if (inlined)
			chain->dies[chain->n++] = die;
	}
}

bool lines_scopes_at(struct lines *l, uint64_t addr, struct lines_scopes *ret)
{
	Dwarf_Die unit, die;

	ret->n = 0;
	if (!lines_unit_die(l, addr, &unit))
		return false;
	if (!function_of_unit(l, &unit, addr, &die, &l->capped))
		return false;
	do
		ret->dies[ret->n++] = die;
	while (ret->n < CAP_DIE_DEPTH && find_inner(&die, addr));
	l->capped |= ret->n == CAP_DIE_DEPTH;
	return true;
}

/* ---- places ------------------------------------------------------------------------------ */

/*
 * How much of the path is the top of the source tree: the folder of the compilation, or one above,
 * if the kernel was compiled in a folder inside its source (make O=). The assembler's files are
 * given by full path then, and all but few are in arch or include.
 */
static size_t tree_length(const char *path, const char *top)
{
	size_t len = top ? strlen(top) : 0;

	while (len && (strncmp(path, top, len) != 0 || path[len] != '/')) {
		while (len && top[len - 1] != '/')
			len--;
		len -= len > 0;
	}
	if (!len)
		return 0;
	path += len + 1;
	if (top[len] && strncmp(path, "arch/", 5) != 0 && strncmp(path, "include/", 8) != 0)
		return 0;
	return len + 1;
}

const char *lines_tidy_path(TALLOC_CTX *ctx, const char *path, const char *top)
{
	size_t n = 0;
	char *out;

	path += tree_length(path, top);
	out = talloc_strdup(ctx, path);
	if (!out)
		return NULL;
	while (*path) {
		size_t part = strcspn(path, "/"), before = n;

		if ((!part && n) || (part == 1 && *path == '.')) {
			path += part + (path[part] != '\0');
			continue;
		}
		if (part == 2 && strncmp(path, "..", 2) == 0 && n > 1) {
			for (n--; n && out[n - 1] != '/'; n--)
				;
			/* "../" stays at the start or after another one. */
			if (strncmp(out + n, "../", 3) != 0) {
				path += path[2] ? 3 : 2;
				continue;
			}
			n = before;
		}
		memmove(out + n, path, part + (path[part] != '\0'));
		n += part + (path[part] != '\0');
		path += part + (path[part] != '\0');
	}
	out[n] = '\0';
	return out;
}

static uint32_t number(Dwarf_Die *die, unsigned attribute)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	if (!dwarf_attr(die, attribute, &attr) || dwarf_formudata(&attr, &value) ||
		value > UINT32_MAX)
		return 0;
	return (uint32_t)value;
}

struct unit {
	Dwarf_Die die;
	const char *top;	  /* DW_AT_comp_dir */
	struct line_table *table; /* NULL: libdw reads it */
	struct line_row row;	  /* of table */
	Dwarf_Files *files;
	size_t n_files;
};

static void open_unit(
	struct lines *l, TALLOC_CTX *ctx, Dwarf_Die *die, uint64_t addr, struct unit *ret)
{
	Dwarf_Attribute attr;

	ret->die = *die;
	ret->top = dwarf_formstring(dwarf_attr(die, DW_AT_comp_dir, &attr));
	ret->table = line_table_read(ctx, l->elf, die, addr, &ret->row);
	if (!ret->table && dwarf_getsrcfiles(die, &ret->files, &ret->n_files))
		ret->n_files = 0;
}

static const char *file_of(const struct unit *unit, TALLOC_CTX *ctx, uint64_t index)
{
	const char *file = NULL;

	if (unit->table)
		file = line_table_file(unit->table, unit->table, index);
	else if (index < unit->n_files)
		file = dwarf_filesrc(unit->files, (size_t)index, NULL, NULL);
	return file ? lines_tidy_path(ctx, file, unit->top) : NULL;
}

/* As line_table_read(), but by libdw. */
static void row_by_libdw(struct unit *unit, TALLOC_CTX *ctx, uint64_t addr, struct lines_place *ret)
{
	Dwarf_Line *row = dwarf_getsrc_die(&unit->die, addr);
	int line, column;
	const char *file;

	if (!row || dwarf_lineno(row, &line) || line <= 0)
		return;
	ret->line = (uint32_t)line;
	if (dwarf_linecol(row, &column) == 0 && column > 0)
		ret->column = (uint32_t)column;
	file = dwarf_linesrc(row, NULL, NULL);
	ret->file = file ? lines_tidy_path(ctx, file, unit->top) : NULL;
}

/* File and line of the innermost place, from the line table. */
static void take_row(struct unit *unit, TALLOC_CTX *ctx, uint64_t addr, struct lines_place *ret)
{
	if (!unit->table) {
		row_by_libdw(unit, ctx, addr, ret);
		return;
	}
	if (!unit->row.line || unit->row.line > INT32_MAX)
		return;
	ret->line = unit->row.line;
	ret->column = unit->row.column;
	ret->file = file_of(unit, ctx, unit->row.file);
}

/* File and line of the place outside an inlined call, from the call's DIE. */
static void take_call(
	struct unit *unit, TALLOC_CTX *ctx, Dwarf_Die *inlined, struct lines_place *ret)
{
	ret->line = number(inlined, DW_AT_call_line);
	ret->column = number(inlined, DW_AT_call_column);
	ret->file = file_of(unit, ctx, number(inlined, DW_AT_call_file));
}

/* places: zeroed, one for each DIE of the chain, at least one. */
static void take_places(
	struct unit *unit, struct chain *chain, uint64_t addr, struct lines_place *places)
{
	take_row(unit, places, addr, &places[0]);
	for (size_t i = 0; i < chain->n; i++) {
		Dwarf_Die *die = &chain->dies[chain->n - 1 - i];
		const char *name = dwarf_diename(die);

		places[i].function = name ? talloc_strdup(places, name) : NULL;
		places[i].inlined = i + 1 < chain->n;
		if (places[i].inlined)
			take_call(unit, places, die, &places[i + 1]);
	}
}

bool lines_are_capped(const struct lines *l)
{
	return l->capped;
}

int lines_at(struct lines *l, TALLOC_CTX *ctx, uint64_t addr, struct lines_place **ret, size_t *n,
	struct vmt_err *err)
{
	struct unit unit = {0};
	struct chain chain;
	Dwarf_Die die;
	size_t count;

	*n = 0;
	if (!lines_unit_die(l, addr, &die))
		return 0;
	find_chain(l, &die, addr, &chain);
	l->capped |= chain.capped;
	count = chain.n ? chain.n : 1;
	*ret = talloc_zero_array(ctx, struct lines_place, count);
	if (!*ret)
		return err_nomem(err);
	open_unit(l, *ret, &die, addr, &unit);
	take_places(&unit, &chain, addr, *ret);
	talloc_free(unit.table);
	*n = chain.n || (*ret)[0].file ? count : 0;
	return 0;
}
