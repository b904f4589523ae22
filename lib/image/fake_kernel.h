/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small kernel image built by hand for tests: RAM at the image's base, which contains the tables
 * of kallsyms in any of their layouts.
 */
#ifndef VMT_IMAGE_FAKE_KERNEL_H
#define VMT_IMAGE_FAKE_KERNEL_H

#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/kallsyms.h"

#define FAKE_IMAGE 0xffffffff80000000u
#define FAKE_RAM (1u << 20)
#define FAKE_STEXT (FAKE_IMAGE + 0x1000)
#define FAKE_TABLES 0x10000u /* start of the symbol tables */
#define FAKE_SYMBOLS 6000u

static uint8_t fake_ram[FAKE_RAM];
static bool fake_tight; /* how labels are aligned */
static bool fake_be;
static uint64_t fake_hole; /* physical address of a page that is left out; 0: none */
static uint64_t fake_reads;
static bool fake_touched[FAKE_RAM / 4096]; /* pages that were read */
static bool fake_cut;			   /* all others are left out */

static int fake_read_phys(void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	(void)arg;
	fake_reads++;
	if (paddr >= FAKE_RAM || len > FAKE_RAM - paddr ||
		(fake_hole && paddr / 4096 == fake_hole / 4096) ||
		(fake_cut && !fake_touched[paddr / 4096]))
		return err_set_at(err, VMT_ERR_NODATA, paddr, "page left out");
	fake_touched[paddr / 4096] = true;
	memcpy(buf, fake_ram + paddr, len);
	return 0;
}

static inline void fake_put(uint64_t at, unsigned size, uint64_t value)
{
	for (unsigned i = 0; i < size; i++)
		fake_ram[at + i] = (uint8_t)(value >> 8 * (fake_be ? size - 1 - i : i));
}

static inline void fake_text(uint64_t at, const char *text)
{
	strcpy((char *)fake_ram + at, text);
}

static inline uint64_t fake_va(uint64_t at)
{
	return FAKE_IMAGE + at;
}

static inline struct mem_space *fake_space_of(TALLOC_CTX *ctx, uint16_t machine)
{
	struct mem_params params = {.arch = arch_find(machine, true),
		.read = fake_read_phys,
		.page_size = 4096,
		.big_endian = fake_be,
		.image_base = FAKE_IMAGE,
		.image_size = FAKE_RAM};
	struct mem_space *space;

	return mem_space_new(ctx, &params, &space, NULL) == 0 ? space : NULL;
}

static inline struct mem_space *fake_space(TALLOC_CTX *ctx)
{
	return fake_space_of(ctx, EM_X86_64);
}

static inline void fake_reset(void)
{
	memset(fake_ram, 0, sizeof(fake_ram));
	fake_hole = 0;
	fake_be = fake_tight = fake_cut = false;
	memset(fake_touched, 0, sizeof(fake_touched));
}

/* As list_head: the next of one, and the previous of the other. */
static inline void fake_link(uint64_t from, uint64_t to)
{
	fake_put(from, 8, fake_va(to));
	fake_put(to + 8, 8, fake_va(from));
}

/* ---- kallsyms ---------------------------------------------------------------------------- */

enum fake_mode { FAKE_PERCPU, FAKE_RELATIVE, FAKE_PLACE, FAKE_ABSOLUTE };

struct fake_layout {
	const char *name;
	enum fake_mode mode;
	bool new_order; /* addresses after the tokens: 6.4 and later */
	bool seqs;
	bool long_numbers; /* num_syms and markers are unsigned long: up to 4.19 */
	bool two_bytes;	   /* two bytes for lengths of 0x80 tokens and more; else one */
	bool no_keys;	   /* not in VMCOREINFO */
	bool tight;	   /* labels are aligned to 4 bytes: 7.0 and later */
	bool be;
	bool bad_markers;
};

struct fake_symbol {
	char type_name[400]; /* type letter and name */
	uint64_t addr;
};

/* Where things were put, so that tests can damage them. */
struct fake_tables {
	uint64_t num_syms, names, markers, seqs, token_table, token_index, addresses, base, end;
	uint32_t n;
	char info[1024]; /* VMCOREINFO */
};

static struct fake_symbol fake_symbols[FAKE_SYMBOLS];

PRINTF_LIKE(3, 4)
static inline void fake_symbol_add(struct fake_tables *t, uint64_t addr, const char *fmt, ...)
{
	struct fake_symbol *s = &fake_symbols[t->n++];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->type_name, sizeof(s->type_name), fmt, ap);
	va_end(ap);
	s->addr = addr;
}

static inline uint64_t fake_align(uint64_t at)
{
	return fake_tight ? (at + 3) & ~3ull : (at + 7) & ~7ull;
}

/* Token 1 is "tsym_", 2 to 31 are not used, and the others are single characters. */
static inline void fake_put_tokens(struct fake_tables *t, uint64_t *at)
{
	uint64_t p;
	uint16_t index[256];

	t->token_table = p = fake_align(*at);
	for (unsigned i = 0; i < 256; i++) {
		index[i] = (uint16_t)(p - t->token_table);
		if (i == 1)
			fake_text(p, "tsym_");
		else if (i >= 32 && i < 127)
			fake_ram[p] = (uint8_t)i;
		p += strlen((char *)fake_ram + p) + 1;
	}
	t->token_index = p = fake_align(p);
	for (unsigned i = 0; i < 256; i++)
		fake_put(p + 2 * i, 2, index[i]);
	*at = p + 512;
}

static inline void fake_put_names(const struct fake_layout *l, struct fake_tables *t, uint64_t *at)
{
	uint64_t p = fake_align(*at);
	uint32_t starts[FAKE_SYMBOLS / 256 + 1];
	unsigned size = l->long_numbers ? 8 : 4;

	t->num_syms = p;
	fake_put(p, size, t->n);
	t->names = p = fake_align(p + size);
	for (uint32_t i = 0; i < t->n; i++) {
		const char *s = fake_symbols[i].type_name;
		bool packed = strncmp(s, "tsym_", 5) == 0;
		size_t len = packed ? strlen(s) - 4 : strlen(s);

		if (i % 256 == 0)
			starts[i / 256] = (uint32_t)(p - t->names);
		if (l->two_bytes && len >= 0x80) {
			fake_put(p++, 1, (len & 0x7f) | 0x80);
			fake_put(p++, 1, len >> 7);
		} else {
			fake_put(p++, 1, len);
		}
		if (packed) {
			fake_ram[p++] = 1;
			s += 5;
			len--;
		}
		memcpy(fake_ram + p, s, len);
		p += len;
	}
	t->markers = p = fake_align(p);
	for (uint32_t i = 0; i * 256 < t->n; i++, p += size)
		fake_put(p, size, l->bad_markers ? 7 : starts[i]);
	*at = p;
}

static inline int fake_by_name(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int order = strcmp(fake_symbols[x].type_name + 1, fake_symbols[y].type_name + 1);

	return order ? order : (x > y) - (x < y);
}

static inline void fake_put_seqs(struct fake_tables *t, uint64_t *at)
{
	static uint32_t order[FAKE_SYMBOLS];

	for (uint32_t i = 0; i < t->n; i++)
		order[i] = i;
	qsort(order, t->n, sizeof(order[0]), fake_by_name);
	t->seqs = fake_align(*at);
	for (uint32_t i = 0; i < t->n; i++) {
		for (unsigned b = 0; b < 3; b++)
			fake_ram[t->seqs + 3 * i + b] = (uint8_t)(order[i] >> (16 - 8 * b));
	}
	*at = t->seqs + 3ull * t->n;
}

static inline void fake_put_addresses(
	const struct fake_layout *l, struct fake_tables *t, uint64_t *at)
{
	uint64_t base = FAKE_STEXT, p = fake_align(*at);

	t->addresses = p;
	for (uint32_t i = 0; i < t->n; i++) {
		uint64_t addr = fake_symbols[i].addr;

		switch (l->mode) {
		case FAKE_PERCPU:
			fake_put(p, 4, addr < 0x10000 ? addr : base - 1 - addr);
			break;
		case FAKE_RELATIVE:
			fake_put(p, 4, addr - base);
			break;
		case FAKE_PLACE:
			fake_put(p, 4, addr - fake_va(p));
			break;
		case FAKE_ABSOLUTE:
			fake_put(p, 8, addr);
			break;
		}
		p += l->mode == FAKE_ABSOLUTE ? 8 : 4;
	}
	if (l->mode == FAKE_PERCPU || l->mode == FAKE_RELATIVE) {
		t->base = fake_align(p);
		fake_put(t->base, 8, base);
		p = t->base + 8;
	}
	*at = p;
}

static inline void fake_key(char *info, const char *key, uint64_t at)
{
	if (at)
		sprintf(info + strlen(info), "SYMBOL(kallsyms_%s)=%llx\n", key,
			(unsigned long long)fake_va(at));
}

static inline void fake_put_tables(const struct fake_layout *l, struct fake_tables *t)
{
	uint64_t at = FAKE_TABLES;

	fake_tight = l->tight;
	if (!l->new_order)
		fake_put_addresses(l, t, &at);
	fake_put_names(l, t, &at);
	if (!l->new_order && l->seqs)
		fake_put_seqs(t, &at);
	fake_put_tokens(t, &at);
	if (l->new_order) {
		fake_put_addresses(l, t, &at);
		if (l->seqs)
			fake_put_seqs(t, &at);
	}
	t->end = at;
	sprintf(t->info, "SYMBOL(_stext)=%llx\nSYMBOL(init_uts_ns)=%llx\n",
		(unsigned long long)FAKE_STEXT, (unsigned long long)fake_va(fake_align(at)));
	if (l->no_keys)
		return;
	fake_key(t->info, "num_syms", t->num_syms);
	fake_key(t->info, "names", t->names);
	fake_key(t->info, "token_table", t->token_table);
	fake_key(t->info, "token_index", t->token_index);
	fake_key(t->info, l->mode == FAKE_ABSOLUTE ? "addresses" : "offsets", t->addresses);
	fake_key(t->info, "relative_base", t->base);
}

static inline int fake_open(
	TALLOC_CTX *ctx, const char *info_text, struct kallsyms **ret, struct vmt_err *err)
{
	struct vmcoreinfo *info;
	int rc = vmcoreinfo_parse(ctx, info_text, strlen(info_text), &info, err);

	return rc ? rc : kallsyms_open(ctx, fake_space(ctx), info, ret, err);
}

#endif
