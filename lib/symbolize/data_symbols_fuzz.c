// SPDX-License-Identifier: GPL-3.0-or-later
/* Input: System.map, or a vmlinux. Its variables are looked up in a kernel that it may be of. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "image/fake_kernel.h"
#include "symbolize/data_symbols.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RELEASE "6.1.0-56-arm64"

static struct kernel_image make_kernel(TALLOC_CTX *ctx)
{
	static const struct fake_layout layout = {.mode = FAKE_RELATIVE, .seqs = true};
	struct kernel_image k = {.space = fake_space(ctx)};
	struct fake_tables t = {0};

	fake_reset();
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, FAKE_STEXT + 0x400, "T_etext");
	/* As many as make a table believable. */
	for (unsigned i = 0; i < 600; i++)
		fake_symbol_add(&t, FAKE_STEXT + 0x80000 + 16 * i, "tsym_%u", i);
	fake_put_tables(&layout, &t);
	fake_text(0x8000, "Linux version " RELEASE " (debian)");
	if (fake_open(ctx, t.info, &k.symbols, NULL))
		abort();
	return k;
}

static void look_up(struct data_symbols *ds)
{
	static const char *const names[] = {"_text", "hosts", "scan_lock", "per_cpu_thing", ""};
	struct kallsyms_more more = data_symbols_more(ds);
	struct kallsym symbol;
	uint64_t addr;

	for (unsigned shift = 0; shift < 64; shift += 3)
		if (more.at(more.priv, UINT64_MAX << shift, &symbol) &&
			symbol.addr > UINT64_MAX << shift)
			__builtin_trap();
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (more.find(more.priv, names[i], &addr) && more.at(more.priv, addr, &symbol) &&
			symbol.addr > addr)
			__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct kernel_image k;
	/* Of exactly this size, without a NUL at the end. */
	char *copy = talloc_memdup(ctx, data, size);
	struct data_symbols *ds;
	Elf *elf = NULL;
	int rc;

	k = make_kernel(ctx);
	elf_version(EV_CURRENT);
	if (size > 4 && memcmp(data, ELFMAG, SELFMAG) == 0)
		elf = elf_memory(copy, size);
	rc = elf ? data_symbols_of_elf(ctx, elf, &ds, NULL)
		 : data_symbols_of_map(ctx, copy, size, &ds, NULL);
	if (!rc && !data_symbols_place(ds, &k, RELEASE, NULL))
		look_up(ds);
	talloc_free(ctx);
	elf_end(elf);
	return 0;
}
