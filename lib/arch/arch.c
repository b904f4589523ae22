// SPDX-License-Identifier: GPL-3.0-or-later
#include "arch/arch.h"

#include <string.h>

#include "arch/arch_rows.h"
#include "base/array.h"

#define POINTER(name) &arch_##name,

static const struct arch *const rows[] = {ARCH_ROWS(POINTER)};

const struct arch *arch_row(size_t i)
{
	return i < ARRAY_SIZE(rows) ? rows[i] : NULL;
}

const struct arch *arch_find(uint16_t elf_machine, bool is_64)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i]->elf_machine == elf_machine && rows[i]->is_64 == is_64)
			return rows[i];
	return NULL;
}

const struct arch *arch_find_name(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strlen(rows[i]->name) == len && memcmp(rows[i]->name, name, len) == 0)
			return rows[i];
	return NULL;
}

/* Nearly all dumps whose container names no machine are of this architecture. */
const struct arch *arch_usual(void)
{
	return &arch_x86_64;
}

int arch_reg_find(const struct arch *arch, const char *name)
{
	for (size_t i = 0; i < arch->n_regs; i++)
		if (strcmp(arch->regs[i].name, name) == 0)
			return (int)i;
	return -1;
}
