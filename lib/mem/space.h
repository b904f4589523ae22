/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel's virtual address space, over any physical memory. Takes plain numbers and a reader;
 * knows neither dumps nor VMCOREINFO.
 */
#ifndef VMT_MEM_SPACE_H
#define VMT_MEM_SPACE_H

#include <talloc.h>

#include "arch/arch.h"

struct mem_space;

struct mem_params {
	const struct arch *arch;
	arch_read_phys read;
	void *read_arg;
	uint32_t page_size;
	bool big_endian;
	uint64_t phys_base;	  /* of the kernel image; two's complement */
	uint64_t image_base;	  /* 0: arch->image_base */
	uint64_t image_size;	  /* of the window that the image lies in, from there */
	uint64_t pgtable_root;	  /* physical; 0: none, only the image can be read */
	unsigned levels, va_bits; /* 0: the architecture's usual */
	uint64_t sme_mask;
};

int mem_space_new(TALLOC_CTX *ctx, const struct mem_params *params, struct mem_space **ret,
	struct vmt_err *err);

const struct arch *mem_space_arch(const struct mem_space *space);
bool mem_space_big_endian(const struct mem_space *space);
unsigned mem_space_ptr_size(const struct mem_space *space);

int mem_translate(struct mem_space *space, uint64_t va, uint64_t *paddr, struct vmt_err *err);

/* All len bytes, across pages. On failure err->where is the address that could not be read. */
int mem_read(struct mem_space *space, uint64_t va, void *buf, size_t len, struct vmt_err *err);

/* As much of len as can be read from va on; zeros elsewhere; returns how many bytes were missing.
 */
size_t mem_read_some(struct mem_space *space, uint64_t va, void *buf, size_t len);

/* An unsigned integer of size 1, 2, 4 or 8 in the machine's byte order. */
int mem_read_uint(
	struct mem_space *space, uint64_t va, unsigned size, uint64_t *ret, struct vmt_err *err);
int mem_read_ptr(struct mem_space *space, uint64_t va, uint64_t *ret, struct vmt_err *err);

/* A NUL-terminated string of at most max - 1 bytes; cut there. buf has max bytes. */
int mem_read_string(
	struct mem_space *space, uint64_t va, char *buf, size_t max, struct vmt_err *err);

#endif
