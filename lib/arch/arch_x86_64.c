// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * x86_64: PRSTATUS registers (struct user_regs_struct), 4- and 5-level page tables.
 * Mirrors arch/x86/include/asm/pgtable_types.h and page_64_types.h.
 */
#include "arch/arch_rows.h"

#include <elf.h>

#include "base/cur.h"

#define ENTRY_PRESENT 0x1u
#define ENTRY_HUGE 0x80u /* PS; means this only at the 1 GiB and 2 MiB levels */
#define ENTRY_ADDR 0x000ffffffffff000u
#define INDEX_BITS 9
#define PAGE_SHIFT 12

#define REG(reg_name, index) {.name = reg_name, .offset = (index) * 8, .size = 8}

static const struct arch_reg regs[] = {
	REG("r15", 0),	REG("r14", 1),	REG("r13", 2),	REG("r12", 3),	REG("rbp", 4),
	REG("rbx", 5),	REG("r11", 6),	REG("r10", 7),	REG("r9", 8),	REG("r8", 9),
	REG("rax", 10), REG("rcx", 11), REG("rdx", 12), REG("rsi", 13), REG("rdi", 14),
	REG("orig_rax", 15), REG("rip", 16), REG("cs", 17), REG("eflags", 18), REG("rsp", 19),
	REG("ss", 20),	REG("fs_base", 21), REG("gs_base", 22), REG("ds", 23), REG("es", 24),
	REG("fs", 25),	REG("gs", 26),
};

static int read_entry(const struct arch_paging *pg, uint64_t table, uint64_t index, uint64_t *ret,
	struct vmt_err *err)
{
	uint8_t raw[8];
	int rc = pg->read(pg->read_arg, table + index * 8, raw, sizeof(raw), err);

	if (rc)
		return rc;
	*ret = cur_load(raw, 8, false) & ~pg->addr_mask;
	return 0;
}

static int translate(const struct arch_paging *pg, uint64_t va, uint64_t *paddr, uint64_t *len,
	struct vmt_err *err)
{
	unsigned levels = pg->levels ? pg->levels : 4;
	unsigned va_bits = PAGE_SHIFT + INDEX_BITS * levels;
	uint64_t table = pg->root;

	if ((uint64_t)((int64_t)(va << (64 - va_bits)) >> (64 - va_bits)) != va)
		return err_set_at(err, VMT_ERR_NODATA, va, "0x%llx is not a canonical address",
			(unsigned long long)va);
	for (unsigned level = levels; level-- > 0;) {
		unsigned shift = PAGE_SHIFT + INDEX_BITS * level;
		uint64_t entry, size = 1ull << shift;
		int rc = read_entry(pg, table, va >> shift & ((1u << INDEX_BITS) - 1), &entry, err);

		if (rc)
			return err_prepend(err, rc, "page table of 0x%llx", (unsigned long long)va);
		if (!(entry & ENTRY_PRESENT))
			return err_set_at(err, VMT_ERR_NODATA, va, "0x%llx is not mapped",
				(unsigned long long)va);
		table = entry & ENTRY_ADDR;
		if (level == 0 || (level <= 2 && entry & ENTRY_HUGE)) {
			/* Bit 12 of a huge entry is PAT: mask all bits below the page's size. */
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
	.n_regs = sizeof(regs) / sizeof(regs[0]),
	.pc = "rip",
	.sp = "rsp",
	.image_base = 0xffffffff80000000u, /* __START_KERNEL_map */
	.image_size = 1u << 30,		   /* KERNEL_IMAGE_SIZE with KASLR; 512 MiB without */
	.translate = translate,
};
