// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Input: a byte of flags, seven 32-bit offsets of tables, and the memory that they point into.
 * Opens the tables, and asks for addresses and names.
 */
#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/cur.h"
#include "image/kallsyms.h"

#define IMAGE 0xffffffff80000000u
#define STEXT (IMAGE + 0x1000)
#define MEMORY 0x10000u /* start of the input's memory */

enum { NO_KEYS = 1, BIG_ENDIAN_MACHINE = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_phys(void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	const struct cur *c = arg;
	size_t size = (size_t)(c->end - c->p);

	if (paddr < MEMORY || paddr - MEMORY > size || len > size - (paddr - MEMORY))
		return err_set_at(err, VMT_ERR_NODATA, paddr, "no memory");
	memcpy(buf, c->p + (paddr - MEMORY), len);
	return 0;
}

static void make_info(struct cur *c, unsigned flags, char *text)
{
	static const char *const keys[] = {"num_syms", "names", "token_table", "token_index",
		"offsets", "relative_base", "addresses"};

	text += sprintf(text, "SYMBOL(_stext)=%llx\nSYMBOL(init_uts_ns)=%llx\n",
		(unsigned long long)STEXT,
		(unsigned long long)IMAGE + MEMORY + (unsigned long long)(c->end - c->p));
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		uint32_t at = cur_u32(c);

		if (at && !(flags & NO_KEYS))
			text += sprintf(text, "SYMBOL(kallsyms_%s)=%llx\n", keys[i],
				(unsigned long long)IMAGE + at);
	}
}

static void ask(struct kallsyms *ks)
{
	static const char *const names[] = {"_stext", "sym_3", "twice", "nosuch", ""};
	struct kallsym sym;
	uint64_t addr;

	for (unsigned i = 0; i < 64; i++)
		kallsyms_at(ks, STEXT + 61ull * i * i, &sym, NULL);
	kallsyms_at(ks, UINT64_MAX, &sym, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		kallsyms_find(ks, names[i], &addr, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_init_little(data, size);
	struct mem_params params = {.arch = arch_find(EM_X86_64, true),
		.read = read_phys,
		.read_arg = &c,
		.page_size = 4096,
		.image_size = MEMORY + (1u << 24)};
	struct mem_space *space;
	struct vmcoreinfo *info;
	struct kallsyms *ks;
	char text[1024];
	unsigned flags = cur_u8(&c);

	params.big_endian = flags & BIG_ENDIAN_MACHINE;
	make_info(&c, flags, text);
	if (!cur_ok(&c) || mem_space_new(NULL, &params, &space, NULL))
		return 0;
	if (vmcoreinfo_parse(space, text, strlen(text), &info, NULL) == 0 &&
		kallsyms_open(space, space, info, &ks, NULL) == 0)
		ask(ks);
	talloc_free(space);
	return 0;
}
