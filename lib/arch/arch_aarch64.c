// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * aarch64: PRSTATUS registers (struct user_pt_regs), pt_regs, page tables with pages of 4, 16 and
 * 64 KiB. Mirrors arch/arm64/include/asm/{pgtable-hwdef,memory,ptrace,processor}.h and
 * arch/arm64/kernel/stacktrace.c.
 */
#include "arch/arch_rows.h"

#include <elf.h>

#include "base/array.h"
#include "base/cur.h"

#define DESC_TYPE 3u
#define DESC_BLOCK 1u
#define DESC_TABLE 3u /* at the last level: a page */
#define ADDR_48 0x0000ffffffffffffu
#define VA_BITS_USUAL 48
#define PAGE_64K 65536u
#define MODE_EL0 0u
#define MODE_MASK 0xfu

/* In the order of struct user_pt_regs, which is the start of struct pt_regs. */
enum { X29 = 29, X30, SP, PC, PSTATE };

#define REG(reg_name, index)                                                                       \
	{                                                                                          \
		.name = (reg_name), .offset = 8 * (index), .size = 8                               \
	}

static const struct arch_reg regs[] = {
	REG("x0", 0),
	REG("x1", 1),
	REG("x2", 2),
	REG("x3", 3),
	REG("x4", 4),
	REG("x5", 5),
	REG("x6", 6),
	REG("x7", 7),
	REG("x8", 8),
	REG("x9", 9),
	REG("x10", 10),
	REG("x11", 11),
	REG("x12", 12),
	REG("x13", 13),
	REG("x14", 14),
	REG("x15", 15),
	REG("x16", 16),
	REG("x17", 17),
	REG("x18", 18),
	REG("x19", 19),
	REG("x20", 20),
	REG("x21", 21),
	REG("x22", 22),
	REG("x23", 23),
	REG("x24", 24),
	REG("x25", 25),
	REG("x26", 26),
	REG("x27", 27),
	REG("x28", 28),
	REG("x29", X29),
	REG("x30", X30),
	REG("sp", SP),
	REG("pc", PC),
	REG("pstate", PSTATE),
};

/* ---- unwinding --------------------------------------------------------------------------- */

/* thread.cpu_context of task_struct */
static const struct arch_saved switched[] = {
	{"thread.cpu_context.fp", X29, 0},
	{"thread.cpu_context.sp", SP, 0},
	{"thread.cpu_context.pc", PC, 0},
};

static bool is_user(const uint64_t *v)
{
	return (v[PSTATE] & MODE_MASK) == MODE_EL0;
}

static uint32_t insn(const uint8_t *p)
{
	return (uint32_t)cur_load_little(p, 4);
}

/* bl, blr, and blr with pointer authentication */
static bool is_call(const uint8_t *end, size_t n)
{
	uint32_t w = n >= 4 ? insn(end - 4) : 0;

	return (w & 0xfc000000) == 0x94000000 || (w & 0xfffffc1f) == 0xd63f0000 ||
	       (w & 0xfefff800) == 0xd63f0800;
}

static bool call_target(const uint8_t *end, size_t n, uint64_t at, uint64_t *ret)
{
	uint32_t w = n >= 4 ? insn(end - 4) : 0;

	if ((w & 0xfc000000) != 0x94000000)
		return false;
	*ret = at - 4 + (uint64_t)((int64_t)(int32_t)(w << 6) >> 4);
	return true;
}

/*
 * "stp x29, x30, [sp, #n]", with or without "!", saves the frame record, and the next instructions
 * set x29 ("mov x29, sp"). Until then the return address is where the call put it.
 */
static enum arch_frame frame_at(const uint8_t *code, size_t n, uint64_t at, const uint8_t around[2])
{
	(void)around;
	for (size_t i = 0; i + 4 <= n; i += 4) {
		uint32_t w = insn(code + i);

		if ((w & 0xffc07fff) != 0xa9807bfd && (w & 0xffc07fff) != 0xa9007bfd)
			continue;
		return at <= i + 4 ? ARCH_FRAME_NONE : ARCH_FRAME_WHOLE;
	}
	return ARCH_FRAME_NEVER;
}

static const char *const begins[] = {"ret_from_fork", NULL};

/* pt_regs.stackframe: up to 6.12, and since 7.1 */
static const uint16_t records[] = {304, 296, 0};

/* Kernel code is in the top 48-bit range. The bits above may hold a pointer authentication code. */
static uint64_t plain_return(uint64_t addr)
{
	return addr >> 55 & 1 ? addr | ~ADDR_48 : addr;
}

static const struct arch_unwind unwind = {
	.pc = PC,
	.sp = SP,
	.fp = X29,
	.lr = X30,
	.has_lr = true,
	.n_pt_regs = PSTATE + 1,
	.records_in_regs = records,
	.pt_regs_size = 336,
	.thread_size = 16384,
	.begins = begins,
	.switched =
		{
			.in_task = true,
			.sp_member = "thread.cpu_context.sp",
			.saved = switched,
			.n_saved = ARRAY_SIZE(switched),
		},
	.is_user = is_user,
	.is_call = is_call,
	.call_target = call_target,
	.plain_return = plain_return,
	.frame_at = frame_at,
};

/* ---- page tables ------------------------------------------------------------------------- */

static int read_entry(const struct arch_paging *pg, uint64_t table, uint64_t index, uint64_t *ret,
	struct vmt_err *err)
{
	uint8_t raw[8];
	int rc = pg->read(pg->read_arg, table + index * 8, raw, sizeof(raw), err);

	if (!rc)
		*ret = cur_load_little(raw, 8);
	return rc;
}

/*
 * The upper bits of a 52-bit address are stored elsewhere: in bits 15:12 with 64 KiB pages,
 * otherwise (LPA2) in 49:48 and 9:8.
 */
static uint64_t output_address(const struct arch_paging *pg, unsigned va_bits, uint64_t entry)
{
	uint64_t addr = entry & ADDR_48 & ~(uint64_t)(pg->page_size - 1);

	if (pg->page_size == PAGE_64K)
		return addr | (entry >> 12 & 0xf) << 48;
	if (va_bits > 48)
		return addr | (entry & 3ull << 48) | (entry >> 8 & 3) << 50;
	return addr;
}

static int translate(const struct arch_paging *pg, uint64_t va, uint64_t *paddr, uint64_t *len,
	struct vmt_err *err)
{
	unsigned page_shift = (unsigned)__builtin_ctz(pg->page_size), bits = page_shift - 3;
	unsigned va_bits = pg->va_bits ? pg->va_bits : VA_BITS_USUAL;
	unsigned levels = (va_bits - page_shift + bits - 1) / bits;
	uint64_t table = pg->root, in_kernel = ~0ull << va_bits;

	/* The top byte may be a tag. */
	if (va >> 55 & 1)
		va |= 0xffull << 56;
	if ((va & in_kernel) != in_kernel)
		return err_set_at(err, VMT_ERR_NOTFOUND, va, "0x%llx is not a kernel address",
			(unsigned long long)va);
	for (unsigned level = levels; level-- > 0;) {
		unsigned shift = page_shift + bits * level;
		unsigned width = level == levels - 1 ? va_bits - shift : bits;
		uint64_t entry, size = 1ull << shift;
		int rc = read_entry(pg, table, va >> shift & ((1ull << width) - 1), &entry, err);

		if (rc)
			return err_prepend(
				err, rc, "page table for 0x%llx", (unsigned long long)va);
		table = output_address(pg, va_bits, entry);
		if ((entry & DESC_TYPE) == (level ? DESC_BLOCK : DESC_TABLE)) {
			*paddr = (table & ~(size - 1)) | (va & (size - 1));
			*len = size - (va & (size - 1));
			return 0;
		}
		if ((entry & DESC_TYPE) != DESC_TABLE)
			return err_set_at(err, VMT_ERR_NOTFOUND, va, "0x%llx is not mapped",
				(unsigned long long)va);
	}
	return err_set_at(err, VMT_ERR_CORRUPT, va, "page table walk did not end");
}

const struct arch arch_aarch64 = {
	.name = "aarch64",
	.elf_machine = EM_AARCH64,
	.is_64 = true,
	.prstatus_regs = 112,
	.prstatus_pid = 32,
	.regs = regs,
	.n_regs = ARRAY_SIZE(regs),
	.pc = "pc",
	.sp = "sp",
	.unwind = &unwind,
	.image_offset = "NUMBER(kimage_voffset)",
	.image_size = 128u << 20,
	.translate = translate,
};
