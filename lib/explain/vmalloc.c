// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Areas of vmalloc and ioremap, and who asked for them. Mirrors mm/vmalloc.c: a tree of areas in
 * use, since 6.9 one for each of several nodes, between which the addresses are dealt out by zones.
 */
#include "base/cur.h"
#include "base/vmlinux.h"
#include "dump/vmcoreinfo.h"
#include "explain/region.h"

/*
 * struct vmap_area {va_start, va_end; struct rb_node {parent, right, left}; list (two); vm}, in
 * words: as all kernels since 5.4 have it. vm->addr proves it. Finding it in BTF costs more than
 * all the rest; vm_struct is near, as a member of task_struct.
 */
enum { SHAPE_END = 1, SHAPE_NODE = 2, SHAPE_RIGHT = 3, SHAPE_LEFT = 4, SHAPE_VM = 7, SHAPE_WORDS };

/*
 * struct vmap_node {struct vmap_pool pool[256]; spinlock_t pool_lock; bool; struct rb_list busy,
 * lazy; ...}, in bytes: 6.9 and later, without the debugging of locks.
 */
#define SHAPE_NODES 6272
#define SHAPE_BUSY 6152

#define MOST_DEPTH 64
#define VM_IOREMAP 0x1
#define VM_NO_GUARD 0x40

static int nothing(struct vmt_err *err)
{
	return err_set(err, VMT_ERR_NOTFOUND, "no area of vmalloc");
}

void vmalloc_prepare(struct place_kernel *p)
{
	const struct kernel_image *k = p->kernel->image;

	if (k->info && vmcoreinfo_number(k->info, "NUMBER(VMALLOC_START)", &p->vmalloc_start) &&
		vmcoreinfo_number(k->info, "NUMBER(VMALLOC_END)", &p->vmalloc_end))
		return;
	/* x86-64: the map of pages comes next. */
	if (p->page_map.known && !kernel_read_symbol(k, "vmalloc_base", 8, &p->vmalloc_start, NULL))
		p->vmalloc_end = p->page_map.v;
	else
		p->vmalloc_start = p->vmalloc_end = 0;
}

/* The root of the tree that has the address. */
static int find_root(
	const struct kernel_image *k, uint64_t addr, uint64_t *root, struct vmt_err *err)
{
	uint64_t at, n, zone;

	if (kernel_read_symbol(k, "vmap_area_root", 8, root, NULL) == 0)
		return 0;
	if (kernel_read_symbol(k, "vmap_nodes", 8, &at, NULL) ||
		kernel_read_symbol(k, "nr_vmap_nodes", 4, &n, NULL) ||
		kernel_read_symbol(k, "vmap_zone_size", 4, &zone, NULL) || !n || !zone)
		return nothing(err);
	return mem_read_ptr(k->space, at + addr / zone % n * SHAPE_NODES + SHAPE_BUSY, root, err);
}

/* Reads the words of a vmap_area, by its node in the tree. */
static int read_area(const struct kernel_image *k, uint64_t node, uint64_t area[SHAPE_WORDS],
	struct vmt_err *err)
{
	uint8_t raw[8 * SHAPE_WORDS];
	struct cur c = cur_init(raw, sizeof(raw), mem_space_big_endian(k->space));
	int rc = mem_read(k->space, node - 8 * SHAPE_NODE, raw, sizeof(raw), err);

	for (unsigned i = 0; !rc && i < SHAPE_WORDS; i++)
		area[i] = cur_u64(&c);
	return rc;
}

/* The vm_struct of the area around an address. */
static int find_area(const struct kernel_image *k, uint64_t addr, uint64_t *vm, struct vmt_err *err)
{
	uint64_t node, area[SHAPE_WORDS];
	int rc = find_root(k, addr, &node, err);

	for (unsigned n = 0; !rc && node; n++) {
		if (n == MOST_DEPTH)
			return nothing(err);
		rc = read_area(k, node, area, err);
		if (rc)
			return rc;
		if (addr >= area[0] && addr < area[SHAPE_END]) {
			*vm = area[SHAPE_VM];
			return 0;
		}
		node = area[addr < area[0] ? SHAPE_LEFT : SHAPE_RIGHT];
	}
	return rc ? rc : nothing(err);
}

/* The function that asked for it. */
static void name_caller(
	TALLOC_CTX *ctx, const struct explain_kernel *k, uint64_t vm, struct explained_place *ret)
{
	const struct kernel_module *m;
	struct kallsym symbol;
	uint64_t caller;

	if (kernel_read_member(k->image, vm, "vm_struct", "caller", &caller, NULL))
		return;
	m = k->modules ? modules_at(k->modules, caller) : NULL;
	if (m ? module_symbol_at(k->image, m, caller, &symbol, NULL)
	      : kallsyms_at(k->image->symbols, caller, &symbol, NULL))
		return;
	ret->name = talloc_strdup(ctx, symbol.name);
	ret->module = talloc_strdup(ctx, m ? m->name : VMLINUX);
}

int vmalloc_area(TALLOC_CTX *ctx, const struct place_kernel *p, uint64_t addr,
	struct explained_place *ret, struct vmt_err *err)
{
	const struct kernel_image *k = p->kernel->image;
	uint64_t vm, start, size, flags, guard = 0;
	int rc;

	if (!k->symbols || mem_space_ptr_size(k->space) != 8 || addr < p->vmalloc_start ||
		addr >= p->vmalloc_end)
		return nothing(err);
	rc = find_area(k, addr, &vm, err);
	if (!rc && p->kernel->btf)
		btf_learn_member(p->kernel->btf, "task_struct", "stack_vm_area");
	if (!rc)
		rc = kernel_read_member(k, vm, "vm_struct", "addr", &start, err);
	if (!rc)
		rc = kernel_read_member(k, vm, "vm_struct", "size", &size, err);
	if (!rc)
		rc = kernel_read_member(k, vm, "vm_struct", "flags", &flags, err);
	if (rc || addr < start || addr - start >= size)
		return nothing(err);
	ret->region = flags & VM_IOREMAP ? VMT_REGION_IOREMAP : VMT_REGION_VMALLOC;
	ret->offset = (struct vmt_u64){true, addr - start};
	if (!(flags & VM_NO_GUARD) && k->info && vmcoreinfo_number(k->info, "PAGESIZE", &guard) &&
		guard >= size)
		return nothing(err);
	ret->size = (struct vmt_u64){true, size - guard};
	name_caller(ctx, p->kernel, vm, ret);
	return 0;
}
