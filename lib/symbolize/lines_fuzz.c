// SPDX-License-Identifier: GPL-3.0-or-later
/* Input: an ELF file. Tries its relocations, ranges and symbols; libdw's own part is not tested. */
#include "base/array.h"
#include "base/cur.h"
#include "symbolize/lines_internal.h"
#include "symbolize/text_frames.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(struct lines *l, Elf *elf)
{
	struct text_frame frames[] = {
		{.function = "twin", .offset = {true, 6}, .size = {true, 0x10}},
		{.function = "outer", .offset = {true, 0x24}, .size = {true, 0x30}},
		{.function = "other", .offset = {true, 4}},
		{.function = "", .offset = {true, 4}},
	};
	struct vmt_err err;
	uint64_t unit;

	(void)text_frames_find(l, elf, frames, ARRAY_SIZE(frames), &err);
	for (uint64_t addr = 0x10000; addr < 0x20000; addr += 0x1000)
		(void)lines_unit(l, addr, &unit);
	if (lines_sections(l))
		(void)sections_by_name(lines_sections(l), ".text");
}

/* Relocates a section as cfi.c does. */
static void relocate(TALLOC_CTX *ctx, Elf *elf)
{
	static const char *const names[] = {".debug_frame", ".eh_frame"};
	struct reloc_file *r;

	if (reloc_open(ctx, elf, &r, NULL))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct reloc_copy copy = {0};
		size_t index = 0;
		Elf_Data *data = sections_raw(elf, names[i], &index);

		if (!reloc_copy_open(r, data, index, &copy, NULL))
			(void)reloc_fill_whole(r, &copy, NULL);
		reloc_copy_end(&copy);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *copy = talloc_memdup(ctx, data, size);
	struct cur c = cur_init_little(data, size);
	struct lines_ranges ranges = {0};
	struct lines *l;
	struct vmt_err err;
	Elf *elf;

	elf_version(EV_CURRENT);
	(void)lines_parse_aranges(ctx, &c, &ranges, &err);
	elf = copy ? elf_memory(copy, size) : NULL;
	if (elf && elf_kind(elf) == ELF_K_ELF && lines_new(ctx, elf, NULL, &l, &err) == 0) {
		look_up(l, elf);
		talloc_free(l);
	}
	if (elf && elf_kind(elf) == ELF_K_ELF)
		relocate(ctx, elf);
	elf_end(elf);
	talloc_free(ctx);
	return 0;
}
