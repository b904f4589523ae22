// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Input: an ELF file with call frame information. Steps through a stack whose words are their own
 * addresses, from code all over the file's sections.
 */
#include "symbolize/cfi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STEPS 64
#define SPOTS 16

static int read_address(void *arg, uint64_t addr, uint64_t *ret, struct vmt_err *err)
{
	(void)arg, (void)err;
	*ret = addr;
	return 0;
}

static void walk(struct cfi *cfi, uint64_t pc)
{
	const struct cfi_machine machines[] = {{7, read_address, NULL}, {31, read_address, NULL}};
	struct cfi_regs regs = {.known = UINT64_MAX};
	struct vmt_err err;

	for (unsigned i = 0; i < CFI_REGS; i++)
		regs.v[i] = pc + 16 * i;
	for (unsigned i = 0; i < STEPS; i++)
		if (cfi_step(cfi, &machines[i % 2], pc, &regs, &pc, &err))
			return;
}

static void walk_section(struct cfi *cfi, Elf_Scn *scn)
{
	const struct section *section = NULL;
	GElf_Shdr header;

	if (!gelf_getshdr(scn, &header) || !(header.sh_flags & SHF_EXECINSTR))
		return;
	if (cfi_sections(cfi))
		section = sections_by_index(cfi_sections(cfi), elf_ndxscn(scn));
	for (uint64_t i = 0; i < SPOTS; i++)
		walk(cfi, (section ? section->base : header.sh_addr) + i * header.sh_size / SPOTS);
}

static void read_file(TALLOC_CTX *ctx, Elf *elf)
{
	Dwarf *dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	Elf_Scn *scn = NULL;
	struct vmt_err err;
	struct cfi *cfi;

	if (!cfi_open(ctx, elf, dwarf, &cfi, &err)) {
		for (unsigned i = 0; i < SPOTS && (scn = elf_nextscn(elf, scn)); i++)
			walk_section(cfi, scn);
		talloc_free(cfi);
	}
	dwarf_end(dwarf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *copy = talloc_memdup(ctx, data, size);
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = copy ? elf_memory(copy, size) : NULL;
	if (elf && elf_kind(elf) == ELF_K_ELF)
		read_file(ctx, elf);
	elf_end(elf);
	talloc_free(ctx);
	return 0;
}
