// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Input: an ELF file with DWARF. Asks for members that the tests' file has, and for some that come
 * up where types go round in circles.
 */
#include "base/array.h"
#include "symbolize/layout_dwarf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
	const char *type, *member;
} asked[] = {
	{"outer", "next"},
	{"outer", "both"},
	{"outer", "rows[2].value"},
	{"outer", "rows[1].name[3]"},
	{"outer", "high"},
	{"outer", "grid[1]"},
	{"outer", "rest"},
	{"outer", "last.value"},
	{"outer", "third"},
	{"later", "it"},
	{"later", "it.it.it.it"},
	{"nobody", "at_all"},
};

static void ask(TALLOC_CTX *ctx, Dwarf *dwarf)
{
	struct layout_provider provider;
	struct layout_dwarf *ld;
	struct layout *layout;
	struct layout_member m;
	struct vmt_err err;
	uint64_t size;

	if (layout_dwarf_new(ctx, dwarf, &ld, &err) || layout_new(ld, &layout, &err))
		return;
	provider = layout_dwarf_provider(ld);
	if (layout_add(layout, &provider, &err))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(asked); i++) {
		(void)layout_member(layout, asked[i].type, asked[i].member, &m, &err);
		(void)layout_size(layout, asked[i].type, &size, &err);
	}
	talloc_free(ld);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *copy = talloc_memdup(ctx, data, size);
	Elf *elf;
	Dwarf *dwarf;

	elf_version(EV_CURRENT);
	elf = copy ? elf_memory(copy, size) : NULL;
	dwarf = elf && elf_kind(elf) == ELF_K_ELF ? dwarf_begin_elf(elf, DWARF_C_READ, NULL) : NULL;
	if (dwarf)
		ask(ctx, dwarf);
	dwarf_end(dwarf);
	elf_end(elf);
	talloc_free(ctx);
	return 0;
}
