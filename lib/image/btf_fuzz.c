// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Input: a byte of flags, the 32-bit length of a BTF, that BTF, and a split BTF over it. Both are
 * asked for all sorts of members.
 */
#include <elf.h>
#include <string.h>

#include "base/array.h"
#include "base/cur.h"
#include "image/btf_walk.h"

#define IMAGE 0xffffffff80000000u
#define BASE_AT 0x1004u /* not at the start of a page and not aligned to 8 */

enum { BIG_ENDIAN_MACHINE = 1, TOLD_IDS = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_phys(void *arg, uint64_t paddr, void *buf, size_t len, struct vmt_err *err)
{
	const struct cur *c = arg;
	size_t size = (size_t)(c->end - c->p);

	/* Whole pages are present. Before and after the input they are zeros. */
	memset(buf, 0, len);
	if (paddr / 4096 < BASE_AT / 4096 || paddr / 4096 > (BASE_AT + size) / 4096)
		return err_set_at(err, VMT_ERR_NODATA, paddr, "no memory");
	for (size_t i = 0; i < len; i++) {
		if (paddr + i >= BASE_AT && paddr + i - BASE_AT < size)
			((uint8_t *)buf)[i] = c->p[paddr + i - BASE_AT];
	}
	return 0;
}

static void ask(struct btf *btf)
{
	static const char *const types[] = {"task", "list_head", "loop", "cpu_t", "driver", "late"};
	static const char *const members[] = {"pid", "hidden", "tasks.prev", "comm[3]",
		"tail[2].prev", "flag", "old", "own.irq", "nosuch", "comm[4294967295].x"};
	struct layout_provider p = btf_provider(btf);

	for (size_t t = 0; t < ARRAY_SIZE(types); t++) {
		struct layout_member m;
		uint64_t bytes;

		p.size(p.priv, types[t], &bytes, NULL);
		for (size_t i = 0; i < ARRAY_SIZE(members); i++)
			p.member(p.priv, types[t], members[i], &m, NULL);
	}
}

/* From the other side: types by number, functions by name. */
static void walk(struct btf *btf)
{
	static const char *const names[] = {"pid", "task", "work", "late"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct btf_function f;

		btf_find_function(btf, names[i], 0, &f, NULL);
	}
	for (uint32_t id = 0; id < 48; id++) {
		char text[BTF_TEXT_MAX];
		struct btf_spot spot;
		uint32_t to;

		btf_type_text(btf, id, text, sizeof(text));
		btf_pointee(btf, id, &to);
		for (unsigned at = 0; at < 64; at += 4)
			btf_member_at(btf, id, at, 1u << at / 4 % 4, &spot);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_init_little(data, size);
	unsigned flags = cur_u8(&c);
	uint32_t len = cur_u32(&c);
	struct mem_params params = {.arch = arch_find(EM_X86_64, true),
		.read = read_phys,
		.read_arg = &c,
		.page_size = 4096,
		.image_size = 1u << 28,
		.big_endian = flags & BIG_ENDIAN_MACHINE};
	struct btf_split split = {0};
	struct mem_space *space;
	struct btf *btf;

	if (!cur_ok(&c) || len > cur_left(&c) || mem_space_new(NULL, &params, &space, NULL))
		return 0;
	if (btf_open(space, (struct btf_place){space, IMAGE + BASE_AT, len}, NULL, &split.base,
		    NULL) == 0) {
		ask(split.base);
		walk(split.base);
		if (flags & TOLD_IDS)
			split.first_id = split.first_name = 9;
		if (btf_open(space,
			    (struct btf_place){space, IMAGE + BASE_AT + len, cur_left(&c) - len},
			    &split, &btf, NULL) == 0)
			ask(btf), walk(btf);
	}
	talloc_free(space);
	return 0;
}
