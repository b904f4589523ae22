// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * ELF cores: header, program headers (notes first), section header 0 if the count needs it, notes,
 * memory. Nothing is aligned, as in files of makedumpfile and QEMU.
 */
#include <elf.h>
#include <string.h>

#include "base/array.h"
#include "mkdump.h"

#define DIRECT_MAP 0xffff888000000000u

struct elf_plan {
	unsigned word, ehsize, phentsize;
	uint64_t phoff, phnum, shoff, notes, data;
	bool escape; /* PN_XNUM */
};

/* Without `load` lines: one segment for each run of pages. */
static void make_loads(struct mk_desc *desc)
{
	for (size_t i = 0; i < desc->n_pages; i++) {
		const struct mk_page *page = &desc->pages[i];
		struct mk_load *last = desc->n_loads ? &desc->loads[desc->n_loads - 1] : NULL;

		if (last && last->paddr + last->memsz == page->addr &&
			(page->stored ? last->filesz == last->memsz : true)) {
			last->memsz += desc->page_size;
			last->filesz += page->stored ? desc->page_size : 0;
			continue;
		}
		desc->loads = talloc_realloc(desc, desc->loads, struct mk_load, desc->n_loads + 1);
		desc->loads[desc->n_loads++] = (struct mk_load){page->addr, page->addr + DIRECT_MAP,
			desc->page_size, page->stored ? desc->page_size : 0};
	}
}

static struct elf_plan make_plan(const struct mk_desc *desc)
{
	struct elf_plan p = {.word = desc->is_64 ? 8 : 4,
		.ehsize = desc->is_64 ? 64 : 52,
		.phentsize = desc->is_64 ? 56 : 32};

	p.phoff = mkdump_number(desc, "phoff");
	if (p.phoff == 0)
		p.phoff = p.ehsize;
	p.phnum = 1 + mkdump_number(desc, "null-phdrs") + desc->n_loads;
	p.escape = p.phnum >= PN_XNUM;
	p.shoff = p.escape ? p.phoff + p.phnum * p.phentsize : 0;
	p.notes = p.phoff + p.phnum * p.phentsize + (p.escape ? 64 : 0);
	p.data = p.notes + mkdump_notes_size(desc);
	return p;
}

static void put_ehdr(struct mk_out *out, const struct elf_plan *p)
{
	const struct mk_desc *desc = out->desc;
	const struct {
		const char *name;
		unsigned size;
		uint64_t value;
	} fields[] = {
		{"ehdr.type", 2, ET_CORE},
		{"ehdr.machine", 2, mkdump_number(desc, "machine-id")},
		{"ehdr.version", 4, EV_CURRENT},
		{"ehdr.entry", p->word, 0},
		{"ehdr.phoff", p->word, p->phoff},
		{"ehdr.shoff", p->word, p->shoff},
		{"ehdr.flags", 4, mkdump_number(desc, "flags")},
		{"ehdr.ehsize", 2, p->ehsize},
		{"ehdr.phentsize", 2, p->phentsize},
		{"ehdr.phnum", 2, p->escape ? PN_XNUM : p->phnum},
		{"ehdr.shentsize", 2, p->escape ? 64 : 0},
		{"ehdr.shnum", 2, p->escape},
		{"ehdr.shstrndx", 2, 0},
	};
	uint64_t off = EI_NIDENT;

	mkdump_put_bytes(out, 0, ELFMAG, SELFMAG);
	mkdump_put(out, EI_CLASS, 1, desc->is_64 ? ELFCLASS64 : ELFCLASS32, "ehdr.class");
	mkdump_put(out, EI_DATA, 1, desc->big_endian ? ELFDATA2MSB : ELFDATA2LSB, "ehdr.data");
	mkdump_put(out, EI_VERSION, 1, EV_CURRENT, "ehdr.ident_version");
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		mkdump_put(out, off, fields[i].size, fields[i].value, "%s", fields[i].name);
		off += fields[i].size;
	}
}

/* Puts number n of the program headers that are not empty. */
static void put_phdr(struct mk_out *out, const struct elf_plan *p, size_t n, uint32_t type,
	const struct mk_load *load, uint64_t file_off)
{
	size_t index = n ? n + mkdump_number(out->desc, "null-phdrs") : 0;
	uint64_t off = p->phoff + index * p->phentsize;
	unsigned w = p->word;

	mkdump_put(out, off, 4, type, "phdr.%zu.type", n);
	off += w; /* 64-bit files have p_flags here */
	mkdump_put(out, off, w, file_off, "phdr.%zu.offset", n);
	mkdump_put(out, off + w, w, load->vaddr, "phdr.%zu.vaddr", n);
	mkdump_put(out, off + 2 * w, w, load->paddr, "phdr.%zu.paddr", n);
	mkdump_put(out, off + 3 * w, w, load->filesz, "phdr.%zu.filesz", n);
	mkdump_put(out, off + 4 * w, w, load->memsz, "phdr.%zu.memsz", n);
	mkdump_put(out, off + 5 * w + (w == 4 ? 4 : 0), w, 0, "phdr.%zu.align", n);
}

/* The part of a segment that the pages hold. */
static void put_memory(struct mk_out *out, uint64_t off, const struct mk_load *load)
{
	const struct mk_desc *desc = out->desc;
	uint64_t end = load->paddr + load->filesz;

	mkdump_put_bytes(out, off + load->filesz, "", 0);
	for (size_t i = 0; i < desc->n_pages; i++) {
		const struct mk_page *page = &desc->pages[i];
		uint64_t from = page->addr > load->paddr ? page->addr : load->paddr;
		uint64_t to =
			page->addr + desc->page_size < end ? page->addr + desc->page_size : end;
		if (page->data && from < to)
			mkdump_put_bytes(out, off + (from - load->paddr),
				page->data + (from - page->addr), (size_t)(to - from));
	}
}

int mkdump_elf(struct mk_out *out, struct vmt_err *err)
{
	struct mk_desc *desc = out->desc;
	struct mk_load notes = {.filesz = mkdump_notes_size(desc)};
	struct elf_plan p;
	uint64_t data;

	(void)err;
	if (desc->n_loads == 0)
		make_loads(desc);
	p = make_plan(desc);
	data = p.data;
	put_ehdr(out, &p);
	put_phdr(out, &p, 0, PT_NOTE, &notes, p.notes);
	for (size_t i = 0; i < desc->n_loads; i++) {
		const struct mk_load *load = &desc->loads[i];

		put_phdr(out, &p, i + 1, PT_LOAD, load, load->filesz ? data : 0);
		put_memory(out, data, load);
		data += load->filesz;
	}
	if (p.escape)
		mkdump_put(out, p.shoff + (desc->is_64 ? 44 : 28), 4, p.phnum, "shdr.0.info");
	mkdump_put_notes(out, p.notes);
	return 0;
}
