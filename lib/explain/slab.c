// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * From an address to its struct page, slab, cache and object. Mirrors mm/slub.c (slab_cache of
 * struct page up to 5.16, then of struct slab), include/linux/page-flags.h (PG_slab up to 6.9, then
 * a page type) and the vmemmap model of memory. Other allocators have other members.
 */
#include <string.h>

#include "base/array.h"
#include "base/caps.h"
#include "dump/vmcoreinfo.h"
#include "explain/region.h"

#define PAGE_SHIFT 12
#define CACHE_NAME_MAX 64
#define HIGHEST_ORDER 10 /* of a block of free pages */
#define MAPPING_ANON 1

static bool number(const struct explain_kernel *k, const char *key, uint64_t *ret)
{
	return k->image->info && vmcoreinfo_number(k->image->info, key, ret);
}

static bool read_member(const struct explain_kernel *k, uint64_t at, const char *type,
	const char *member, uint64_t *ret)
{
	return kernel_read_member(k->image, at, type, member, ret, NULL) == 0;
}

/*
 * Searching the strings of BTF for kmem_cache costs more than all the rest. It is reached from
 * task_struct, which comes early.
 */
static void learn_types(struct btf *btf)
{
	static const struct {
		const char *type, *member;
	} way[] = {{"task_struct", "nsproxy"}, {"nsproxy", "pid_ns_for_children"},
		{"pid_namespace", "pid_cachep"}, {"kmem_cache", "cpu_slab"},
		{"kmem_cache_cpu", "slab"}};

	for (size_t i = 0; i < ARRAY_SIZE(way); i++)
		btf_learn_member(btf, way[i].type, way[i].member);
}

void slab_prepare(struct place_kernel *p)
{
	const struct kernel_image *image = p->kernel->image;
	uint64_t at;

	p->page_map.known =
		(image->info && vmcoreinfo_hex(image->info, "SYMBOL(vmemmap)", &p->page_map.v)) ||
		kernel_read_symbol(image, "vmemmap_base", 8, &p->page_map.v, NULL) == 0;
	if (!p->page_map.known || !image->layout)
		return;
	if (p->kernel->btf)
		learn_types(p->kernel->btf);
	/* Objects in KASAN's quarantine, and in the caches of CPUs that 6.18 has. */
	p->hides_free = kernel_symbol(image, "kasan_quarantine_put", &at, NULL) == 0 ||
			layout_has(image->layout, "kmem_cache", "cpu_sheaves");
}

/* ---- pages ------------------------------------------------------------------------------- */

int page_of(const struct place_kernel *p, uint64_t addr, uint64_t *page, uint64_t *at,
	struct vmt_err *err)
{
	const struct explain_kernel *k = p->kernel;
	uint64_t map = p->page_map.v, paddr, size, head, frame;
	int rc;

	if (!p->page_map.known || !number(k, "SIZE(page)", &size) || !size)
		return err_set(err, VMT_ERR_NOTFOUND, "the map of pages is not known");
	rc = mem_translate(k->image->space, addr, &paddr, err);
	if (rc)
		return rc;
	frame = paddr >> PAGE_SHIFT;
	*page = map + frame * size;
	/* Bit 0 of the second word marks the other pages of a compound page. */
	rc = mem_read_ptr(k->image->space, *page + 8, &head, err);
	if (rc)
		return rc;
	if (head & 1)
		*page = head - 1;
	if ((*page - map) % size || (*page - map) / size > frame)
		return err_set_at(err, VMT_ERR_CORRUPT, *page, "not the head of a page");
	*at = addr - (paddr - (((*page - map) / size) << PAGE_SHIFT));
	return 0;
}

/* Up to 6.10 the whole number, then its upper byte. */
static bool has_type(uint64_t type, uint64_t wanted)
{
	return (uint32_t)wanted << 8 ? (uint32_t)type == (uint32_t)wanted
				     : (uint32_t)type >> 24 == (uint32_t)wanted >> 24;
}

static bool is_slab(const struct explain_kernel *k, uint64_t page)
{
	uint64_t bit, wanted, flags, type;

	if (number(k, "NUMBER(PG_slab)", &bit) && bit < 64)
		return read_member(k, page, "page", "flags", &flags) && flags >> bit & 1;
	if (!number(k, "NUMBER(PAGE_SLAB_MAPCOUNT_VALUE)", &wanted) ||
		!read_member(k, page, "page", "page_type", &type))
		return false;
	return has_type(type, wanted);
}

/* A word of struct page, which dumps describe: in BTF it is far from what else is needed. */
static bool read_page(const struct explain_kernel *k, uint64_t page, const char *key, unsigned size,
	uint64_t *ret)
{
	uint64_t offset;

	return number(k, key, &offset) &&
	       mem_read_uint(k->image->space, page + offset, size, ret, NULL) == 0;
}

/* Whether a block of free pages begins at this page; its order. The type is in _mapcount. */
static bool begins_free(const struct explain_kernel *k, uint64_t page, uint64_t *order)
{
	uint64_t wanted, type;

	return number(k, "NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)", &wanted) &&
	       read_page(k, page, "OFFSET(page._mapcount)", 4, &type) && has_type(type, wanted) &&
	       read_page(
		       k, page, "OFFSET(page.private)", mem_space_ptr_size(k->image->space), order);
}

/* Free pages are in blocks, of which the first one has the type and, in private, the order. */
static bool is_free(const struct place_kernel *p, uint64_t page)
{
	uint64_t size, frame, last = UINT64_MAX, order = 0;
	bool begins = false;

	if (!number(p->kernel, "SIZE(page)", &size) || !size)
		return false;
	frame = (page - p->page_map.v) / size;
	for (unsigned i = 0; i <= HIGHEST_ORDER; i++) {
		uint64_t head = frame >> i << i;

		if (head != last)
			begins = begins_free(p->kernel, p->page_map.v + head * size, &order);
		last = head;
		if (begins && order >= i)
			return true;
	}
	return false;
}

const char *page_state(const struct place_kernel *p, uint64_t page)
{
	uint64_t mapping;

	if (is_free(p, page))
		return VMT_STATE_FREE;
	if (!read_page(p->kernel, page, "OFFSET(page.mapping)",
		    mem_space_ptr_size(p->kernel->image->space), &mapping) ||
		!mapping)
		return NULL;
	return mapping & MAPPING_ANON ? VMT_STATE_ANON : mapping & 3 ? NULL : VMT_STATE_FILE;
}

bool slab_looks_anonymous(const struct place_kernel *p, uint64_t addr)
{
	uint64_t page, at, mapping;

	return page_of(p, addr, &page, &at, NULL) == 0 && is_slab(p->kernel, page) &&
	       read_page(p->kernel, page, "OFFSET(page.mapping)",
		       mem_space_ptr_size(p->kernel->image->space), &mapping) &&
	       mapping & MAPPING_ANON;
}

/* ---- the cache --------------------------------------------------------------------------- */

struct cache {
	uint64_t addr, size, object_size, pad;
	uint64_t link;	 /* offset of a free object's pointer to the next */
	uint64_t random; /* that such pointers are hidden with */
	bool hidden;
	char name[CACHE_NAME_MAX];
};

/* struct slab since 5.17; before, it was part of struct page. */
static const char *slab_type(const struct explain_kernel *k)
{
	return layout_has(k->image->layout, "slab", "slab_cache") ? "slab" : "page";
}

static int read_cache(
	const struct explain_kernel *k, uint64_t page, struct cache *c, struct vmt_err *err)
{
	const struct kernel_image *image = k->image;
	uint64_t name;
	int rc = kernel_read_member(image, page, slab_type(k), "slab_cache", &c->addr, err);

	if (!rc)
		rc = kernel_read_member(image, c->addr, "kmem_cache", "size", &c->size, err);
	if (!rc)
		rc = kernel_read_member(
			image, c->addr, "kmem_cache", "object_size", &c->object_size, err);
	if (!rc)
		rc = kernel_read_member(image, c->addr, "kmem_cache", "offset", &c->link, err);
	if (!rc)
		rc = kernel_read_member(image, c->addr, "kmem_cache", "name", &name, err);
	if (!rc)
		rc = mem_read_string(image->space, name, c->name, sizeof(c->name), err);
	if (rc)
		return rc;
	if (!c->size || c->object_size > c->size || c->link >= c->size)
		return err_set_at(err, VMT_ERR_CORRUPT, c->addr, "not a slab cache");
	c->hidden = read_member(k, c->addr, "kmem_cache", "random", &c->random);
	read_member(k, c->addr, "kmem_cache", "red_left_pad", &c->pad);
	return 0;
}

/* ---- free or in use ---------------------------------------------------------------------- */

enum found { FOUND, NOT_FOUND, BROKEN };

/* Whether the object is on a list of free objects. */
static enum found on_list(const struct explain_kernel *k, const struct cache *c, uint64_t at,
	uint64_t first, uint64_t object)
{
	for (unsigned n = 0; first; n++) {
		uint64_t where = first + c->link;

		if (n == CAP_SLAB_OBJECTS || first < at ||
			(first - at) % c->size != c->pad % c->size ||
			(first - at) / c->size > CAP_SLAB_OBJECTS)
			return BROKEN;
		if (first == object)
			return FOUND;
		if (mem_read_ptr(k->image->space, where, &first, NULL))
			return BROKEN;
		if (c->hidden) /* since 5.7 with the bytes of the address swapped */
			first ^= c->random ^ __builtin_bswap64(where);
	}
	return NOT_FOUND;
}

/* The list of the CPU that allocates from this slab. */
static enum found on_cpu_list(const struct explain_kernel *k, const struct cache *c,
	const struct cpu_set *cpus, uint64_t page, uint64_t at, uint64_t object)
{
	const char *member =
		layout_has(k->image->layout, "kmem_cache_cpu", "slab") ? "slab" : "page";
	uint64_t percpu, slab, first;

	if (!read_member(k, c->addr, "kmem_cache", "cpu_slab", &percpu))
		return BROKEN;
	for (size_t i = 0; cpus && i < cpus->n; i++) {
		uint64_t own = percpu + cpus->cpus[i].percpu;

		if (!read_member(k, own, "kmem_cache_cpu", member, &slab) ||
			!read_member(k, own, "kmem_cache_cpu", "freelist", &first))
			return BROKEN;
		if (slab == page)
			return on_list(k, c, at, first, object);
	}
	return NOT_FOUND;
}

/* NULL: not known. */
static const char *state_of(const struct place_kernel *p, const struct cache *c, uint64_t page,
	uint64_t at, uint64_t object)
{
	const struct explain_kernel *k = p->kernel;
	enum found slab = BROKEN, cpu;
	uint64_t first;

	if (read_member(k, page, slab_type(k), "freelist", &first))
		slab = on_list(k, c, at, first, object);
	cpu = slab == FOUND ? FOUND : on_cpu_list(k, c, p->cpus, page, at, object);
	if (slab == FOUND || cpu == FOUND)
		return VMT_STATE_FREE;
	return slab == BROKEN || cpu == BROKEN || !p->cpus || p->hides_free ? NULL
									    : VMT_STATE_IN_USE;
}

int slab_object(TALLOC_CTX *ctx, const struct place_kernel *p, uint64_t addr,
	struct explained_place *ret, struct vmt_err *err)
{
	const struct explain_kernel *k = p->kernel;
	struct cache c = {0};
	uint64_t page, at, object, users = 0;
	int rc = page_of(p, addr, &page, &at, err);

	if (!rc && !is_slab(k, page))
		rc = err_set(err, VMT_ERR_NOTFOUND, "not a slab page");
	if (!rc)
		rc = read_cache(k, page, &c, err);
	if (rc)
		return rc;
	object = at + (addr - at) / c.size * c.size + c.pad;
	if (addr < object || addr - object >= c.object_size)
		return err_set(err, VMT_ERR_NOTFOUND, "between objects");
	read_member(k, c.addr, "kmem_cache", "refcount", &users);
	ret->shared = (int32_t)users > 1;
	ret->region = VMT_REGION_SLAB;
	ret->name = talloc_strdup(ctx, c.name);
	ret->offset = (struct vmt_u64){true, addr - object};
	ret->size = (struct vmt_u64){true, c.object_size};
	ret->state = state_of(p, &c, page, at, object);
	return ret->name ? 0 : err_nomem(err);
}
