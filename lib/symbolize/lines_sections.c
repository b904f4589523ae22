// SPDX-License-Identifier: GPL-3.0-or-later
/* The sections of a module's file, and the addresses that they get here. */
#include <string.h>

#include "symbolize/lines_parts.h"

/*
 * Made up, since the real ones do not matter: sections in a row, with a gap, so that the end of one
 * is not the start of another.
 */
#define FIRST_BASE 0x10000u

static uint64_t place_section(const GElf_Shdr *header, uint64_t *next)
{
	uint64_t align = header->sh_addralign > 4096 ? header->sh_addralign : 4096;
	uint64_t base = *next, end;

	if (__builtin_add_overflow(base, header->sh_size, &end) || end > UINT64_MAX / 2)
		return 0;
	if (align > 1u << 30)
		align = 4096;
	*next = (end / align + 2) * align;
	return base;
}

int lines_place_sections(struct lines *l, struct vmt_err *err)
{
	uint64_t next = FIRST_BASE;
	size_t strings;
	Elf_Scn *scn = NULL;

	if (elf_getshdrstrndx(l->elf, &strings) || elf_getshdrnum(l->elf, &l->n_sections))
		return err_set(err, VMT_ERR_CORRUPT, "%s", elf_errmsg(-1));
	l->sections = talloc_zero_array(l, struct lines_section, l->n_sections);
	if (!l->sections)
		return err_nomem(err);
	while ((scn = elf_nextscn(l->elf, scn))) {
		size_t index = elf_ndxscn(scn);
		GElf_Shdr header;

		if (index >= l->n_sections || !gelf_getshdr(scn, &header) ||
			!(header.sh_flags & SHF_ALLOC))
			continue;
		l->sections[index] = (struct lines_section){
			.name = elf_strptr(l->elf, strings, header.sh_name),
			.base = place_section(&header, &next),
			.size = header.sh_size,
		};
	}
	return 0;
}

const struct lines_section *lines_section_by_index(const struct lines *l, size_t index)
{
	return index < l->n_sections && l->sections[index].base ? &l->sections[index] : NULL;
}

const struct lines_section *lines_section(const struct lines *l, const char *name)
{
	for (size_t i = 0; i < l->n_sections; i++)
		if (l->sections[i].base && l->sections[i].name &&
			strcmp(l->sections[i].name, name) == 0)
			return &l->sections[i];
	return NULL;
}
