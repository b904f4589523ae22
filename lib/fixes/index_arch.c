// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "fixes/index_internal.h"

#include "base/array.h"
#include "base/machine.h"

/* As packages, changelogs and folders of arch/ call them; the rest as `uname -m` does. */
static const struct {
	const char *name;
	enum machine_family family;
} names[] = {
	{"alpha", MACHINE_OTHER},
	{"amd64", MACHINE_X86},
	{"arc", MACHINE_OTHER},
	{"arm", MACHINE_ARM},
	{"arm64", MACHINE_ARM64},
	{"armel", MACHINE_ARM},
	{"armhf", MACHINE_ARM},
	{"csky", MACHINE_OTHER},
	{"hexagon", MACHINE_OTHER},
	{"hppa", MACHINE_OTHER},
	{"i386", MACHINE_X86},
	{"loong64", MACHINE_LOONGARCH},
	{"loongarch", MACHINE_LOONGARCH},
	{"m68k", MACHINE_OTHER},
	{"microblaze", MACHINE_OTHER},
	{"mips64el", MACHINE_MIPS},
	{"mipsel", MACHINE_MIPS},
	{"nios2", MACHINE_OTHER},
	{"openrisc", MACHINE_OTHER},
	{"powerpc", MACHINE_POWER},
	{"ppc64el", MACHINE_POWER},
	{"riscv", MACHINE_RISCV},
	{"s390", MACHINE_S390},
	{"sh", MACHINE_OTHER},
	{"sh4", MACHINE_OTHER},
	{"sparc", MACHINE_OTHER},
	{"um", MACHINE_OTHER},
	{"x86", MACHINE_X86},
	{"xtensa", MACHINE_OTHER},
};

uint16_t index_arch(const char *name)
{
	const struct machine *machine = machine_find(name);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i].name, name) == 0)
			return (uint16_t)(1u << names[i].family);
	return machine == machine_find(NULL) ? 0 : (uint16_t)(1u << machine->family);
}

/* The architecture that a file of arch/ is for; 0: all, or not known. */
static uint16_t arch_of_path(const char *path)
{
	char name[32];
	size_t len;

	if (strncmp(path, "arch/", 5) != 0)
		return 0;
	len = strcspn(path + 5, "/");
	if (len >= sizeof(name))
		return 0;
	memcpy(name, path + 5, len);
	name[len] = '\0';
	return index_arch(name);
}

uint16_t index_arches_of(const struct fix *fix)
{
	uint16_t arches = 0;

	for (size_t i = 0; i < fix->arches_n; i++)
		arches |= index_arch(fix->arches[i]);
	for (size_t i = 0; i < fix->files_n && !fix->arches_n; i++) {
		uint16_t arch = arch_of_path(fix->files[i]);

		if (!arch)
			return 0;
		arches |= arch;
	}
	return arches;
}
