// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Input: a byte that chooses a layout of struct module, or probing for it, and memory. The list's
 * head is at its start, and pointers are offsets into it from the base of the image. Reads
 * everything that can be read about modules.
 */
#include "base/array.h"
#include "kernel/fake_modules.h"
#include "kernel/module_probe.h"

#define MEMORY 0x40000u
#define ERAS ARRAY_SIZE(eras)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The symbols of the tests' kernel, made once: they are not what is being fuzzed. */
static uint8_t *kernel_with_symbols(const char **info)
{
	static const struct fake_layout tables = {.mode = FAKE_RELATIVE, .two_bytes = true};
	static struct fake_tables t;
	static uint8_t ram[MEMORY];

	if (!t.n) {
		fake_reset();
		fake_symbol_add(&t, FAKE_STEXT, "T_stext");
		fake_symbol_add(&t, fake_va(MEMORY), "dmodules");
		fake_symbol_add(&t, fake_va(MEMORY + 64), "dlast_unloaded_module");
		fake_symbol_add(&t, fake_va(MEMORY + 128), "dunloaded_tainted_modules");
		fake_symbol_add(&t, fake_va(FAKE_RAM), "B_end");
		fake_put_tables(&tables, &t);
		memcpy(ram, fake_ram, sizeof(ram));
	}
	*info = t.info;
	return ram;
}

static void ask(TALLOC_CTX *ctx, const struct kernel_image *k, const struct kernel_module *m)
{
	struct module_section *sections;
	struct kallsym sym;
	const char *id;
	size_t n;

	module_sections(ctx, k, m, &sections, &n, NULL);
	module_build_id(ctx, k, m, &id, NULL);
	module_symbol_at(k, m, m->base + 0x130, &sym, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct layout_provider provider = {.member = rows_member, .size = rows_size};
	TALLOC_CTX *ctx;
	struct kernel_image k = {0};
	struct module_list list;
	struct unloaded_module *gone;
	const char *info;
	size_t n;

	if (size < 1)
		return 0;
	ctx = talloc_new(NULL);
	era = eras[data[0] % ERAS];
	memcpy(fake_ram, kernel_with_symbols(&info), MEMORY);
	memset(fake_ram + MEMORY, 0, FAKE_RAM - MEMORY);
	size = size - 1 < FAKE_RAM - MEMORY ? size - 1 : FAKE_RAM - MEMORY;
	memcpy(fake_ram + MEMORY, data + 1, size);
	k.space = fake_space(ctx);
	if (fake_open(ctx, info, &k.symbols, NULL) == 0 && layout_new(ctx, &k.layout, NULL) == 0 &&
		(data[0] < ERAS || module_probe(ctx, &k, &provider, NULL) == 0) &&
		layout_add(k.layout, &provider, NULL) == 0) {
		module_unloaded_list(ctx, &k, (struct vmt_u64){0}, &gone, &n, NULL);
		if (modules_read(ctx, &k, &list, NULL) == 0) {
			for (size_t i = 0; i < list.n && i < 8; i++)
				ask(ctx, &k, &list.items[i]);
		}
	}
	talloc_free(ctx);
	return 0;
}
