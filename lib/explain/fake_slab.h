/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fake kernel with one slab cache, of 64-byte objects with hidden links. */
#ifndef VMT_EXPLAIN_FAKE_SLAB_H
#define VMT_EXPLAIN_FAKE_SLAB_H

#include <string.h>

#include "base/array.h"
#include "explain/region.h"
#include "image/fake_kernel.h"

/* Offsets in RAM. */
#define MAP 0x40000   /* struct pages, 64 bytes each */
#define CACHE 0x50000 /* the kmem_cache */
#define NAME 0x50200
#define AREA 0x51000   /* per-CPU data of CPU 0 */
#define SLAB 0x60000   /* two pages of objects */
#define OTHER 0x70000  /* a page that is no slab */
#define CPU_SLAB 0x100 /* offset in the per-CPU data */
#define RANDOM 0x1122334455667788u
#define SIZE 80 /* of an object with its red zone in front */
#define PAD 16
#define LINK 24

static const struct row {
	const char *type, *member;
	unsigned offset, size;
} rows[] = {
	{"page", "flags", 0, 8},
	{"page", "page_type", 48, 4},
	{"vm_struct", "addr", 8, 8},
	{"vm_struct", "size", 16, 8},
	{"vm_struct", "flags", 24, 8},
	{"vm_struct", "caller", 56, 8},
	{"slab", "slab_cache", 8, 8},
	{"slab", "freelist", 32, 8},
	{"kmem_cache", "cpu_slab", 0, 8},
	{"kmem_cache", "size", 8, 4},
	{"kmem_cache", "object_size", 12, 4},
	{"kmem_cache", "offset", 16, 4},
	{"kmem_cache", "refcount", 20, 4},
	{"kmem_cache", "name", 24, 8},
	{"kmem_cache", "random", 32, 8},
	{"kmem_cache", "red_left_pad", 40, 4},
	{"kmem_cache_cpu", "freelist", 0, 8},
	{"kmem_cache_cpu", "slab", 8, 8},
};

static int find_row(void *priv, const char *type, const char *member, struct layout_member *ret,
	struct vmt_err *err)
{
	(void)priv, (void)err;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].type, type) != 0 || strcmp(rows[i].member, member) != 0)
			continue;
		*ret = (struct layout_member){
			.offset = rows[i].offset, .size = rows[i].size, .count = 1};
		return 0;
	}
	return VMT_ERR_NOTFOUND;
}

static int no_size(void *priv, const char *type, uint64_t *ret, struct vmt_err *err)
{
	(void)priv, (void)type, (void)ret, (void)err;
	return VMT_ERR_NOTFOUND;
}

static inline uint64_t page_at(uint64_t at)
{
	return MAP + at / 4096 * 64;
}

static inline uint64_t object(unsigned i)
{
	return SLAB + i * SIZE + PAD;
}

/* Puts object i in front of next (an address, or 0) on a list of free ones. */
static inline void put_free(unsigned i, uint64_t next)
{
	uint64_t where = object(i) + LINK;

	fake_put(where, 8, next ^ RANDOM ^ __builtin_bswap64(fake_va(where)));
}

struct fixture {
	TALLOC_CTX *ctx;
	struct kernel_image image;
	struct explain_kernel kernel;
	struct cpu cpu;
	struct cpu_set cpus;
	struct place_kernel place;
};

static inline void set_up(struct fixture *f, const char *keys)
{
	struct layout_provider provider = {"rows", find_row, no_size, NULL};
	struct vmcoreinfo *info;
	char text[600];

	memset(f, 0, sizeof(*f));
	fake_reset();
	f->ctx = talloc_new(NULL);
	snprintf(text, sizeof(text),
		"SIZE(page)=64\nOFFSET(page.mapping)=24\nOFFSET(page.private)=40\n"
		"OFFSET(page._mapcount)=48\nSYMBOL(vmemmap)=%llx\n%s",
		(unsigned long long)fake_va(MAP), keys);
	assert_int_equal(vmcoreinfo_parse(f->ctx, text, strlen(text), &info, NULL), 0);
	assert_int_equal(layout_new(f->ctx, &f->image.layout, NULL), 0);
	assert_int_equal(layout_add(f->image.layout, &provider, NULL), 0);
	f->image.space = fake_space(f->ctx);
	f->image.info = info;
	f->kernel.image = &f->image;
	f->cpu.percpu = fake_va(AREA);
	f->cpus = (struct cpu_set){.cpus = &f->cpu, .n = 1};

	fake_put(page_at(SLAB), 8, 1u << 9);
	fake_put(page_at(SLAB) + 8, 8, fake_va(CACHE));
	fake_put(page_at(SLAB) + 64 + 8, 8, fake_va(page_at(SLAB)) + 1); /* its second page */
	fake_put(CACHE, 8, CPU_SLAB);
	fake_put(CACHE + 8, 4, SIZE);
	fake_put(CACHE + 12, 4, 64);
	fake_put(CACHE + 16, 4, LINK);
	fake_put(CACHE + 20, 4, 1);
	fake_put(CACHE + 24, 8, fake_va(NAME));
	fake_put(CACHE + 32, 8, RANDOM);
	fake_put(CACHE + 40, 4, PAD);
	fake_text(NAME, "commands");
	/* Free: 1 and 3 by the slab, 5 by the CPU. */
	fake_put(page_at(SLAB) + 32, 8, fake_va(object(1)));
	put_free(1, fake_va(object(3)));
	put_free(3, 0);
	fake_put(AREA + CPU_SLAB, 8, fake_va(object(5)));
	fake_put(AREA + CPU_SLAB + 8, 8, fake_va(page_at(SLAB)));
	put_free(5, 0);
	place_prepare(&f->place, &f->kernel, &f->cpus);
}

#endif
