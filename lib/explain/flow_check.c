// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Compares what the flow claims with DWARF, on all functions of a vmlinux that has both BTF and
 * debuginfo. Usage: flow_check VMLINUX [EVERY [FUNCTION]]. EVERY 10: one function of ten.
 *
 * At each access to memory through a register that the flow claims a type for, DWARF may know
 * variables that are in that register. A claim is right if one of them has the type, and wrong if
 * there are such pointers to structs and none has it. Prints the wrong ones and the counts.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explain/flow.h"
#include "image/btf_types.h"

#define IMAGE 0xffffffff80000000u

static const uint8_t dwarf_numbers[] = {0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15};

static struct checked {
	Elf *elf;
	Dwarf *dwarf;
	const char *only;
	unsigned long every, functions, typed, accesses, claims, right, wrong, unknown;
	unsigned long expressions, named, moved;
} c;

static int read_elf(void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	uint64_t va = paddr + IMAGE;
	size_t n;

	(void)arg;
	elf_getphdrnum(c.elf, &n);
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr p;

		gelf_getphdr(c.elf, (int)i, &p);
		if (p.p_type != PT_LOAD || va < p.p_vaddr || va - p.p_vaddr >= p.p_filesz ||
			len > p.p_filesz - (va - p.p_vaddr))
			continue;
		memcpy(buf, elf_rawfile(c.elf, NULL) + p.p_offset + (va - p.p_vaddr), len);
		return 0;
	}
	return err_set(err, VMT_ERR_NODATA, "not in the file");
}

/* "struct foo" of a pointer to it; NULL: something else. */
static const char *struct_of(Dwarf_Die *type, const char **tag)
{
	static const char *const tags[] = {[0] = "struct ", [1] = "union "};
	Dwarf_Attribute attr;
	bool pointer = false;

	for (unsigned i = 0; i < 32; i++) {
		switch (dwarf_tag(type)) {
		case DW_TAG_pointer_type:
			if (pointer)
				return NULL;
			pointer = true;
			break;
		case DW_TAG_typedef:
		case DW_TAG_const_type:
		case DW_TAG_volatile_type:
		case DW_TAG_restrict_type:
			break;
		case DW_TAG_structure_type:
		case DW_TAG_union_type:
			*tag = tags[dwarf_tag(type) == DW_TAG_union_type];
			return pointer ? dwarf_diename(type) : NULL;
		default:
			return NULL;
		}
		if (!dwarf_attr(type, DW_AT_type, &attr) || !dwarf_formref_die(&attr, type))
			return NULL;
	}
	return NULL;
}

/* Whether a struct of that name begins another one: both are at the same address. */
static bool begins_with(Dwarf_Die die, const char *name)
{
	Dwarf_Attribute attr;
	Dwarf_Word offset;

	for (unsigned i = 0; i < 64; i++) {
		switch (dwarf_tag(&die)) {
		case DW_TAG_structure_type:
		case DW_TAG_union_type:
			if (dwarf_diename(&die) && !strcmp(dwarf_diename(&die), name))
				return true;
			if (dwarf_child(&die, &die))
				return false;
			continue;
		case DW_TAG_member:
			if (dwarf_attr(&die, DW_AT_data_member_location, &attr) &&
				(dwarf_formudata(&attr, &offset) || offset))
				return false;
			break;
		default:
			break;
		}
		if (!dwarf_attr(&die, DW_AT_type, &attr) || !dwarf_formref_die(&attr, &die))
			return false;
	}
	return false;
}

struct look {
	uint64_t pc;
	unsigned reg;
	const char *wanted, *expression;
	const char *first; /* the structs that the wanted one begins with, as " struct foo " */
	bool found, other, named, moved, inlined;
	char other_text[400];
};

static void look_at(struct look *l, Dwarf_Die *var)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t n;
	Dwarf_Die type;
	const char *name, *tag;
	char text[200], spaced[202];

	if (!dwarf_attr_integrate(var, DW_AT_location, &attr) ||
		dwarf_getlocation_addr(&attr, l->pc, &ops, &n, 1) != 1 || n != 1)
		return;
	if (ops[0].atom != DW_OP_reg0 + l->reg) {
		l->moved |= l->expression && dwarf_diename(var) &&
			    strcmp(dwarf_diename(var), l->expression) == 0 &&
			    dwarf_tag(var) == DW_TAG_formal_parameter && !l->inlined;
		return;
	}
	if (!dwarf_attr_integrate(var, DW_AT_type, &attr) || !dwarf_formref_die(&attr, &type))
		return;
	name = struct_of(&type, &tag);
	if (!name)
		return;
	snprintf(text, sizeof(text), "%s%s", tag, name);
	snprintf(spaced, sizeof(spaced), " %s ", text);
	if (strcmp(text, l->wanted) == 0 || begins_with(type, strchr(l->wanted, ' ') + 1) ||
		strstr(l->first, spaced)) {
		l->found = true;
		if (l->expression && dwarf_diename(var) &&
			strcmp(dwarf_diename(var), l->expression) == 0)
			l->named = true;
	} else {
		l->other = true;
		snprintf(l->other_text + strlen(l->other_text),
			sizeof(l->other_text) - strlen(l->other_text), " %s *%s", text,
			dwarf_diename(var) ? dwarf_diename(var) : "?");
	}
}

static void look_around(struct look *l)
{
	Dwarf_Die cu, *scopes, child;
	int n;

	if (!dwarf_addrdie(c.dwarf, l->pc, &cu))
		return;
	n = dwarf_getscopes(&cu, l->pc, &scopes);
	for (int i = 0; i < n; i++) {
		if (dwarf_tag(&scopes[i]) == DW_TAG_compile_unit || dwarf_child(&scopes[i], &child))
			continue;
		l->inlined = dwarf_tag(&scopes[i]) == DW_TAG_inlined_subroutine;
		do
			if (dwarf_tag(&child) == DW_TAG_variable ||
				dwarf_tag(&child) == DW_TAG_formal_parameter)
				look_at(l, &child);
		while (dwarf_siblingof(&child, &child) == 0);
	}
	if (n > 0)
		free(scopes);
}

/* The structs at the beginning of a type. */
static void first_of(struct btf *btf, uint32_t type, char *buf, size_t size)
{
	struct btf_member m;
	struct btf_type t;

	*buf = 0;
	for (unsigned i = 0; i < 16 && btf_strip(btf, type, &t, NULL) == 0; i++) {
		char text[BTF_TEXT_MAX];

		if (t.kind == BTF_STRUCT || t.kind == BTF_UNION) {
			btf_type_text(btf, t.id, text, sizeof(text));
			snprintf(buf + strlen(buf), size - strlen(buf), " %s ", text);
			if (!t.vlen || btf_get_member(&t, 0, &m, NULL) || m.offset)
				return;
			type = m.type;
		} else {
			return;
		}
	}
}

static const char *no_name(const void *arg, TALLOC_CTX *ctx, uint64_t addr)
{
	(void)arg, (void)ctx, (void)addr;
	return NULL;
}

static void check_access(struct flow *f, const struct types *types, const char *function,
	uint32_t insn, const struct micro *m, const struct flow_code *code)
{
	struct flow_value regs[MICRO_REGS];
	struct types_member member;
	char text[BTF_TEXT_MAX], first[600];
	struct look l = {.pc = code->start + code->insns[insn].offset};
	const struct flow_value *v;

	if (m->base >= 16 || m->index != MICRO_NONE || !flow_before(f, insn, 0, regs))
		return;
	v = &regs[m->base];
	c.accesses++;
	if (v->kind != FLOW_POINTER || !v->type || v->offset + (int64_t)m->imm < 0 ||
		!types->member(
			types->priv, v->type, (uint64_t)v->offset + m->imm, m->size, &member))
		return;
	types->text(types->priv, v->type, text, sizeof(text));
	if (strncmp(text, "struct ", 7) != 0 && strncmp(text, "union ", 6) != 0)
		return;
	c.claims++;
	if (v->offset)
		return;
	l.reg = dwarf_numbers[m->base];
	l.wanted = text;
	first_of(types->priv, (uint32_t)v->type, first, sizeof(first));
	l.first = first;
	l.expression = flow_text(f, f, v->origin, no_name, NULL);
	look_around(&l);
	if (l.found) {
		c.right++;
		c.expressions += l.expression && !strchr(l.expression, '>');
		c.named += l.named;
		c.moved += l.moved && !l.named;
		if (l.moved && !l.named)
			printf("%s+0x%x: %s is elsewhere\n", function, code->insns[insn].offset,
				l.expression);
	} else if (l.other) {
		c.wrong++;
		printf("%s+0x%x: claimed %s (%s), DWARF has%s\n", function,
			code->insns[insn].offset, text, l.expression ? l.expression : "",
			l.other_text);
	} else {
		c.unknown++;
	}
}

static void check_function(
	struct mem_space *space, struct types *types, const char *name, uint64_t addr, size_t size)
{
	const struct micro_machine *m = micro_machine_find("x86_64");
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct types_function proto;
	struct flow_input in = {.machine = m, .types = types};
	uint8_t *bytes = talloc_size(ctx, size);
	struct flow_code *code;
	struct flow *f;

	c.functions++;
	btf_allow(types->priv);
	if (mem_read(space, addr, bytes, size, NULL) == 0 &&
		types->function(types->priv, name, addr, &proto) &&
		code_decode(ctx, m, &(struct code_bytes){addr, bytes, size, NULL}, &code, NULL) ==
			0) {
		in.code = code;
		in.function = &proto;
		c.typed++;
		if (flow_run(ctx, &in, &f, NULL))
			code->n = 0;
		for (uint32_t i = 0; i < code->n; i++)
			for (unsigned k = 0; k < code->insns[i].n_steps; k++) {
				const struct micro *s = &code->steps[code->insns[i].steps + k];

				if ((s->op == MICRO_LOAD || s->op == MICRO_STORE) &&
					s->base != m->sp)
					check_access(f, types, name, i, s, code);
			}
	}
	talloc_free(ctx);
}

static GElf_Shdr section(Elf_Scn **scn, const char *name)
{
	size_t strings;
	GElf_Shdr sh = {0};

	elf_getshdrstrndx(c.elf, &strings);
	*scn = NULL;
	while ((*scn = elf_nextscn(c.elf, *scn))) {
		gelf_getshdr(*scn, &sh);
		if (strcmp(elf_strptr(c.elf, strings, sh.sh_name), name) == 0)
			return sh;
	}
	fprintf(stderr, "no section %s\n", name);
	exit(2);
}

/* Functions of the same name are left out, as in the real use. */
static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_symbols(struct mem_space *space, struct types *types)
{
	Elf_Scn *scn;
	GElf_Shdr sh = section(&scn, ".symtab");
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t n = sh.sh_size / sh.sh_entsize, n_names = 0;
	const char **names = calloc(n, sizeof(*names));
	GElf_Sym s;

	for (size_t i = 0; i < n; i++)
		if (gelf_getsym(data, (int)i, &s) && GELF_ST_TYPE(s.st_info) == STT_FUNC)
			names[n_names++] = elf_strptr(c.elf, sh.sh_link, s.st_name);
	qsort(names, n_names, sizeof(*names), by_name);
	for (size_t i = 0, k = 0; i < n; i++) {
		const char *name, **at;

		if (!gelf_getsym(data, (int)i, &s) || GELF_ST_TYPE(s.st_info) != STT_FUNC ||
			!s.st_size)
			continue;
		name = elf_strptr(c.elf, sh.sh_link, s.st_name);
		at = bsearch(&name, names, n_names, sizeof(*names), by_name);
		if ((at > names && !strcmp(at[-1], name)) ||
			(at + 1 < names + n_names && !strcmp(at[1], name)))
			continue;
		if (c.only ? !strcmp(c.only, name) : k++ % c.every == 0)
			check_function(space, types, name, s.st_value, s.st_size);
	}
	free(names);
}

int main(int argc, char **argv)
{
	struct mem_params params = {.arch = arch_find(EM_X86_64, true),
		.read = read_elf,
		.page_size = 4096,
		.image_base = IMAGE,
		.image_size = 1u << 30};
	struct mem_space *space;
	struct btf *btf;
	struct types types;
	Elf_Scn *scn;
	GElf_Shdr sh;
	struct vmt_err err;
	int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;

	c.every = argc > 2 ? strtoul(argv[2], NULL, 10) : 100;
	c.only = argc > 3 ? argv[3] : NULL;
	elf_version(EV_CURRENT);
	c.elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	c.dwarf = dwarf_begin(fd, DWARF_C_READ);
	if (!c.elf || !c.dwarf || !c.every || mem_space_new(NULL, &params, &space, &err)) {
		fprintf(stderr, "usage: flow_check VMLINUX [EVERY [FUNCTION]]\n");
		return 2;
	}
	sh = section(&scn, ".BTF");
	if (btf_open(space, (struct btf_place){space, sh.sh_addr, sh.sh_size}, NULL, &btf, &err)) {
		fprintf(stderr, "%s\n", err.message);
		return 2;
	}
	types = types_of_btf(btf);
	check_symbols(space, &types);
	printf("functions %lu, with types %lu; accesses %lu, claimed %lu: right %lu, wrong %lu, "
	       "not in DWARF %lu; of %lu plain names right %lu, "
	       "elsewhere %lu\n",
		c.functions, c.typed, c.accesses, c.claims, c.right, c.wrong, c.unknown,
		c.expressions, c.named, c.moved);
	return 0;
}
