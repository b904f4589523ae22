// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/machine.h"

#include <elf.h>
#include <string.h>

#include "base/array.h"

/*
 * x86_64 with five-level page tables has 57 address bits. Text from MIPS does not say how wide
 * pointers are, so they are taken as wide.
 */
static const struct machine rows[] = {
	{"x86_64", EM_X86_64, true, MACHINE_X86, .canonical_bits = 57},
	{"i386", EM_386, false, MACHINE_X86, .narrow = true},
	{"i486", EM_386, false, MACHINE_X86, .narrow = true},
	{"i586", EM_386, false, MACHINE_X86, .narrow = true},
	{"i686", EM_386, false, MACHINE_X86, .narrow = true},
	{"aarch64", EM_AARCH64, true, MACHINE_ARM64, .tagged = true},
	{"arm", EM_ARM, false, MACHINE_ARM, .narrow = true},
	{"armv5tel", EM_ARM, false, MACHINE_ARM, .narrow = true},
	{"armv6l", EM_ARM, false, MACHINE_ARM, .narrow = true},
	{"armv7l", EM_ARM, false, MACHINE_ARM, .narrow = true},
	{"armv7b", EM_ARM, false, MACHINE_ARM, .narrow = true},
	{"armv8l", EM_ARM, false, MACHINE_ARM, .narrow = true},
	{"ppc64", EM_PPC64, true, MACHINE_POWER},
	{"ppc64le", EM_PPC64, true, MACHINE_POWER},
	{"ppc", EM_PPC, false, MACHINE_POWER, .narrow = true},
	{"s390x", EM_S390, true, MACHINE_S390},
	{"riscv64", EM_RISCV, true, MACHINE_RISCV},
	{"riscv32", EM_RISCV, false, MACHINE_RISCV, .narrow = true},
	{"loongarch64", EM_LOONGARCH, true, MACHINE_LOONGARCH},
	{"mips", EM_MIPS, false, MACHINE_MIPS},
	{"mips64", EM_MIPS, true, MACHINE_MIPS},
	{"ia64", EM_IA_64, true, MACHINE_OTHER},
	{"parisc", EM_PARISC, false, MACHINE_OTHER, .narrow = true},
	{"sparc64", EM_SPARCV9, true, MACHINE_OTHER},
	{"m68k", EM_68K, false, MACHINE_OTHER, .narrow = true},
	{"alpha", EM_ALPHA, true, MACHINE_OTHER},
};

static const struct machine unknown = {"an unknown machine", EM_NONE, false, MACHINE_OTHER};

const struct machine *machine_row(unsigned i)
{
	return i < ARRAY_SIZE(rows) ? &rows[i] : NULL;
}

const struct machine *machine_find(const char *name)
{
	for (unsigned i = 0; name && i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return &unknown;
}

const char *machine_name(uint16_t elf_machine)
{
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].elf_machine == elf_machine)
			return rows[i].name;
	return unknown.name;
}
