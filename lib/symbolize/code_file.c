// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A vmlinux is linked: only the addresses in it move with the kernel (KASLR). A module's file is
 * not: what its relocations write cannot be compared without the addresses of all that it uses.
 */
#include "symbolize/code_file.h"

#include <string.h>

#include "base/array.h"
#include "base/cur.h"

struct code_file {
	Elf *elf;
	uint16_t machine;
	struct reloc_file *reloc; /* NULL: a kernel */
	struct code_symbols symbols;
	struct code_sites *sites;
};

int code_file_open(TALLOC_CTX *ctx, Elf *elf, const struct code_symbols *symbols,
	struct code_file **ret, struct vmt_err *err)
{
	struct code_file *f = talloc_zero(ctx, struct code_file);
	GElf_Ehdr header;
	int rc = 0;

	if (!f)
		return err_nomem(err);
	f->elf = elf;
	f->symbols = *symbols;
	f->sites = code_sites_new(f);
	if (!gelf_getehdr(elf, &header) || header.e_ident[EI_CLASS] != ELFCLASS64 ||
		header.e_ident[EI_DATA] != ELFDATA2LSB ||
		(header.e_machine != EM_X86_64 && header.e_machine != EM_AARCH64))
		rc = err_set(err, VMT_ERR_UNSUPPORTED, "a machine whose code is not compared");
	else if (header.e_type == ET_REL)
		rc = reloc_open(f, elf, &f->reloc, err);
	if (rc) {
		talloc_free(f);
		return rc;
	}
	f->machine = header.e_machine;
	*ret = f;
	return 0;
}

const struct sections *code_file_sections(const struct code_file *f)
{
	return f->reloc ? &f->reloc->sections : NULL;
}

/* ---- reading ----------------------------------------------------------------------------- */

/* Init code was freed, and replacements are only copied from. */
static bool stays(const char *name)
{
	static const char *const prefixes[] = {
		".init.", ".exit.", ".altinstr", ".plt", ".text.ftrace_trampoline"};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return false;
	return true;
}

/* The section that the window starts in, and where that starts; NULL: none. */
static Elf_Scn *find_section(
	const struct code_file *f, struct code_window *w, bool any, uint64_t *base, size_t *index)
{
	Elf_Scn *scn = NULL;
	size_t strings;
	GElf_Shdr h;

	if (elf_getshdrstrndx(f->elf, &strings))
		return NULL;
	while ((scn = elf_nextscn(f->elf, scn))) {
		const struct section *placed;
		const char *name;

		if (!gelf_getshdr(scn, &h) || !(h.sh_flags & SHF_EXECINSTR) ||
			h.sh_type != SHT_PROGBITS)
			continue;
		*index = elf_ndxscn(scn);
		placed = f->reloc ? sections_by_index(&f->reloc->sections, *index) : NULL;
		*base = placed ? placed->base : f->reloc ? 0 : h.sh_addr;
		name = elf_strptr(f->elf, strings, h.sh_name);
		if (!*base || !name || w->start < *base || w->start - *base >= h.sh_size)
			continue;
		/* The last function of a section seems to reach up to the next section. */
		if (w->n > h.sh_size - (w->start - *base))
			w->n = h.sh_size - (w->start - *base);
		return any || stays(name) ? scn : NULL;
	}
	return NULL;
}

static unsigned field_size(uint16_t machine, uint32_t type)
{
	if (machine == EM_X86_64)
		return type == R_X86_64_NONE			      ? 0
		       : type == R_X86_64_64 || type == R_X86_64_PC64 ? 8
								      : 4;
	return type == R_AARCH64_NONE				     ? 0
	       : type == R_AARCH64_ABS64 || type == R_AARCH64_PREL64 ? 8
								     : 4;
}

/* What relocations write, also those of livepatches. */
static void mark_relocations(
	const struct code_file *f, struct code_window *w, uint64_t base, size_t index)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr h;

	while (f->reloc && (scn = elf_nextscn(f->elf, scn))) {
		Elf_Data *data;
		GElf_Rela rela;

		if (!gelf_getshdr(scn, &h) || h.sh_type != SHT_RELA || h.sh_info != index)
			continue;
		data = elf_getdata(scn, NULL);
		for (int i = 0; data && gelf_getrela(data, i, &rela); i++) {
			unsigned size = field_size(f->machine, (uint32_t)GELF_R_TYPE(rela.r_info));
			uint64_t at = base + rela.r_offset - w->start;

			for (unsigned k = 0; k < size; k++)
				if (at + k < w->n)
					w->free[at + k] = true;
		}
	}
}

static int read_code(struct code_file *f, struct code_window *w, bool any, struct vmt_err *err)
{
	uint64_t base = 0;
	size_t index = 0;
	Elf_Scn *scn = find_section(f, w, any, &base, &index);
	Elf_Data *data = elf_rawdata(scn, NULL);

	if (!data || !data->d_buf || data->d_size < w->start - base + w->n)
		return err_set_at(err, VMT_ERR_NOTFOUND, w->start, "no such code in the file");
	memcpy(w->bytes, (const uint8_t *)data->d_buf + (w->start - base), w->n);
	memset(w->free, 0, w->n * sizeof(*w->free));
	mark_relocations(f, w, base, index);
	return 0;
}

int code_file_read(struct code_file *f, struct code_window *w, struct vmt_err *err)
{
	int rc = read_code(f, w, false, err);

	return rc ? rc : code_sites_mark(f->elf, f->reloc, &f->symbols, f->sites, w, err);
}

int code_file_read_any(struct code_file *f, struct code_window *w, struct vmt_err *err)
{
	return read_code(f, w, true, err);
}

bool code_file_function(const struct code_file *f, const char *name, uint64_t *ret)
{
	Elf_Data *data = f->reloc ? sections_data(f->elf, ".symtab", NULL) : NULL;
	GElf_Shdr header;
	unsigned n = 0;
	GElf_Sym symbol;

	if (!data || !sections_find(f->elf, ".symtab", &header))
		return false;
	for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
		const char *own = elf_strptr(f->elf, header.sh_link, symbol.st_name);
		const struct section *s = sections_by_index(&f->reloc->sections, symbol.st_shndx);

		if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC || !s || !own ||
			strcmp(own, name) != 0)
			continue;
		*ret = s->base + symbol.st_value;
		n++;
	}
	return n == 1;
}

size_t code_file_trim(const struct code_window *w)
{
	size_t n = w->n;

	while (n && (w->bytes[n - 1] == 0x90 || w->bytes[n - 1] == 0xcc))
		n--;
	return n;
}

/* ---- comparing --------------------------------------------------------------------------- */

struct comparison {
	const struct code_file *f;
	const struct code_window *w;
	const uint8_t *memory;
	uint64_t slide;
};

/*
 * Whether the byte is in a field that moved with the kernel: an address, or a distance from code
 * that moves to per-CPU data that do not.
 */
static bool is_moved(const struct comparison *c, size_t at)
{
	for (unsigned size = 4; c->slide && size <= 8; size += 4) {
		uint64_t mask = size == 4 ? UINT32_MAX : UINT64_MAX;

		for (size_t back = 0; back < size && back <= at; back++) {
			size_t from = at - back;
			uint64_t by;

			if (from + size > c->w->n)
				continue;
			by = cur_load_little(c->memory + from, size) -
			     cur_load_little(c->w->bytes + from, size);
			if ((by & mask) == (c->slide & mask) || (by & mask) == (-c->slide & mask))
				return true;
		}
	}
	return false;
}

#define X86_INT3 0xcc
#define X86_JMP 0xe9
#define ARM_BRK 0xd4200000u
#define ARM_BRK_MASK 0xffe0001fu

/* What boot writes over signed returns if the CPU cannot sign them (6.2: shadow call stacks). */
static const uint32_t arm_replaced[][2] = {
	{0xd503233f, 0xf800865e}, /* paciasp: str x30, [x18], #8 */
	{0xd50323bf, 0xf85f8e5e}, /* autiasp: ldr x30, [x18, #-8]! */
};

static size_t arm_patch(const struct comparison *c, size_t at)
{
	size_t word = at & ~(size_t)3;
	uint32_t new, old;

	if (word + 4 > c->w->n)
		return 0;
	new = (uint32_t)cur_load_little(c->memory + word, 4);
	old = (uint32_t)cur_load_little(c->w->bytes + word, 4);
	if ((new &ARM_BRK_MASK) == ARM_BRK)
		return word + 4 - at;
	for (size_t i = 0; i < ARRAY_SIZE(arm_replaced); i++)
		if (old == arm_replaced[i][0] && new == arm_replaced[i][1])
			return word + 4 - at;
	return 0;
}

/*
 * The bytes from here on that a probe or a debugger wrote: a breakpoint, or the jump that replaces
 * it (kprobes). 0: none.
 */
static size_t probe_length(const struct comparison *c, size_t at)
{
	size_t differing = 0;

	if (c->f->machine == EM_AARCH64)
		return arm_patch(c, at);
	if (c->memory[at] == X86_INT3)
		return 1;
	if (c->memory[at] != X86_JMP || at + 5 > c->w->n)
		return 0;
	for (size_t i = at; i < at + 5; i++)
		differing += c->memory[i] != c->w->bytes[i];
	return differing > 1 ? 5 : 0;
}

static void count(const struct comparison *c, size_t at, struct code_difference *d)
{
	if (!d->n_bytes) {
		d->first = at;
		d->memory = c->memory[at];
		d->file = c->w->bytes[at];
	}
	d->last = at;
	d->n_bytes++;
	d->n_bits += (unsigned)__builtin_popcount(c->memory[at] ^ c->w->bytes[at]);
}

bool code_file_differs(const struct code_file *f, const struct code_window *w,
	const uint8_t *memory, uint64_t slide, struct code_difference *ret)
{
	struct comparison c = {f, w, memory, slide};
	size_t skip = 0;

	*ret = (struct code_difference){0};
	for (size_t at = 0; at < w->n; at++) {
		if (at < skip || memory[at] == w->bytes[at] || w->free[at])
			continue;
		skip = at + probe_length(&c, at);
		if (at >= skip && !is_moved(&c, at))
			count(&c, at, ret);
	}
	return ret->n_bytes;
}
