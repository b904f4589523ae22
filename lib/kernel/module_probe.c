// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/module_probe.h"

#include <ctype.h>
#include <string.h>

#include "base/caps.h"
#include "base/cur.h"

#define PROBED 8  /* modules to look at: all must agree */
#define SEEN 1280 /* bytes of each struct module: it has 896 in 5.4 */
#define PAGE 4096u
#define SIZE_MAX_PROBED (64u << 20) /* of a module's memory */

/* As it was since 2.6: state, list, name. */
#define LIST_AT 8
#define NAME_AT 24
#define NAME_LEN 56

enum part {
	PART_FIXED,	     /* known without looking */
	PART_CORE,	     /* core_layout, 4.5 to 6.3 */
	PART_CORE_OLD,	     /* module_init and what follows it, before */
	PART_KALLSYMS,	     /* pointer to mod_kallsyms, since 4.5 */
	PART_KALLSYMS_TYPES, /* the same, where that has a table of types too: since 5.2 */
	PART_SYMTAB,	     /* symtab and what follows it, before 4.5 */
	PART_ORC,	     /* mod_arch_specific, since 4.14 */
	PART_COUNT
};

struct probed {
	uint64_t addr;
	uint64_t core, size, text; /* its memory, once known */
	uint8_t raw[SEEN];
};

struct probe {
	const struct kernel_image *k;
	bool be;
	struct probed modules[PROBED];
	size_t n;
	bool found[PART_COUNT];
	uint64_t at[PART_COUNT];
};

static uint64_t word(const struct probe *p, const struct probed *m, size_t off)
{
	return cur_load(m->raw + off, 8, p->be);
}

static uint32_t half(const struct probe *p, const struct probed *m, size_t off)
{
	return (uint32_t)cur_load(m->raw + off, 4, p->be);
}

static uint64_t read_word(const struct probe *p, uint64_t va)
{
	uint64_t v;

	return mem_read_ptr(p->k->space, va, &v, NULL) ? 0 : v;
}

/* len bytes at va lie in the module's memory. */
static bool inside(const struct probed *m, uint64_t va, uint64_t len)
{
	return va >= m->core && va - m->core < m->size && len <= m->size - (va - m->core);
}

/* ---- what each part looks like ----------------------------------------------------------- */

static bool take_core(struct probed *m, uint64_t base, uint32_t size, uint32_t text)
{
	if (base % PAGE || !text || text > size || size > SIZE_MAX_PROBED || m->addr - base >= size)
		return false;
	m->core = base;
	m->size = size;
	m->text = text;
	return true;
}

static bool is_core(const struct probe *p, struct probed *m, size_t off)
{
	uint32_t size = half(p, m, off + 8), text = half(p, m, off + 12), ro = half(p, m, off + 16);

	return text <= ro && ro <= size && take_core(m, word(p, m, off), size, text);
}

/* module_init, module_core, then the sizes of both, then those of their instructions */
static bool is_core_old(const struct probe *p, struct probed *m, size_t off)
{
	return word(p, m, off) % PAGE == 0 && half(p, m, off + 24) <= half(p, m, off + 16) &&
	       take_core(m, word(p, m, off + 8), half(p, m, off + 20), half(p, m, off + 28));
}

/* The first symbol is none, and its name is empty. */
static bool is_symtab(
	const struct probe *p, const struct probed *m, uint64_t symtab, uint64_t n, uint64_t strtab)
{
	uint8_t first[25];

	if (!n || n > CAP_MODULE_SYMBOLS || !inside(m, symtab, 24 * n) || !inside(m, strtab, 1) ||
		mem_read(p->k->space, symtab, first, 24, NULL) ||
		mem_read(p->k->space, strtab, first + 24, 1, NULL))
		return false;
	for (size_t i = 0; i < sizeof(first); i++)
		if (first[i])
			return false;
	return true;
}

static bool is_kallsyms(const struct probe *p, struct probed *m, size_t off)
{
	uint64_t at = word(p, m, off);

	return inside(m, at, 24) &&
	       is_symtab(p, m, read_word(p, at), read_word(p, at + 8) & UINT32_MAX,
		       read_word(p, at + 16));
}

static bool is_kallsyms_with_types(const struct probe *p, struct probed *m, size_t off)
{
	uint64_t at = word(p, m, off);

	return is_kallsyms(p, m, off) && inside(m, read_word(p, at + 24), 1);
}

static bool is_old_symtab(const struct probe *p, struct probed *m, size_t off)
{
	return inside(m, word(p, m, off + 8), 24) &&
	       is_symtab(p, m, word(p, m, off), half(p, m, off + 16), word(p, m, off + 24));
}

/* Entry i of a table of addresses is of the module's own instructions. */
static bool is_of_text(const struct probe *p, const struct probed *m, uint64_t ips, uint64_t i)
{
	uint64_t at = ips + 4 * i, to;

	if (mem_read_uint(p->k->space, at, 4, &to, NULL))
		return false;
	to = at + (uint64_t)(int64_t)(int32_t)to;
	return to >= m->core && to - m->core < m->text;
}

/* Sorted, with those of init functions, which are gone, before or behind the others. */
static bool is_orc(const struct probe *p, struct probed *m, size_t off)
{
	uint64_t n = half(p, m, off), ips = word(p, m, off + 8), entries = word(p, m, off + 16);

	return n && !half(p, m, off + 4) && inside(m, ips, 4 * n) && inside(m, entries, 6 * n) &&
	       (ips < entries ? ips + 4 * n <= entries : entries + 6 * n <= ips) &&
	       (is_of_text(p, m, ips, 0) || is_of_text(p, m, ips, n / 2) ||
		       is_of_text(p, m, ips, n - 1));
}

static const struct {
	bool (*is)(const struct probe *p, struct probed *m, size_t off);
	size_t size; /* bytes looked at */
	bool is_core;
} parts[PART_COUNT] = {
	[PART_CORE] = {is_core, 24, true},
	[PART_CORE_OLD] = {is_core_old, 32, true},
	[PART_KALLSYMS] = {is_kallsyms, 8, false},
	[PART_KALLSYMS_TYPES] = {is_kallsyms_with_types, 8, false},
	[PART_SYMTAB] = {is_old_symtab, 32, false},
	[PART_ORC] = {is_orc, 24, false},
};

static bool all_agree(struct probe *p, enum part part, size_t off)
{
	for (size_t i = 0; i < p->n; i++)
		if (!parts[part].is(p, &p->modules[i], off))
			return false;
	return true;
}

static void find_part(struct probe *p, enum part part)
{
	for (size_t off = NAME_AT + NAME_LEN; off + parts[part].size <= SEEN && !p->found[part];
		off += 8) {
		p->found[part] = all_agree(p, part, off);
		p->at[part] = off;
	}
}

/* ---- the modules ------------------------------------------------------------------------- */

static bool is_named(const struct probed *m)
{
	const char *name = (const char *)m->raw + NAME_AT;
	size_t len = strnlen(name, NAME_LEN);

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '-')
			return false;
	return len && len < NAME_LEN;
}

static void read_modules(struct probe *p, uint64_t head)
{
	uint64_t link = read_word(p, head);

	for (unsigned i = 0; i < PROBED && link && link != head; i++) {
		struct probed *m = &p->modules[p->n];

		m->addr = link - LIST_AT;
		if (!mem_read(p->k->space, m->addr, m->raw, SEEN, NULL) && is_named(m))
			p->n++;
		link = read_word(p, link);
	}
}

/* ---- the provider ------------------------------------------------------------------------ */

static const struct {
	const char *type, *member;
	enum part part;
	unsigned offset, size;
} rows[] = {
	{"module", "state", PART_FIXED, 0, 4},
	{"module", "list", PART_FIXED, LIST_AT, 16},
	{"module", "name", PART_FIXED, NAME_AT, NAME_LEN},
	{"module", "core_layout.base", PART_CORE, 0, 8},
	{"module", "core_layout.size", PART_CORE, 8, 4},
	{"module", "core_layout.text_size", PART_CORE, 12, 4},
	{"module", "module_init", PART_CORE_OLD, 0, 8},
	{"module", "module_core", PART_CORE_OLD, 8, 8},
	{"module", "init_size", PART_CORE_OLD, 16, 4},
	{"module", "core_size", PART_CORE_OLD, 20, 4},
	{"module", "init_text_size", PART_CORE_OLD, 24, 4},
	{"module", "core_text_size", PART_CORE_OLD, 28, 4},
	{"module", "kallsyms", PART_KALLSYMS, 0, 8},
	{"module", "symtab", PART_SYMTAB, 0, 8},
	{"module", "num_symtab", PART_SYMTAB, 16, 4},
	{"module", "strtab", PART_SYMTAB, 24, 8},
	{"module", "arch.num_orcs", PART_ORC, 0, 4},
	{"module", "arch.orc_unwind_ip", PART_ORC, 8, 8},
	{"module", "arch.orc_unwind", PART_ORC, 16, 8},
	{"mod_kallsyms", "symtab", PART_FIXED, 0, 8},
	{"mod_kallsyms", "num_symtab", PART_FIXED, 8, 4},
	{"mod_kallsyms", "strtab", PART_FIXED, 16, 8},
};

static int provide_member(void *priv, const char *type, const char *member,
	struct layout_member *ret, struct vmt_err *err)
{
	const struct probe *p = priv;

	*ret = (struct layout_member){.count = 1};
	if (strcmp(type, "mod_kallsyms") == 0 && strcmp(member, "typetab") == 0 &&
		p->found[PART_KALLSYMS_TYPES]) {
		ret->offset = 24;
		ret->size = 8;
		return 0;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(type, rows[i].type) != 0 || strcmp(member, rows[i].member) != 0 ||
			!p->found[rows[i].part])
			continue;
		ret->offset = p->at[rows[i].part] + rows[i].offset;
		ret->size = rows[i].size;
		return 0;
	}
	return err_set(err, VMT_ERR_NOTFOUND, "memory does not tell of %s.%s", type, member);
}

static int provide_size(void *priv, const char *type, uint64_t *ret, struct vmt_err *err)
{
	(void)priv;
	*ret = 0;
	return err_set(err, VMT_ERR_NOTFOUND, "memory does not tell the size of %s", type);
}

int module_probe(TALLOC_CTX *ctx, const struct kernel_image *k, struct layout_provider *ret,
	struct vmt_err *err)
{
	struct probe *p = talloc_zero(ctx, struct probe);
	uint64_t head;
	int rc;

	if (!p)
		return err_nomem(err);
	p->k = k;
	p->be = mem_space_big_endian(k->space);
	p->found[PART_FIXED] = true;
	rc = kernel_symbol(k, "modules", &head, err);
	if (!rc && mem_space_ptr_size(k->space) == 8)
		read_modules(p, head);
	for (int part = PART_CORE; part < PART_COUNT && p->n; part++) {
		bool has_core = p->found[PART_CORE] || p->found[PART_CORE_OLD];

		if (parts[part].is_core ? !has_core : has_core)
			find_part(p, (enum part)part);
	}
	if (!rc && !p->found[PART_CORE] && !p->found[PART_CORE_OLD])
		rc = err_set(err, VMT_ERR_NOTFOUND, "no module looks like one that is known");
	if (rc) {
		talloc_free(p);
		return rc;
	}
	*ret = (struct layout_provider){"memory", provide_member, provide_size, p};
	return 0;
}
