/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an address points into, by the kernel's own records: a symbol, a stack, a slab object. */
#ifndef VMT_EXPLAIN_REGION_H
#define VMT_EXPLAIN_REGION_H

#include "explain/function.h"
#include "kernel/cpu.h"

/* The words are those of struct vmt_explained. */
struct explained_place {
	const char *region;
	const char *name;      /* of the symbol, cache, task, module or caller; NULL: it has none */
	const char *module;    /* of the address: VMLINUX is the kernel; NULL: not in an image */
	struct vmt_u64 offset; /* into the symbol or object */
	struct vmt_u64 size;   /* of the symbol or object */
	const char *state;     /* of memory: VMT_STATE_...; NULL: not known */
	bool shared;	       /* the cache was merged with others of its size */
	struct vmt_u64 cpu;    /* whose stack or per-CPU data it is */
};

/* What is looked up once for all addresses. */
struct place_kernel {
	const struct explain_kernel *kernel;
	const struct cpu_set *cpus;	     /* NULL: not known */
	uint64_t percpu_start, percpu_end;   /* of the per-CPU variables; equal: not known */
	struct vmt_u64 page_map;	     /* struct page of page frame 0 */
	uint64_t vmalloc_start, vmalloc_end; /* where its areas are; equal: not known */
	bool hides_free;		     /* freed objects may look as if they were in use */
};

/* Looks up what is the same for all addresses. kernel and cpus must outlive p. */
void place_prepare(
	struct place_kernel *p, const struct explain_kernel *kernel, const struct cpu_set *cpus);

/*
 * Explains an address. Strings are talloc children of ctx. VMT_ERR_NOTFOUND: it points to nothing
 * that is known.
 */
int explain_place(TALLOC_CTX *ctx, const struct place_kernel *place, uint64_t addr,
	struct explained_place *ret, struct vmt_err *err);

/* Only for region.c: finds page_map and hides_free, and makes the types of slabs known. */
void slab_prepare(struct place_kernel *p);

/* Only for region.c: finds the range of vmalloc. */
void vmalloc_prepare(struct place_kernel *p);

/*
 * The struct page of an address, of its compound page's head. *at: the address of the first byte.
 */
int page_of(const struct place_kernel *place, uint64_t addr, uint64_t *page, uint64_t *at,
	struct vmt_err *err);

/* The slab object at an address. VMT_ERR_NOTFOUND: its page is no slab. */
int slab_object(TALLOC_CTX *ctx, const struct place_kernel *place, uint64_t addr,
	struct explained_place *ret, struct vmt_err *err);

/*
 * Whether the address is in a slab that looks like a program's memory to a tool that goes by
 * page->mapping alone. Since 6.2, the number of slabs on a CPU's list is there. Only struct page
 * is read, so the page itself may be missing.
 */
bool slab_looks_anonymous(const struct place_kernel *place, uint64_t addr);

/* VMT_STATE_... of a page that is no slab, by its struct page; NULL: not known. */
const char *page_state(const struct place_kernel *place, uint64_t page);

/*
 * The area of vmalloc or ioremap at an address. An offset past its size is in its guard page.
 * VMT_ERR_NOTFOUND: there is none.
 */
int vmalloc_area(TALLOC_CTX *ctx, const struct place_kernel *place, uint64_t addr,
	struct explained_place *ret, struct vmt_err *err);

#endif
