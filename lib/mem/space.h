/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel's virtual address space over any kind of physical memory. It takes plain numbers and a
 * read function, and knows neither dumps nor VMCOREINFO.
 */
#ifndef VMT_MEM_SPACE_H
#define VMT_MEM_SPACE_H

#include "arch/arch.h"
#include "base/alloc.h"

struct mem_space;

struct mem_params {
	const struct arch *arch;
	arch_read_phys read;
	void *read_arg;
	uint32_t page_size;
	uint32_t unit; /* bytes that the source reads or unpacks at once; 0: page_size */
	bool big_endian;
	uint64_t phys_base;	  /* of the kernel image; two's complement */
	uint64_t image_base;	  /* 0: arch->image_base */
	uint64_t image_size;	  /* bytes of the image's window, from image_base */
	uint64_t pgtable_root;	  /* physical address; 0: none, only the image can be read */
	unsigned levels, va_bits; /* 0: the usual numbers for the architecture */
	uint64_t sme_mask;
};

/*
 * A talloc child of ctx. Nothing is read yet. VMT_ERR_CORRUPT: the size of pages is no power of
 * two.
 */
int mem_space_new(TALLOC_CTX *ctx, const struct mem_params *params, struct mem_space **ret,
	struct vmt_err *err);

/* What it was made with; the sizes are in bytes. */
const struct arch *mem_space_arch(const struct mem_space *space);
bool mem_space_big_endian(const struct mem_space *space);
unsigned mem_space_ptr_size(const struct mem_space *space);
uint32_t mem_space_page_size(const struct mem_space *space);
uint32_t mem_space_unit(const struct mem_space *space);

/*
 * The physical address of a virtual one. VMT_ERR_NODATA: it is not mapped, or a page table that
 * says where it is cannot be read. VMT_ERR_CORRUPT: page tables that lead nowhere.
 */
int mem_translate(struct mem_space *space, uint64_t va, uint64_t *paddr, struct vmt_err *err);

/*
 * From now on, reading the page at va gives these bytes, which must outlive the space, whatever
 * page tables say. For a page that was found by its contents. False: MEM_PINS pages are already.
 */
#define MEM_PINS 64
bool mem_space_pin(struct mem_space *space, uint64_t va, const uint8_t *page);

/*
 * Reads all len bytes, across pages. On failure err->where is the address that could not be read.
 */
int mem_read(struct mem_space *space, uint64_t va, void *buf, size_t len, struct vmt_err *err);

/*
 * Reads what can be read of len bytes at va and fills the rest with zeros. Returns the number of
 * missing bytes.
 */
size_t mem_read_some(struct mem_space *space, uint64_t va, void *buf, size_t len);

/* Reads an unsigned integer of size 1, 2, 4 or 8 in the machine's byte order. */
int mem_read_uint(
	struct mem_space *space, uint64_t va, unsigned size, uint64_t *ret, struct vmt_err *err);
int mem_read_ptr(struct mem_space *space, uint64_t va, uint64_t *ret, struct vmt_err *err);

/* Reads a NUL-terminated string into buf, of max bytes. A longer string is cut at max - 1 bytes. */
int mem_read_string(
	struct mem_space *space, uint64_t va, char *buf, size_t max, struct vmt_err *err);

/*
 * The first address that was asked for and that the machine had in its memory, but that cannot be
 * read. An address that is not mapped is no loss. Who finds the same by another way sets back what
 * was known before.
 */
struct vmt_u64 mem_lost(const struct mem_space *space);
void mem_set_lost(struct mem_space *space, struct vmt_u64 lost);

/*
 * The first pages of which this is true, MEM_LOST_PAGES at most, each once. They are never
 * forgotten. Returns their number.
 */
#define MEM_LOST_PAGES 32
size_t mem_lost_pages(const struct mem_space *space, const uint64_t **ret);

#endif
