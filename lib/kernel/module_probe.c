// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel/module_probe.h"

#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "base/caps.h"
#include "base/cur.h"
#include "kernel/modules.h"

#define PROBED 8  /* modules to examine: all must agree */
#define SEEN 1536 /* bytes of each struct module; its size is 896 in 5.4, 1280 in 6.8 */
#define PAGE 4096u
#define SIZE_MAX_PROBED (64u << 20) /* of a module's memory */

/* Unchanged since 2.6: state, list, name. */
#define LIST_AT 8
#define NAME_AT 24
#define NAME_LEN 56

/* Members of struct module that are found together. */
enum group {
	GROUP_FIXED,		/* known without probing */
	GROUP_CORE_LAYOUT,	/* core_layout, 4.5 to 6.3 */
	GROUP_CORE_MEMBERS,	/* module_init and the next members, before 4.5 */
	GROUP_MEM,		/* mem[], whose second entry holds the struct; since 6.4 */
	GROUP_CORE_LAYOUT_NODE, /* core_layout with a node in it; init_layout follows */
	GROUP_KALLSYMS,		/* pointer to mod_kallsyms, since 4.5 */
	GROUP_KALLSYMS_TYPES,	/* the same with a table of types; since 5.2 */
	GROUP_SYMTAB,		/* symtab and the next members, before 4.5 */
	GROUP_ORC,		/* mod_arch_specific, since 4.14 */
	GROUP_COUNT
};

#define RANGES 4 /* of memory that is not freed */
#define MEM_TYPES 7

struct probed {
	uint64_t addr;
	struct {
		uint64_t base, size;
	} ranges[RANGES]; /* its memory, once known; the first range begins with its instructions */
	uint64_t text;
	uint8_t raw[SEEN];
};

/*
 * The versions of struct module_memory: offsets of the size and of the node that points to the
 * module.
 */
static const struct mem_form {
	unsigned size, node, stride;
} mem_forms[] = {
	{8, 16, 72},  /* since 6.4 */
	{20, 24, 80}, /* since 6.13: base, rw_copy, is_rox, size */
	{12, 16, 72}, /* since 6.14: base, is_rox, size */
};

struct probe {
	const struct kernel_image *k;
	bool be;
	struct probed modules[PROBED];
	size_t n;
	bool found[GROUP_COUNT];
	uint64_t at[GROUP_COUNT];
	const struct mem_form *form; /* used by GROUP_MEM */
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

/* Whether len bytes at va are in the module's memory. */
static bool inside(const struct probed *m, uint64_t va, uint64_t len)
{
	for (unsigned i = 0; i < RANGES; i++) {
		uint64_t base = m->ranges[i].base, size = m->ranges[i].size;

		if (va >= base && va - base < size && len <= size - (va - base))
			return true;
	}
	return false;
}

/* ---- what each group looks like ----------------------------------------------------------- */

static bool is_memory(uint64_t base, uint64_t size)
{
	return base && base % PAGE == 0 && size && size <= SIZE_MAX_PROBED;
}

static bool take_core(struct probed *m, uint64_t base, uint32_t size, uint32_t text)
{
	if (!is_memory(base, size) || !text || text > size || m->addr - base >= size)
		return false;
	memset(m->ranges, 0, sizeof(m->ranges));
	m->ranges[0].base = base;
	m->ranges[0].size = size;
	m->text = text;
	return true;
}

static bool is_core_layout(struct probe *p, struct probed *m, size_t off)
{
	uint32_t size = half(p, m, off + 8), text = half(p, m, off + 12), ro = half(p, m, off + 16);

	return text <= ro && ro <= size && take_core(m, word(p, m, off), size, text);
}

#define CORE_NODE 24
#define CORE_STRIDE 80

static bool is_core_layout_with_node(struct probe *p, struct probed *m, size_t off)
{
	return is_core_layout(p, m, off) && word(p, m, off + CORE_NODE) == m->addr;
}

/* module_init, module_core, then the sizes of both, then the sizes of their text */
static bool is_core_members(struct probe *p, struct probed *m, size_t off)
{
	return word(p, m, off) % PAGE == 0 && half(p, m, off + 24) <= half(p, m, off + 16) &&
	       take_core(m, word(p, m, off + 8), half(p, m, off + 20), half(p, m, off + 28));
}

/* One entry of mem[]. With base 0, the module has no memory of that type. */
static bool is_mem_entry(
	const struct probe *p, const struct probed *m, const struct mem_form *form, size_t off)
{
	uint64_t base = word(p, m, off);

	return !base || (is_memory(base, half(p, m, off + form->size)) &&
				word(p, m, off + form->node) == m->addr);
}

static bool is_mem_of(
	const struct probe *p, struct probed *m, const struct mem_form *form, size_t off)
{
	uint64_t data = word(p, m, off + form->stride);

	memset(m->ranges, 0, sizeof(m->ranges));
	for (unsigned i = 0; i < MEM_TYPES; i++)
		if (!is_mem_entry(p, m, form, off + i * form->stride))
			return false;
	for (unsigned i = 0; i < RANGES; i++) {
		m->ranges[i].base = word(p, m, off + i * form->stride);
		m->ranges[i].size = half(p, m, off + i * form->stride + form->size);
	}
	m->text = m->ranges[0].size;
	return m->ranges[0].base && m->addr - data < m->ranges[1].size;
}

/* Text first, then the data with the struct itself. */
static bool is_mem(struct probe *p, struct probed *m, size_t off)
{
	return off + MEM_TYPES * p->form->stride <= SEEN && is_mem_of(p, m, p->form, off);
}

/* The first symbol is the null symbol, with an empty name. */
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

static bool is_kallsyms(struct probe *p, struct probed *m, size_t off)
{
	uint64_t at = word(p, m, off);

	return inside(m, at, 24) &&
	       is_symtab(p, m, read_word(p, at), read_word(p, at + 8) & UINT32_MAX,
		       read_word(p, at + 16));
}

static bool is_kallsyms_with_types(struct probe *p, struct probed *m, size_t off)
{
	uint64_t at = word(p, m, off);

	return is_kallsyms(p, m, off) && inside(m, read_word(p, at + 24), 1);
}

static bool is_old_symtab(struct probe *p, struct probed *m, size_t off)
{
	return inside(m, word(p, m, off + 8), 24) &&
	       is_symtab(p, m, word(p, m, off), half(p, m, off + 16), word(p, m, off + 24));
}

/* Whether entry i of a table of addresses refers to the module's own instructions. */
static bool is_of_text(const struct probe *p, const struct probed *m, uint64_t ips, uint64_t i)
{
	uint64_t at = ips + 4 * i, to;

	if (mem_read_uint(p->k->space, at, 4, &to, NULL))
		return false;
	to = at + (uint64_t)(int64_t)(int32_t)to;
	return to - m->ranges[0].base < m->text;
}

/* Sorted, with entries for the freed init functions before or after the others. */
static bool is_orc(struct probe *p, struct probed *m, size_t off)
{
	uint64_t n = half(p, m, off), ips = word(p, m, off + 8), entries = word(p, m, off + 16);

	return n && !half(p, m, off + 4) && inside(m, ips, 4 * n) && inside(m, entries, 6 * n) &&
	       (ips < entries ? ips + 4 * n <= entries : entries + 6 * n <= ips) &&
	       (is_of_text(p, m, ips, 0) || is_of_text(p, m, ips, n / 2) ||
		       is_of_text(p, m, ips, n - 1));
}

static const struct {
	bool (*is)(struct probe *p, struct probed *m, size_t off);
	size_t size;	/* bytes examined */
	bool is_memory; /* determines the module's memory, by which the other groups are checked */
} groups[GROUP_COUNT] = {
	[GROUP_CORE_LAYOUT] = {is_core_layout, 24, true},
	[GROUP_CORE_MEMBERS] = {is_core_members, 32, true},
	[GROUP_MEM] = {is_mem, 8, true},
	[GROUP_CORE_LAYOUT_NODE] = {is_core_layout_with_node, 32, false},
	[GROUP_KALLSYMS] = {is_kallsyms, 8, false},
	[GROUP_KALLSYMS_TYPES] = {is_kallsyms_with_types, 8, false},
	[GROUP_SYMTAB] = {is_old_symtab, 32, false},
	[GROUP_ORC] = {is_orc, 24, false},
};

static bool all_have(struct probe *p, enum group group, size_t off)
{
	for (size_t i = 0; i < p->n; i++)
		if (!groups[group].is(p, &p->modules[i], off))
			return false;
	return true;
}

/* Whether all modules have the group at this offset. For mem[], all in the same form. */
static bool all_agree(struct probe *p, enum group group, size_t off)
{
	if (group != GROUP_MEM)
		return all_have(p, group, off);
	for (size_t i = 0; i < ARRAY_SIZE(mem_forms); i++) {
		p->form = &mem_forms[i];
		if (all_have(p, group, off))
			return true;
	}
	return false;
}

static void find_group(struct probe *p, enum group group)
{
	for (size_t off = NAME_AT + NAME_LEN; off + groups[group].size <= SEEN && !p->found[group];
		off += 8) {
		p->found[group] = all_agree(p, group, off);
		p->at[group] = off;
	}
}

/* ---- the modules ------------------------------------------------------------------------- */

static bool is_named(const struct probed *m)
{
	const char *name = (const char *)m->raw + NAME_AT;
	size_t len = strnlen(name, NAME_LEN);

	for (size_t i = 0; i < len; i++)
		if (!ascii_is_alnum(name[i]) && name[i] != '_' && name[i] != '-')
			return false;
	return len && len < NAME_LEN;
}

static void read_modules(struct probe *p, uint64_t head)
{
	uint64_t link = read_word(p, head);

	for (unsigned i = 0; i < PROBED && link && link != head; i++) {
		struct probed *m = &p->modules[p->n];

		m->addr = link - LIST_AT;
		/* While a module is being loaded or unloaded, its tables are elsewhere, or gone. */
		if (mem_read_some(p->k->space, m->addr, m->raw, SEEN) < SEEN && is_named(m) &&
			half(p, m, 0) == MODULE_LIVE)
			p->n++;
		link = read_word(p, link);
	}
}

/* ---- the provider ------------------------------------------------------------------------ */

static const struct {
	const char *type, *member;
	enum group group;
	unsigned offset, size;
} rows[] = {
	{"module", "state", GROUP_FIXED, 0, 4},
	{"module", "list", GROUP_FIXED, LIST_AT, 16},
	{"module", "name", GROUP_FIXED, NAME_AT, NAME_LEN},
	{"module", "core_layout.base", GROUP_CORE_LAYOUT, 0, 8},
	{"module", "core_layout.size", GROUP_CORE_LAYOUT, 8, 4},
	{"module", "core_layout.text_size", GROUP_CORE_LAYOUT, 12, 4},
	{"module", "init_layout.base", GROUP_CORE_LAYOUT_NODE, CORE_STRIDE, 8},
	{"module", "init_layout.size", GROUP_CORE_LAYOUT_NODE, CORE_STRIDE + 8, 4},
	{"module", "init_layout.text_size", GROUP_CORE_LAYOUT_NODE, CORE_STRIDE + 12, 4},
	{"module", "module_init", GROUP_CORE_MEMBERS, 0, 8},
	{"module", "module_core", GROUP_CORE_MEMBERS, 8, 8},
	{"module", "init_size", GROUP_CORE_MEMBERS, 16, 4},
	{"module", "core_size", GROUP_CORE_MEMBERS, 20, 4},
	{"module", "init_text_size", GROUP_CORE_MEMBERS, 24, 4},
	{"module", "core_text_size", GROUP_CORE_MEMBERS, 28, 4},
	{"module", "kallsyms", GROUP_KALLSYMS, 0, 8},
	{"module", "symtab", GROUP_SYMTAB, 0, 8},
	{"module", "num_symtab", GROUP_SYMTAB, 16, 4},
	{"module", "strtab", GROUP_SYMTAB, 24, 8},
	{"module", "arch.num_orcs", GROUP_ORC, 0, 4},
	{"module", "arch.orc_unwind_ip", GROUP_ORC, 8, 8},
	{"module", "arch.orc_unwind", GROUP_ORC, 16, 8},
	{"mod_kallsyms", "symtab", GROUP_FIXED, 0, 8},
	{"mod_kallsyms", "num_symtab", GROUP_FIXED, 8, 4},
	{"mod_kallsyms", "strtab", GROUP_FIXED, 16, 8},
};

/* "mem[0].base" to "mem[6].size" */
static bool provide_mem(const struct probe *p, const char *member, struct layout_member *ret)
{
	unsigned i;
	bool base;

	if (!p->found[GROUP_MEM] || strncmp(member, "mem[", 4) != 0)
		return false;
	i = (unsigned char)member[4] - (unsigned)'0';
	if (i >= MEM_TYPES)
		return false;
	base = strcmp(member + 5, "].base") == 0;
	if (!base && strcmp(member + 5, "].size") != 0)
		return false;
	ret->offset = p->at[GROUP_MEM] + (uint64_t)i * p->form->stride + (base ? 0 : p->form->size);
	ret->size = base ? 8 : 4;
	return true;
}

static int provide_member(void *priv, const char *type, const char *member,
	struct layout_member *ret, struct vmt_err *err)
{
	const struct probe *p = priv;

	*ret = (struct layout_member){.count = 1};
	if (strcmp(type, "module") == 0 && provide_mem(p, member, ret))
		return 0;
	if (strcmp(type, "mod_kallsyms") == 0 && strcmp(member, "typetab") == 0 &&
		p->found[GROUP_KALLSYMS_TYPES]) {
		ret->offset = 24;
		ret->size = 8;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(type, rows[i].type) != 0 || strcmp(member, rows[i].member) != 0 ||
			!p->found[rows[i].group])
			continue;
		ret->offset = p->at[rows[i].group] + rows[i].offset;
		ret->size = rows[i].size;
		return 0;
	}
	return err_set(err, VMT_ERR_NOTFOUND, "%s.%s could not be found in memory", type, member);
}

static int provide_size(void *priv, const char *type, uint64_t *ret, struct vmt_err *err)
{
	(void)priv;
	*ret = 0;
	return err_set(err, VMT_ERR_NOTFOUND, "the size of %s could not be found in memory", type);
}

static bool knows_memory(const struct probe *p)
{
	return p->found[GROUP_CORE_LAYOUT] || p->found[GROUP_CORE_MEMBERS] || p->found[GROUP_MEM];
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
	p->found[GROUP_FIXED] = true;
	rc = kernel_symbol(k, "modules", &head, err);
	if (!rc && mem_space_ptr_size(k->space) == 8)
		read_modules(p, head);
	for (int group = GROUP_CORE_LAYOUT; group < GROUP_COUNT && p->n; group++)
		if (groups[group].is_memory != knows_memory(p))
			find_group(p, (enum group)group);
	if (!rc && !knows_memory(p))
		rc = err_set(err, VMT_ERR_NOTFOUND, "no module has a known layout");
	if (rc) {
		talloc_free(p);
		return rc;
	}
	*ret = (struct layout_provider){"memory", provide_member, provide_size, p};
	return 0;
}
