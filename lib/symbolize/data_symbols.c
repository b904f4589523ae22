// SPDX-License-Identifier: GPL-3.0-or-later
/* See data_symbols.h. The format of System.map is that of nm: address, type, name. */
#include "symbolize/data_symbols.h"

#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/text_piece.h"

/* "Linux version 6.1.0-56-arm64 (" */
#define BANNER "Linux version "
#define BANNER_MAX 128

struct entry {
	uint64_t addr, size; /* size 0: up to the next one */
	const char *name;
	char type;
};

/* What shows where the kernel was loaded, and that it is the same. */
enum mark {
	MARK_STEXT,
	MARK_TEXT,
	MARK_ETEXT,
	MARK_SINITTEXT,
	MARK_EINITTEXT,
	MARK_BANNER,
	MARK_COUNT
};

static const char *const marks[MARK_COUNT] = {
	[MARK_STEXT] = "_stext",
	[MARK_TEXT] = "_text",
	[MARK_ETEXT] = "_etext",
	[MARK_SINITTEXT] = "_sinittext",
	[MARK_EINITTEXT] = "_einittext",
	[MARK_BANNER] = "linux_banner",
};

struct data_symbols {
	struct entry *by_addr, **by_name;
	size_t n;
	struct vmt_u64 marks[MARK_COUNT];
	uint64_t shift; /* from the file to memory */
};

static void take_mark(struct data_symbols *ds, const char *name, uint64_t addr)
{
	for (size_t i = 0; i < MARK_COUNT; i++)
		if (strcmp(name, marks[i]) == 0)
			ds->marks[i] = (struct vmt_u64){true, addr};
}

static int compare_addr(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int compare_name(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;
	int c = strcmp(x->name, y->name);

	return c ? c : x->addr < y->addr ? -1 : x->addr > y->addr;
}

static int finish(struct data_symbols *ds, struct data_symbols **ret, struct vmt_err *err)
{
	if (ds->n && ds->marks[MARK_STEXT].known) {
		*ret = ds;
		return 0;
	}
	talloc_free(ds);
	return err_set(err, VMT_ERR_NOTFOUND, "no symbols of a kernel");
}

static int sort(struct data_symbols *ds, struct vmt_err *err)
{
	ds->by_name = talloc_array(ds, struct entry *, ds->n);
	if (!ds->by_name)
		return err_nomem(err);
	qsort(ds->by_addr, ds->n, sizeof(ds->by_addr[0]), compare_addr);
	for (size_t i = 0; i < ds->n; i++)
		ds->by_name[i] = &ds->by_addr[i];
	qsort(ds->by_name, ds->n, sizeof(struct entry *), compare_name);
	return 0;
}

static struct data_symbols *make(TALLOC_CTX *ctx, size_t most, struct vmt_err *err)
{
	struct data_symbols *ds = talloc_zero(ctx, struct data_symbols);

	if (ds)
		ds->by_addr = talloc_array(ds, struct entry, most ? most : 1);
	if (!ds || !ds->by_addr) {
		talloc_free(ds);
		err_nomem(err);
		return NULL;
	}
	return ds;
}

/* ---- vmlinux ----------------------------------------------------------------------------- */

static Elf_Scn *symbol_table(Elf *elf, GElf_Shdr *header)
{
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn));)
		if (gelf_getshdr(scn, header) && header->sh_type == SHT_SYMTAB &&
			header->sh_entsize)
			return scn;
	return NULL;
}

/* Whether the symbol is of data: kallsyms has all those of code. */
static char data_type(Elf *elf, const GElf_Sym *sym)
{
	unsigned type = GELF_ST_TYPE(sym->st_info);
	bool global = GELF_ST_BIND(sym->st_info) != STB_LOCAL;
	GElf_Shdr section;

	if ((type != STT_OBJECT && type != STT_NOTYPE) || sym->st_shndx == SHN_UNDEF ||
		sym->st_shndx >= SHN_LORESERVE ||
		!gelf_getshdr(elf_getscn(elf, sym->st_shndx), &section) ||
		!(section.sh_flags & SHF_ALLOC) || section.sh_flags & SHF_EXECINSTR)
		return 0;
	return section.sh_flags & SHF_WRITE ? (global ? 'D' : 'd') : (global ? 'R' : 'r');
}

int data_symbols_of_elf(TALLOC_CTX *ctx, Elf *elf, struct data_symbols **ret, struct vmt_err *err)
{
	GElf_Shdr header;
	Elf_Scn *scn = symbol_table(elf, &header);
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;
	size_t n = data ? data->d_size / header.sh_entsize : 0;
	struct data_symbols *ds;

	if (n > CAP_KALLSYMS)
		n = CAP_KALLSYMS;
	ds = make(ctx, n, err);
	if (!ds)
		return VMT_ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		const char *name;
		GElf_Sym sym;
		char type;

		if (!gelf_getsym(data, (int)i, &sym))
			continue;
		name = elf_strptr(elf, header.sh_link, sym.st_name);
		/* "$d" and ".L" are not the programmer's. */
		if (!name || !*name || *name == '$' || *name == '.')
			continue;
		take_mark(ds, name, sym.st_value);
		type = data_type(elf, &sym);
		if (type)
			ds->by_addr[ds->n++] =
				(struct entry){sym.st_value, sym.st_size, name, type};
	}
	return finish(ds, ret, err);
}

/* ---- System.map -------------------------------------------------------------------------- */

static bool is_data(char type)
{
	return type && strchr("bBdDrRvVA", type) != NULL;
}

/* "ffff800009d2a000 D init_uts_ns"; cut into its parts. */
static bool take_line(struct data_symbols *ds, char *line)
{
	char *end, *name;
	uint64_t addr = strtoull(line, &end, 16);

	if (end == line || end[0] != ' ' || !end[1] || end[2] != ' ' || !end[3])
		return false;
	name = end + 3;
	take_mark(ds, name, addr);
	if (is_data(end[1]) && *name != '$' && *name != '.')
		ds->by_addr[ds->n++] = (struct entry){addr, 0, name, end[1]};
	return true;
}

int data_symbols_of_map(TALLOC_CTX *ctx, const char *text, size_t len, struct data_symbols **ret,
	struct vmt_err *err)
{
	size_t n = text_count_lines(text, len);
	struct data_symbols *ds = make(ctx, n, err);
	char *copy, *line, *next;

	if (!ds)
		return VMT_ERR_NOMEM;
	copy = talloc_strndup(ds, text, len);
	if (!copy) {
		talloc_free(ds);
		return err_nomem(err);
	}
	for (line = copy; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (*line && !take_line(ds, line))
			break;
	}
	return finish(ds, ret, err);
}

/* ---- where the kernel was loaded --------------------------------------------------------- */

/* What is below the image is per-CPU on x86 up to 6.14, and counts from zero. */
static uint64_t in_memory(const struct data_symbols *ds, uint64_t addr)
{
	uint64_t start =
		ds->marks[MARK_TEXT].known ? ds->marks[MARK_TEXT].v : ds->marks[MARK_STEXT].v;

	return addr >= start ? addr + ds->shift : addr;
}

static bool has_banner(
	const struct data_symbols *ds, const struct kernel_image *k, const char *release)
{
	char banner[BANNER_MAX];
	size_t n = strlen(release);

	if (!ds->marks[MARK_BANNER].known ||
		mem_read_string(k->space, in_memory(ds, ds->marks[MARK_BANNER].v), banner,
			sizeof(banner), NULL) ||
		strncmp(banner, BANNER, strlen(BANNER)) != 0)
		return false;
	return strncmp(banner + strlen(BANNER), release, n) == 0 &&
	       banner[strlen(BANNER) + n] == ' ';
}

int data_symbols_place(struct data_symbols *ds, const struct kernel_image *k, const char *release,
	struct vmt_err *err)
{
	uint64_t addr;
	int rc = kernel_symbol(k, marks[MARK_STEXT], &addr, err);

	if (rc)
		return rc;
	ds->shift = addr - ds->marks[MARK_STEXT].v;
	for (size_t i = 0; i < MARK_BANNER; i++)
		if (ds->marks[i].known && kernel_symbol(k, marks[i], &addr, NULL) == 0 &&
			in_memory(ds, ds->marks[i].v) != addr)
			return err_set(
				err, VMT_ERR_NOTFOUND, "%s is elsewhere in this kernel", marks[i]);
	if (!release || !has_banner(ds, k, release))
		return err_set(err, VMT_ERR_NOTFOUND, "the kernel's banner is elsewhere");
	for (size_t i = 0; i < ds->n; i++)
		ds->by_addr[i].addr = in_memory(ds, ds->by_addr[i].addr);
	return sort(ds, err);
}

/* ---- lookups ----------------------------------------------------------------------------- */

static bool find(void *priv, const char *name, uint64_t *ret)
{
	const struct data_symbols *ds = priv;
	size_t low = 0, high = ds->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(ds->by_name[mid]->name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == ds->n || strcmp(ds->by_name[low]->name, name) != 0)
		return false;
	*ret = ds->by_name[low]->addr;
	return true;
}

static bool at(void *priv, uint64_t addr, struct kallsym *ret)
{
	const struct data_symbols *ds = priv;
	const struct entry *e;
	size_t low = 0, high = ds->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (ds->by_addr[mid].addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		return false;
	e = &ds->by_addr[low - 1];
	while (e > ds->by_addr && e[-1].addr == e->addr)
		e--;
	/* Of several names, that of a variable, not a mark of the linker's. */
	while (!e->size && e + 1 < ds->by_addr + ds->n && e[1].addr == e->addr)
		e++;
	ret->addr = e->addr;
	ret->type = e->type;
	ret->size = e->size ? e->size : low < ds->n ? ds->by_addr[low].addr - e->addr : 0;
	snprintf(ret->name, sizeof(ret->name), "%s", e->name);
	return addr - e->addr < ret->size;
}

struct kallsyms_more data_symbols_more(struct data_symbols *ds)
{
	return (struct kallsyms_more){find, at, ds};
}
