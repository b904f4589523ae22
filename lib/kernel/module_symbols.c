// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A module's own symbols: an ELF symbol table in which all values are final addresses. Mirrors
 * find_kallsyms_symbol() of kernel/module/kallsyms.c.
 */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/caps.h"
#include "base/cur.h"
#include "kernel/modules.h"

#define CHUNK 4096
#define STT_OBJECT 1 /* as in <elf.h> */

struct symtab {
	const struct kernel_image *k;
	const struct kernel_module *module;
	uint64_t symbols, n, strings, types; /* types 0: the letter is in st_info (up to 5.1) */
	bool is_64, be;
};

struct elf_symbol {
	uint64_t index, value, size;
	uint32_t name;
	uint16_t section;
	uint8_t info;
};

/* The location of the table, in struct module or in a struct that it points to. */
static const struct {
	const char *pointer; /* member that points to that struct; NULL: struct module itself */
	const char *holder;
	const char *symtab, *count, *strtab, *types;
} symtab_rows[] = {
	/* 4.5 and later. While the module is being loaded, this table also has the init symbols. */
	{"kallsyms", "mod_kallsyms", "symtab", "num_symtab", "strtab", "typetab"},
	{NULL, "module", "core_kallsyms.symtab", "core_kallsyms.num_symtab", "core_kallsyms.strtab",
		"core_kallsyms.typetab"},
	/* before 4.5 */
	{NULL, "module", "symtab", "num_symtab", "strtab", NULL},
};

static int read_row(struct symtab *t, size_t row, struct vmt_err *err)
{
	const struct kernel_image *k = t->k;
	const char *holder = symtab_rows[row].holder;
	uint64_t at = t->module->addr;
	int rc = 0;

	if (symtab_rows[row].pointer)
		rc = kernel_read_member(k, at, "module", symtab_rows[row].pointer, &at, err);
	if (!rc)
		rc = kernel_read_member(k, at, holder, symtab_rows[row].symtab, &t->symbols, err);
	if (!rc)
		rc = kernel_read_member(k, at, holder, symtab_rows[row].count, &t->n, err);
	if (!rc)
		rc = kernel_read_member(k, at, holder, symtab_rows[row].strtab, &t->strings, err);
	t->types = 0;
	if (!rc && symtab_rows[row].types)
		kernel_read_member(k, at, holder, symtab_rows[row].types, &t->types, NULL);
	return rc;
}

static int open_symtab(const struct kernel_image *k, const struct kernel_module *module,
	struct symtab *t, struct vmt_err *err)
{
	int rc = VMT_ERR_NOTFOUND;

	memset(t, 0, sizeof(*t));
	t->k = k;
	t->module = module;
	t->is_64 = mem_space_ptr_size(k->space) == 8;
	t->be = mem_space_big_endian(k->space);
	for (size_t i = 0; rc && i < ARRAY_SIZE(symtab_rows); i++)
		rc = read_row(t, i, err);
	if (rc)
		return err_prepend(err, rc, "symbols of %s", module->name);
	if (t->n > CAP_MODULE_SYMBOLS)
		return err_set_at(err, VMT_ERR_CORRUPT, t->symbols, "%s has too many symbols: %llu",
			module->name, (unsigned long long)t->n);
	return 0;
}

static void parse_symbol(const struct symtab *t, struct cur *c, struct elf_symbol *s)
{
	s->name = cur_u32(c);
	if (!t->is_64) {
		s->value = cur_u32(c);
		s->size = cur_u32(c);
	}
	s->info = cur_u8(c);
	cur_skip(c, 1);
	s->section = cur_u16(c);
	if (t->is_64) {
		s->value = cur_u64(c);
		s->size = cur_u64(c);
	}
}

static bool read_name(const struct symtab *t, const struct elf_symbol *s, char *name, size_t max)
{
	return mem_read_string(t->k->space, t->strings + s->name, name, max, NULL) == 0;
}

/* Assembler-local symbols ("$x", ".L12"), which the kernel skips too. */
static bool is_mapping(const char *name)
{
	return name[0] == '$' || strncmp(name, ".L", 2) == 0 || strncmp(name, "L0", 2) == 0;
}

static int fill(const struct symtab *t, const struct elf_symbol *s, struct kallsym *ret,
	struct vmt_err *err)
{
	uint64_t letter;

	if (!read_name(t, s, ret->name, sizeof(ret->name)))
		return err_set_at(err, VMT_ERR_NODATA, t->strings + s->name,
			"the names of symbols of %s are not in the dump", t->module->name);
	ret->addr = s->value;
	ret->size = s->size;
	ret->type = '?';
	if (!t->types)
		letter = s->info;
	else if (mem_read_uint(t->k->space, t->types + s->index, 1, &letter, NULL))
		letter = 0;
	if (letter < 0x80 && ascii_is_alpha((char)letter))
		ret->type = (char)letter;
	return 0;
}

/* ---- by address -------------------------------------------------------------------------- */

struct nearest {
	uint64_t addr, start, next; /* next: the symbol above, initially the end of the range */
	struct elf_symbol best;
	bool found;
};

/* Whether it is a variable that has a size. The kernel replaced st_info up to 5.1. */
static bool is_object(const struct symtab *t, const struct elf_symbol *s)
{
	return t->types && s->size && (s->info & 0xf) == STT_OBJECT;
}

static void take_nearer(struct nearest *n, const struct symtab *t, const struct elf_symbol *s)
{
	char name[4];

	if (s->value > n->addr) {
		if (s->value < n->next)
			n->next = s->value;
		return;
	}
	if (s->value < n->start || (n->found && s->value < n->best.value))
		return;
	/* Of several, the kernel takes the first. But a lock's class key may be empty. */
	if (n->found && s->value == n->best.value && (n->best.size || !is_object(t, s)))
		return;
	if (!read_name(t, s, name, sizeof(name)) || (name[0] && !is_mapping(name))) {
		n->best = *s;
		n->found = true;
	}
}

/*
 * Searches all defined symbols with a name. Returns how many bytes of the table are not in the
 * dump.
 */
static size_t find_nearest(const struct symtab *t, struct nearest *nearest)
{
	uint8_t raw[CHUNK];
	size_t size = t->is_64 ? 24 : 16, fit = CHUNK / size, missing = 0;

	for (uint64_t i = 0; i < t->n; i += fit) {
		size_t n = t->n - i < fit ? (size_t)(t->n - i) : fit;
		struct cur c = cur_init(raw, n * size, t->be);

		missing += mem_read_some(t->k->space, t->symbols + i * size, raw, n * size);
		for (size_t j = 0; j < n; j++) {
			struct elf_symbol s = {.index = i + j};

			parse_symbol(t, &c, &s);
			if (s.section && s.name)
				take_nearer(nearest, t, &s);
		}
	}
	return missing;
}

/* Sets the range that contains addr. Within it, text and data are separate. */
static bool set_range(const struct kernel_module *module, uint64_t addr, struct nearest *n)
{
	for (unsigned i = 0; i < module->n_ranges; i++) {
		const struct module_range *r = &module->ranges[i];

		if (addr - r->base >= r->size)
			continue;
		n->start = addr - r->base < r->text_size ? r->base : r->base + r->text_size;
		n->next = r->base + (addr - r->base < r->text_size ? r->text_size : r->size);
		return true;
	}
	return false;
}

int module_symbol_at(const struct kernel_image *k, const struct kernel_module *module,
	uint64_t addr, struct kallsym *ret, struct vmt_err *err)
{
	struct nearest n = {.addr = addr};
	struct symtab t;
	size_t missing;
	int rc;

	if (!set_range(module, addr, &n))
		return err_set_at(err, VMT_ERR_NOTFOUND, addr, "not in %s", module->name);
	rc = open_symtab(k, module, &t, err);
	if (rc)
		return rc;
	missing = find_nearest(&t, &n);
	/* A nearer symbol may be in the missing part: then only the symbol's own size is proof. */
	if (missing && (!n.found || addr - n.best.value >= n.best.size))
		return err_set_at(err, VMT_ERR_NODATA, t.symbols,
			"%zu bytes of the symbols of %s are not in the dump", missing,
			module->name);
	if (!n.found)
		return err_set_at(
			err, VMT_ERR_NOTFOUND, addr, "%s has no symbol there", module->name);
	rc = fill(&t, &n.best, ret, err);
	if (!missing)
		ret->size = n.next - n.best.value;
	return rc;
}

/* ---- by name ----------------------------------------------------------------------------- */

static bool has_name(const struct symtab *t, const struct elf_symbol *s, const char *name)
{
	char text[KALLSYMS_NAME_MAX];
	size_t len = strlen(name) + 1;

	return len <= sizeof(text) &&
	       mem_read(t->k->space, t->strings + s->name, text, len, NULL) == 0 &&
	       memcmp(text, name, len) == 0;
}

bool module_symbol_is_only(
	const struct kernel_image *k, const struct kernel_module *module, const char *name)
{
	uint8_t raw[CHUNK];
	struct symtab t;
	size_t size, fit, found = 0;

	if (open_symtab(k, module, &t, NULL))
		return false;
	size = t.is_64 ? 24 : 16;
	fit = CHUNK / size;
	for (uint64_t i = 0; i < t.n; i += fit) {
		size_t n = t.n - i < fit ? (size_t)(t.n - i) : fit;
		struct cur c = cur_init(raw, n * size, t.be);

		if (mem_read(k->space, t.symbols + i * size, raw, n * size, NULL))
			return false;
		for (size_t j = 0; j < n; j++) {
			struct elf_symbol s = {.index = i + j};

			parse_symbol(&t, &c, &s);
			found += s.section && s.name && has_name(&t, &s, name);
		}
	}
	return found == 1;
}
