// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Input: a byte that selects the ORC format, then the registers and the addresses of the tables as
 * 16-bit offsets, then the memory that they point into, which is code, tables and stacks at once.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "base/cur.h"
#include "stack/stack_internal.h"

#define IMAGE 0xffffffff80000000u
#define MEMORY 0x10000u

enum { REG_RBP = 4, REG_R10 = 7, REG_RIP = 16, REG_RSP = 19 };

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

static uint64_t place(struct cur *c)
{
	return IMAGE + MEMORY + cur_u16(c);
}

static void choose_format(struct stack_unwinder *u, uint8_t which)
{
	static const uint8_t hashes[][4] = {
		{0xdb, 0x84, 0xae, 0xd4}, {0xfe, 0x5d, 0x32, 0xbf}, {0x13, 0x7c, 0x36, 0xad}};

	u->orc.indirect_tried = which & 4;
	u->orc.indirect_adds_last = which & 8;
	if ((which & 3) == 3)
		return;
	u->orc.format_tried = true;
	u->orc.format = orc_format_of_hash(hashes[which & 3], 4);
}

static void unwind(struct stack_unwinder *u, struct cur *c, size_t size)
{
	struct cpu_stack stacks[2] = {{.context = "task"}, {.context = "hardirq"}};
	struct stack_start start = {
		.regs.known = (1u << 21) - 1, .exact = true, .stacks = stacks, .n_stacks = 2};
	struct stack_trace trace;

	start.regs.v[REG_RIP] = place(c);
	start.regs.v[REG_RSP] = place(c);
	start.regs.v[REG_RBP] = place(c);
	start.regs.v[REG_R10] = place(c);
	stacks[0].start = stacks[1].end = place(c);
	stacks[0].end = IMAGE + MEMORY + size;
	stacks[1].start = IMAGE + MEMORY;
	if (stack_unwind(u, u, &start, &trace, NULL) || trace.n > CAP_STACK_FRAMES)
		abort();
	/* Guessed frames come after reliable ones. */
	for (size_t i = 1; i < trace.n; i++)
		if (trace.frames[i].reliable && !trace.frames[i - 1].reliable)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct cur c = cur_init_little(data, size), memory = cur_init_little(data, size);
	struct mem_params params = {.arch = arch_find(EM_X86_64, true),
		.read = read_phys,
		.read_arg = &memory,
		.page_size = 4096,
		.image_size = 1u << 30};
	struct kernel_image k = {0};
	struct stack_unwinder *u;
	struct orc_table t = {0};
	uint8_t which = cur_u8(&c);

	cur_skip(&memory, 21);
	if (cur_ok(&memory) && mem_space_new(ctx, &params, &k.space, NULL) == 0 &&
		stack_unwinder_init(ctx, &k, &u, NULL) == 0) {
		choose_format(u, which);
		t.start = place(&c);
		t.end = place(&c);
		t.ips = place(&c);
		t.entries = place(&c);
		t.lookup = which & 16 ? place(&c) : 0;
		t.n = which & 32 ? UINT32_MAX : cur_u8(&c);
		t.n_lookup = 64;
		if (orc_table_add(u, &u->orc, &t, NULL) == 0)
			unwind(u, &c, size);
	}
	talloc_free(ctx);
	return 0;
}
