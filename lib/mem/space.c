// SPDX-License-Identifier: GPL-3.0-or-later
#include "mem/space.h"

#include <string.h>

#include "base/cur.h"

/* Cached translations: a triage walks a few lists and rings, all within a few hundred pages. */
#define TLB_SIZE 256

struct mem_space {
	struct mem_params params;
	struct arch_paging paging;
	struct {
		uint64_t va_page; /* page number, 0: empty (page 0 is never kernel memory) */
		uint64_t paddr;
	} tlb[TLB_SIZE];
	struct vmt_u64 lost;
	uint64_t lost_pages[MEM_LOST_PAGES];
	size_t n_lost_pages;
	struct {
		uint64_t va;
		const uint8_t *page;
	} pins[MEM_PINS];
	size_t n_pins;
};

int mem_space_new(TALLOC_CTX *ctx, const struct mem_params *params, struct mem_space **ret,
	struct vmt_err *err)
{
	struct mem_space *space;

	if (!params->page_size || params->page_size & (params->page_size - 1))
		return err_set(err, VMT_ERR_CORRUPT, "page size %u is not a power of two",
			params->page_size);
	space = talloc_zero(ctx, struct mem_space);
	if (!space)
		return err_nomem(err);
	space->params = *params;
	if (params->unit < params->page_size)
		space->params.unit = params->page_size;
	if (!params->image_base)
		space->params.image_base = params->arch->image_base;
	space->paging = (struct arch_paging){
		.root = params->pgtable_root,
		.levels = params->levels,
		.va_bits = params->va_bits,
		.addr_mask = params->sme_mask,
		.page_size = params->page_size,
		.read = params->read,
		.read_arg = params->read_arg,
	};
	*ret = space;
	return 0;
}

const struct arch *mem_space_arch(const struct mem_space *space)
{
	return space->params.arch;
}

bool mem_space_big_endian(const struct mem_space *space)
{
	return space->params.big_endian;
}

unsigned mem_space_ptr_size(const struct mem_space *space)
{
	return space->params.arch->is_64 ? 8 : 4;
}

uint32_t mem_space_unit(const struct mem_space *space)
{
	return space->params.unit;
}

uint32_t mem_space_page_size(const struct mem_space *space)
{
	return space->params.page_size;
}

static bool in_image(const struct mem_space *space, uint64_t va)
{
	return va - space->params.image_base < space->params.image_size;
}

struct vmt_u64 mem_lost(const struct mem_space *space)
{
	return space->lost;
}

void mem_set_lost(struct mem_space *space, struct vmt_u64 lost)
{
	space->lost = lost;
}

size_t mem_lost_pages(const struct mem_space *space, const uint64_t **ret)
{
	*ret = space->lost_pages;
	return space->n_lost_pages;
}

static void note_page(struct mem_space *space, uint64_t page)
{
	size_t n = space->n_lost_pages;

	for (size_t i = 0; i < n; i++)
		if (space->lost_pages[i] == page)
			return;
	if (n < MEM_LOST_PAGES)
		space->lost_pages[space->n_lost_pages++] = page;
}

static void note_lost(struct mem_space *space, uint64_t va)
{
	note_page(space, va & ~(uint64_t)(space->params.page_size - 1));
	if (!space->lost.known)
		space->lost = (struct vmt_u64){true, va};
}

static int walk(struct mem_space *space, uint64_t va, uint64_t *paddr, struct vmt_err *err)
{
	uint64_t len;
	int rc = VMT_ERR_NODATA;

	if (space->params.pgtable_root)
		rc = space->params.arch->translate(&space->paging, va, paddr, &len, err);
	else
		err_set_at(err, rc, va,
			"translating 0x%llx needs page tables, which were not found",
			(unsigned long long)va);
	if (rc == VMT_ERR_NOTFOUND) {
		if (err)
			err->code = VMT_ERR_NODATA;
		return VMT_ERR_NODATA;
	}
	/*
	 * Where a table is missing, the kernel image is still linear. This does not hold past the
	 * image: without KASLR, modules are in the upper half of the window.
	 */
	if (rc && in_image(space, va)) {
		*paddr = va - space->params.image_base + space->params.phys_base;
		rc = 0;
	}
	if (rc)
		note_lost(space, va);
	return rc;
}

int mem_translate(struct mem_space *space, uint64_t va, uint64_t *paddr, struct vmt_err *err)
{
	uint64_t page = va / space->params.page_size, in_page = va % space->params.page_size;
	size_t slot = page % TLB_SIZE;
	int rc;

	if (space->tlb[slot].va_page != page || page == 0) {
		rc = walk(space, va - in_page, paddr, err);
		if (rc)
			return rc;
		space->tlb[slot].va_page = page;
		space->tlb[slot].paddr = *paddr;
	}
	*paddr = space->tlb[slot].paddr + in_page;
	return 0;
}

bool mem_space_pin(struct mem_space *space, uint64_t va, const uint8_t *page)
{
	if (space->n_pins == MEM_PINS)
		return false;
	space->pins[space->n_pins].va = va & ~(uint64_t)(space->params.page_size - 1);
	space->pins[space->n_pins++].page = page;
	return true;
}

static bool read_pinned(const struct mem_space *space, uint64_t va, uint8_t *out, size_t n)
{
	for (size_t i = 0; i < space->n_pins; i++) {
		if (va - space->pins[i].va >= space->params.page_size)
			continue;
		memcpy(out, space->pins[i].page + (va - space->pins[i].va), n);
		return true;
	}
	return false;
}

static int read_in_page(
	struct mem_space *space, uint64_t va, uint8_t *out, size_t n, struct vmt_err *err)
{
	uint64_t paddr;
	int rc;

	if (read_pinned(space, va, out, n))
		return 0;
	rc = mem_translate(space, va, &paddr, err);
	if (rc)
		return rc;
	rc = space->params.read(space->params.read_arg, paddr, out, n, err);
	if (rc)
		note_lost(space, va);
	return rc;
}

int mem_read(struct mem_space *space, uint64_t va, void *buf, size_t len, struct vmt_err *err)
{
	uint8_t *out = buf;

	while (len) {
		size_t room = space->params.page_size - va % space->params.page_size;
		size_t n = len < room ? len : room;
		int rc = read_in_page(space, va, out, n, err);

		if (rc) {
			if (err)
				err->where = va;
			return rc;
		}
		out += n;
		va += n;
		len -= n;
	}
	return 0;
}

size_t mem_read_some(struct mem_space *space, uint64_t va, void *buf, size_t len)
{
	uint8_t *out = buf;
	size_t missing = 0;

	while (len) {
		size_t room = space->params.page_size - va % space->params.page_size;
		size_t n = len < room ? len : room;

		if (mem_read(space, va, out, n, NULL)) {
			memset(out, 0, n);
			missing += n;
		}
		out += n;
		va += n;
		len -= n;
	}
	return missing;
}

int mem_read_uint(
	struct mem_space *space, uint64_t va, unsigned size, uint64_t *ret, struct vmt_err *err)
{
	uint8_t raw[8];
	int rc;

	if (size > sizeof(raw))
		return err_set_at(
			err, VMT_ERR_CORRUPT, va, "cannot read an integer of %u bytes", size);
	rc = mem_read(space, va, raw, size, err);
	if (rc)
		return rc;
	*ret = cur_load(raw, size, space->params.big_endian);
	return 0;
}

int mem_read_ptr(struct mem_space *space, uint64_t va, uint64_t *ret, struct vmt_err *err)
{
	return mem_read_uint(space, va, mem_space_ptr_size(space), ret, err);
}

int mem_read_string(
	struct mem_space *space, uint64_t va, char *buf, size_t max, struct vmt_err *err)
{
	size_t done = 0;

	while (done + 1 < max) {
		size_t room = space->params.page_size - (va + done) % space->params.page_size;
		size_t n = max - 1 - done < room ? max - 1 - done : room;
		int rc = mem_read(space, va + done, buf + done, n, err);

		if (rc)
			return rc;
		if (memchr(buf + done, 0, n))
			return 0;
		done += n;
	}
	buf[done] = 0;
	return 0;
}
