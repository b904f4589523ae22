// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbolize/sections.h"

#include <string.h>

#include "base/name_index.h"

/* Binutils before 2.26 named compressed sections .zdebug_*; libdw has unpacked them already. */
static bool is_named(const char *own, const char *name)
{
	size_t skip = *own == '.' && own[1] == 'z' ? 2 : 1;

	return *own && *own == *name && strcmp(own + skip, name + 1) == 0;
}

Elf_Scn *sections_find(Elf *elf, const char *name, GElf_Shdr *header)
{
	Elf_Scn *scn = NULL;
	size_t strings;

	if (elf_getshdrstrndx(elf, &strings))
		return NULL;
	while ((scn = elf_nextscn(elf, scn))) {
		const char *own = gelf_getshdr(scn, header)
					  ? elf_strptr(elf, strings, header->sh_name)
					  : NULL;

		if (own && is_named(own, name))
			return scn;
	}
	return NULL;
}

/* The section by that name, if it has bytes; NULL: none. */
static Elf_Scn *find_bytes(Elf *elf, const char *name, size_t *index)
{
	GElf_Shdr header;
	Elf_Scn *scn = sections_find(elf, name, &header);

	if (scn && index)
		*index = elf_ndxscn(scn);
	return !scn || header.sh_type == SHT_NOBITS ? NULL : scn;
}

Elf_Data *sections_data(Elf *elf, const char *name, size_t *index)
{
	return elf_getdata(find_bytes(elf, name, index), NULL);
}

Elf_Data *sections_raw(Elf *elf, const char *name, size_t *index)
{
	return elf_rawdata(find_bytes(elf, name, index), NULL);
}

/*
 * Made-up addresses, since the real ones do not matter: sections in a row, with gaps, so that the
 * end of one is not the start of another.
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

static uint32_t hash(const struct sections *s, const char *name)
{
	return name_index_hash(name_index_more(name_index_start(s->names), name, strlen(name)));
}

static int index_names(TALLOC_CTX *ctx, struct sections *s, struct vmt_err *err)
{
	int rc = name_index_new(ctx, 0, &s->names, err);

	for (size_t i = 0; i < s->n && !rc; i++)
		if (s->items[i].base && s->items[i].name)
			rc = name_index_add(s->names, hash(s, s->items[i].name), (uint32_t)i, err);
	return rc;
}

int sections_place(TALLOC_CTX *ctx, Elf *elf, struct sections *ret, struct vmt_err *err)
{
	uint64_t next = FIRST_BASE;
	size_t strings;
	Elf_Scn *scn = NULL;

	if (elf_getshdrstrndx(elf, &strings) || elf_getshdrnum(elf, &ret->n))
		return err_set(err, VMT_ERR_CORRUPT, "%s", elf_errmsg(-1));
	ret->items = talloc_zero_array(ctx, struct section, ret->n);
	if (!ret->items)
		return err_nomem(err);
	while ((scn = elf_nextscn(elf, scn))) {
		size_t index = elf_ndxscn(scn);
		GElf_Shdr header;

		if (index >= ret->n || !gelf_getshdr(scn, &header) ||
			!(header.sh_flags & SHF_ALLOC))
			continue;
		ret->items[index] = (struct section){
			.name = elf_strptr(elf, strings, header.sh_name),
			.base = place_section(&header, &next),
			.size = header.sh_size,
		};
	}
	return index_names(ctx, ret, err);
}

const struct section *sections_by_index(const struct sections *s, size_t index)
{
	return index < s->n && s->items[index].base ? &s->items[index] : NULL;
}

const struct section *sections_by_name(const struct sections *s, const char *name)
{
	uint32_t cursor = 0, i;

	while (s->names && name_index_next(s->names, hash(s, name), &cursor, &i))
		if (strcmp(s->items[i].name, name) == 0)
			return &s->items[i];
	return NULL;
}
