/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A machine is one row. To add one: arch_NAME.c with a `const struct arch`, its name in arch.c.
 * Nothing in the tree asks which architecture it is: it asks the row.
 */
#ifndef VMT_ARCH_ARCH_H
#define VMT_ARCH_ARCH_H

#include "base/err.h"

/* Reads physical memory; 0 or a code. */
typedef int (*arch_read_phys)(void *arg, uint64_t paddr, void *buf, size_t len,
	struct vmt_err *err);

/* What a page-table walk needs to know, in plain numbers. */
struct arch_paging {
	uint64_t root;	    /* physical address of the kernel's top table */
	unsigned levels;    /* 0: the architecture's usual */
	uint64_t addr_mask; /* bits to clear from every entry (SME) */
	uint32_t page_size;
	arch_read_phys read;
	void *read_arg;
};

struct arch_reg {
	const char *name;
	uint16_t offset; /* into the register block of NT_PRSTATUS */
	uint8_t size;
};

struct arch {
	const char *name;	/* as uname -m */
	uint16_t elf_machine;
	bool is_64;
	/* PRSTATUS */
	uint16_t prstatus_regs; /* offset of the register block */
	uint16_t prstatus_pid;
	const struct arch_reg *regs;
	size_t n_regs;
	const char *pc, *sp;	/* names of the row's registers */
	/* kernel image: virtual to physical is va - image_base + phys_base */
	uint64_t image_base;
	uint64_t image_size; /* at most */

	/*
	 * Translates one virtual address: *paddr, and *len bytes that follow are contiguous.
	 * VMT_ERR_NODATA: not mapped.
	 */
	int (*translate)(const struct arch_paging *pg, uint64_t va, uint64_t *paddr, uint64_t *len,
		struct vmt_err *err);
};

const struct arch *arch_find(uint16_t elf_machine, bool is_64);
const struct arch *arch_find_name(const char *name, size_t len);

#endif
