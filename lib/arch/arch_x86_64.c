// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * x86_64: PRSTATUS registers (struct user_regs_struct), pt_regs, 4- and 5-level page tables.
 * Mirrors arch/x86/include/asm/{pgtable_types,page_64_types,ptrace,switch_to}.h.
 */
#include "arch/arch_rows.h"

#include <elf.h>

#include "base/array.h"
#include "base/cur.h"

#define ENTRY_PRESENT 0x1u
#define ENTRY_HUGE 0x80u /* PS; has this meaning only at the 1 GiB and 2 MiB levels */
#define ENTRY_ADDR 0x000ffffffffff000u
#define INDEX_BITS 9
#define PAGE_SHIFT 12

/* In the order of struct user_regs_struct. The first 21 are struct pt_regs. */
enum {
	R15,
	R14,
	R13,
	R12,
	RBP,
	RBX,
	R11,
	R10,
	R9,
	R8,
	RAX,
	RCX,
	RDX,
	RSI,
	RDI,
	ORIG_RAX,
	RIP,
	CS,
	EFLAGS,
	RSP,
	SS,
	FS_BASE,
	GS_BASE,
	DS,
	ES,
	FS,
	GS,
};

#define REG(reg_name, index)                                                                       \
	{                                                                                          \
		.name = (reg_name), .offset = 8 * (index), .size = 8                               \
	}

static const struct arch_reg regs[] = {
	REG("r15", R15),
	REG("r14", R14),
	REG("r13", R13),
	REG("r12", R12),
	REG("rbp", RBP),
	REG("rbx", RBX),
	REG("r11", R11),
	REG("r10", R10),
	REG("r9", R9),
	REG("r8", R8),
	REG("rax", RAX),
	REG("rcx", RCX),
	REG("rdx", RDX),
	REG("rsi", RSI),
	REG("rdi", RDI),
	REG("orig_rax", ORIG_RAX),
	REG("rip", RIP),
	REG("cs", CS),
	REG("eflags", EFLAGS),
	REG("rsp", RSP),
	REG("ss", SS),
	REG("fs_base", FS_BASE),
	REG("gs_base", GS_BASE),
	REG("ds", DS),
	REG("es", ES),
	REG("fs", FS),
	REG("gs", GS),
};

/* struct inactive_task_frame, 4.9 and later. */
static const struct arch_saved switch_frame[] = {
	{"r15", R15, 0},
	{"r14", R14, 8},
	{"r13", R13, 16},
	{"r12", R12, 24},
	{"bx", RBX, 32},
	{"bp", RBP, 40},
	{"ret_addr", RIP, 48},
};

static bool is_user(const uint64_t *v)
{
	return (v[CS] & 3) == 3;
}

/* The length of ModRM, SIB and displacement after an opcode. 0: more than n bytes. */
static size_t modrm_len(const uint8_t *p, size_t n)
{
	unsigned mod = p[0] >> 6, rm = p[0] & 7;
	size_t len = 1;

	if (mod == 3)
		return len;
	if (rm == 4) {
		if (n < 2)
			return 0;
		if (mod == 0 && (p[1] & 7) == 5)
			return 6;
		len++;
	}
	if (mod == 0)
		return rm == 5 ? 5 : len;
	return len + (mod == 1 ? 1 : 4);
}

/* E8 rel32, or FF /2 with any operand. */
static bool is_call(const uint8_t *end, size_t n)
{
	if (n >= 5 && end[-5] == 0xe8)
		return true;
	for (size_t len = 2; len <= 7 && len <= n; len++) {
		const uint8_t *p = end - len;

		if (p[0] == 0xff && (p[1] >> 3 & 7) == 2 && modrm_len(p + 1, len - 1) == len - 1)
			return true;
	}
	return false;
}

static bool call_target(const uint8_t *end, size_t n, uint64_t at, uint64_t *ret)
{
	if (n < 5 || end[-5] != 0xe8)
		return false;
	*ret = at + (uint64_t)(int64_t)(int32_t)cur_load_little(end - 4, 4);
	return true;
}

/* Stacks are 8-byte aligned, so the lowest bit marks the pointer. */
static uint64_t regs_of_fp(uint64_t fp)
{
	return fp & 1 ? fp - 1 : 0;
}

/*
 * "push %rbp; mov %rsp, %rbp" makes the frame. "pop %rbp" before a return or a tail jump removes
 * it.
 */
static enum arch_frame frame_at(const uint8_t *code, size_t n, uint64_t at, const uint8_t around[2])
{
	static const uint8_t prologue[] = {0x55, 0x48, 0x89, 0xe5};
	const uint8_t *found = memmem(code, n, prologue, sizeof(prologue));
	size_t push;

	if (!found)
		return ARCH_FRAME_NEVER;
	push = (size_t)(found - code);
	if (at <= push)
		return ARCH_FRAME_NONE;
	if (at == push + 1)
		return ARCH_FRAME_HALF;
	if (around[1] == 0xc3 || (around[0] == 0x5d && (around[1] == 0xe9 || around[1] == 0xcc)))
		return ARCH_FRAME_NONE;
	return ARCH_FRAME_WHOLE;
}

/* The first exists since 6.6, where the second is a C function. */
static const char *const begins[] = {"ret_from_fork_asm", "ret_from_fork", NULL};

/* System V ABI for AMD64, figure 3.36. 16 is the return address. */
static const uint8_t dwarf_regs[] = {
	RAX, RDX, RCX, RBX, RSI, RDI, RBP, RSP, R8, R9, R10, R11, R12, R13, R14, R15, RIP};

static const struct arch_unwind unwind = {
	.pc = RIP,
	.sp = RSP,
	.fp = RBP,
	.n_pt_regs = SS + 1,
	.dwarf = dwarf_regs,
	.n_dwarf = ARRAY_SIZE(dwarf_regs),
	.has_tss = true,
	.has_orc = true,
	.links_irq_stack = true,
	.pt_regs_size = 168,
	.pt_regs_hw = RIP * 8,
	.thread_size = 16384,
	.begins = begins,
	.switched =
		{
			.sp_member = "thread.sp",
			.frame_type = "inactive_task_frame",
			.frame_size = 56,
			.saved = switch_frame,
			.n_saved = ARRAY_SIZE(switch_frame),
		},
	.is_user = is_user,
	.is_call = is_call,
	.call_target = call_target,
	.regs_of_fp = regs_of_fp,
	.frame_at = frame_at,
};

static int read_entry(const struct arch_paging *pg, uint64_t table, uint64_t index, uint64_t *ret,
	struct vmt_err *err)
{
	uint8_t raw[8];
	int rc = pg->read(pg->read_arg, table + index * 8, raw, sizeof(raw), err);

	if (rc)
		return rc;
	*ret = cur_load_little(raw, 8) & ~pg->addr_mask;
	return 0;
}

static int translate(const struct arch_paging *pg, uint64_t va, uint64_t *paddr, uint64_t *len,
	struct vmt_err *err)
{
	unsigned levels = pg->levels ? pg->levels : 4;
	unsigned va_bits = PAGE_SHIFT + INDEX_BITS * levels;
	uint64_t table = pg->root;

	if ((uint64_t)((int64_t)(va << (64 - va_bits)) >> (64 - va_bits)) != va)
		return err_set_at(err, VMT_ERR_NOTFOUND, va, "0x%llx is not a canonical address",
			(unsigned long long)va);
	for (unsigned level = levels; level-- > 0;) {
		unsigned shift = PAGE_SHIFT + INDEX_BITS * level;
		uint64_t entry, size = 1ull << shift;
		int rc = read_entry(pg, table, va >> shift & ((1u << INDEX_BITS) - 1), &entry, err);

		if (rc)
			return err_prepend(
				err, rc, "page table for 0x%llx", (unsigned long long)va);
		if (!(entry & ENTRY_PRESENT))
			return err_set_at(err, VMT_ERR_NOTFOUND, va, "0x%llx is not mapped",
				(unsigned long long)va);
		table = entry & ENTRY_ADDR;
		if (level == 0 || (level <= 2 && entry & ENTRY_HUGE)) {
			/* Bit 12 of a huge entry is PAT: mask all bits below the page size. */
			*paddr = (table & ~(size - 1)) | (va & (size - 1));
			*len = size - (va & (size - 1));
			return 0;
		}
	}
	return err_set_at(err, VMT_ERR_CORRUPT, va, "page table walk did not end");
}

const struct arch arch_x86_64 = {
	.name = "x86_64",
	.elf_machine = EM_X86_64,
	.is_64 = true,
	.prstatus_regs = 112,
	.prstatus_pid = 32,
	.regs = regs,
	.n_regs = ARRAY_SIZE(regs),
	.pc = "rip",
	.sp = "rsp",
	.unwind = &unwind,
	.image_base = 0xffffffff80000000u, /* __START_KERNEL_map */
	.image_size = 512u << 20, /* KERNEL_IMAGE_SIZE without KASLR; VMCOREINFO is more exact */
	.translate = translate,
};
