// SPDX-License-Identifier: GPL-3.0-or-later
#include "arch/arch.h"

#include <elf.h>
#include <string.h>

#include "arch/arch_rows.h"

static const struct arch *const rows[] = {
	&arch_aarch64,
	&arch_x86_64,
};

const struct arch *arch_row(size_t i)
{
	return i < sizeof(rows) / sizeof(rows[0]) ? rows[i] : NULL;
}

const struct arch *arch_find(uint16_t elf_machine, bool is_64)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i]->elf_machine == elf_machine && rows[i]->is_64 == is_64)
			return rows[i];
	return NULL;
}

const struct arch *arch_find_name(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strlen(rows[i]->name) == len && memcmp(rows[i]->name, name, len) == 0)
			return rows[i];
	return NULL;
}

int arch_reg_find(const struct arch *arch, const char *name)
{
	for (size_t i = 0; i < arch->n_regs; i++)
		if (strcmp(arch->regs[i].name, name) == 0)
			return (int)i;
	return -1;
}

static const struct {
	uint16_t machine;
	const char *name;
} machine_names[] = {
	{EM_386, "i386"},
	{EM_ARM, "arm"},
	{EM_AARCH64, "aarch64"},
	{EM_IA_64, "ia64"},
	{EM_LOONGARCH, "loongarch64"},
	{EM_MIPS, "mips"},
	{EM_PARISC, "parisc"},
	{EM_PPC, "ppc"},
	{EM_PPC64, "ppc64"},
	{EM_RISCV, "riscv64"},
	{EM_S390, "s390x"},
	{EM_SPARCV9, "sparc64"},
	{EM_X86_64, "x86_64"},
};

const char *arch_machine_name(uint16_t elf_machine)
{
	for (size_t i = 0; i < sizeof(machine_names) / sizeof(machine_names[0]); i++)
		if (machine_names[i].machine == elf_machine)
			return machine_names[i].name;
	return "an unknown machine";
}
