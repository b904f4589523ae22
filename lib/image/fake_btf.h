/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A BTF with one struct in the fake kernel's memory, and the kernel's list of modules' BTF. */
#ifndef VMT_IMAGE_FAKE_BTF_H
#define VMT_IMAGE_FAKE_BTF_H

#include "image/btf_types.h"
#include "image/fake_kernel.h"

#define FAKE_BTF_INT 1 /* id of the base's int */
#define FAKE_BTF_TYPES 2
#define FAKE_BTF_STRINGS 10 /* length of a base's strings, if the struct's name has two letters */

/* struct btf_module {list, module, btf} and struct btf {data, data_size, ...}: offsets. */
enum {
	BTF_MODULE_LIST = 8,
	BTF_MODULE_OWNER = 32,
	BTF_MODULE_BTF = 40,
	BTF_DATA = 0,
	BTF_DATA_SIZE = 8,
	BTF_START_ID = 12,
	BTF_START_NAME = 16,
};

static const struct fake_btf_row {
	const char *type, *member;
	unsigned offset, size;
} fake_btf_rows[] = {
	{"btf_module", "list", BTF_MODULE_LIST, 16},
	{"btf_module", "module", BTF_MODULE_OWNER, 8},
	{"btf_module", "btf", BTF_MODULE_BTF, 8},
	{"btf", "data", BTF_DATA, 8},
	{"btf", "data_size", BTF_DATA_SIZE, 4},
	{"btf", "start_id", BTF_START_ID, 4},
	{"btf", "start_str_off", BTF_START_NAME, 4},
};

static inline void fake_btf_word(uint64_t *at, uint32_t v)
{
	fake_put(*at, 4, v);
	*at += 4;
}

/*
 * A base has int and struct NAME {int m;}, with m at that many bits. A split BTF, whose strings
 * begin at first_name, has just the struct. Returns its length.
 */
static inline uint64_t fake_btf_put(
	uint64_t start, const char *name, uint32_t bits, uint32_t first_name)
{
	uint64_t at = start + 24;
	char strings[64] = "";
	uint32_t len = 1, base = first_name ? 0 : 1, m, types;

	if (base)
		len += (uint32_t)sprintf(strings + 1, "int") + 1;
	else
		len = 0;
	m = first_name + len;
	len += (uint32_t)sprintf(strings + len, "m") + 1;
	if (base) {
		fake_btf_word(&at, 1);
		fake_btf_word(&at, (uint32_t)BTF_INT << 24);
		fake_btf_word(&at, 4);
		fake_btf_word(&at, 32);
	}
	fake_btf_word(&at, first_name + len);
	fake_btf_word(&at, (uint32_t)BTF_STRUCT << 24 | 1);
	fake_btf_word(&at, 64);
	fake_btf_word(&at, m);
	fake_btf_word(&at, FAKE_BTF_INT);
	fake_btf_word(&at, bits);
	len += (uint32_t)sprintf(strings + len, "%s", name) + 1;
	types = (uint32_t)(at - start - 24);
	fake_put(start, 2, 0xeb9f);
	fake_put(start + 2, 1, 1);
	fake_put(start + 4, 4, 24);
	fake_put(start + 12, 4, types);
	fake_put(start + 16, 4, types);
	fake_put(start + 20, 4, len);
	memcpy(fake_ram + at, strings, len);
	return 24 + types + len;
}

/*
 * An entry of btf_modules. next is the address of the list_head in the next entry, or of the head.
 */
static inline void fake_btf_module(
	uint64_t entry, uint64_t next, uint64_t owner, uint64_t data, uint64_t size)
{
	uint64_t btf = entry + 64;

	fake_put(entry + BTF_MODULE_LIST, 8, fake_va(next));
	fake_put(entry + BTF_MODULE_OWNER, 8, owner);
	fake_put(entry + BTF_MODULE_BTF, 8, fake_va(btf));
	fake_put(btf + BTF_DATA, 8, fake_va(data));
	fake_put(btf + BTF_DATA_SIZE, 4, size);
	fake_put(btf + BTF_START_ID, 4, FAKE_BTF_TYPES + 1);
	fake_put(btf + BTF_START_NAME, 4, FAKE_BTF_STRINGS);
}

#endif
