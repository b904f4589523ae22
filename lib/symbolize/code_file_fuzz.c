// SPDX-License-Identifier: GPL-3.0-or-later
/* Input: a vmlinux, a module, or the image of a kernel. Reads all its code, and compares it. */
#include <string.h>

#include "io/source.h"
#include "symbolize/boot_image.h"
#include "symbolize/code_file.h"

#define WINDOW 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Symbols that an ELF file may have. */
static bool find_symbol(void *arg, const char *name, uint64_t *ret)
{
	Elf *elf = arg;
	GElf_Shdr header;
	Elf_Scn *scn = sections_find(elf, ".symtab", &header);
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Sym symbol;

	for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
		const char *own = elf_strptr(elf, header.sh_link, symbol.st_name);

		*ret = symbol.st_value;
		if (own && strcmp(own, name) == 0)
			return true;
	}
	return false;
}

static void compare(struct code_file *f, uint64_t start)
{
	uint8_t bytes[WINDOW], memory[WINDOW];
	bool free[WINDOW];
	struct code_window w = {start, WINDOW, bytes, free};
	struct code_difference d;

	if (code_file_read(f, &w, NULL))
		return;
	for (size_t i = 0; i < w.n; i++)
		memory[i] = bytes[i] ^ (uint8_t)(i % 7 == 0);
	w.n = code_file_trim(&w);
	(void)code_file_differs(f, &w, memory, 0, &d);
	(void)code_file_differs(f, &w, memory, 0x1000000, &d);
}

/* The start, the middle and the end of each section. */
static void compare_all(Elf *elf, struct code_file *f)
{
	const struct sections *placed = code_file_sections(f);
	Elf_Scn *scn = NULL;
	GElf_Shdr h;

	for (unsigned n = 0; n < 32 && (scn = elf_nextscn(elf, scn)); n++) {
		const struct section *s;

		if (!gelf_getshdr(scn, &h) || !(h.sh_flags & SHF_EXECINSTR))
			continue;
		s = placed ? sections_by_index(placed, elf_ndxscn(scn)) : NULL;
		if (s)
			h.sh_addr = s->base;
		compare(f, h.sh_addr);
		compare(f, h.sh_addr + h.sh_size / 2);
		compare(f, h.sh_addr + h.sh_size - 1);
	}
}

static void read_image(TALLOC_CTX *ctx, const uint8_t *data, size_t size)
{
	struct source *src, *payload;
	uint8_t last;

	if (source_open_memory(ctx, "image", data, size, &src, NULL) ||
		boot_image_open(ctx, src, &payload, NULL) || !payload->size)
		return;
	(void)source_read_exact(payload, payload->size - 1, &last, 1, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *copy = talloc_memdup(ctx, data, size);
	struct code_file *f;
	uint64_t start;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = copy ? elf_memory(copy, size) : NULL;
	if (elf && elf_kind(elf) == ELF_K_ELF &&
		code_file_open(ctx, elf, &(struct code_symbols){elf, find_symbol}, &f, NULL) == 0) {
		(void)code_file_function(f, "patched", &start);
		compare_all(elf, f);
	}
	read_image(ctx, data, size);
	elf_end(elf);
	talloc_free(ctx);
	return 0;
}
