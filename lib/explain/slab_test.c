// SPDX-License-Identifier: GPL-3.0-or-later
/* Slab objects in a fake kernel: a cache of 64-byte objects with hidden links. */
#include "base/test.h"

#include "base/array.h"
#include "explain/origin.h"
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

static uint64_t page_at(uint64_t at)
{
	return MAP + at / 4096 * 64;
}

static uint64_t object(unsigned i)
{
	return SLAB + i * SIZE + PAD;
}

/* Puts object i in front of next (an address, or 0) on a list of free ones. */
static void put_free(unsigned i, uint64_t next)
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

static void set_up(struct fixture *f, const char *keys)
{
	struct layout_provider provider = {"rows", find_row, no_size, NULL};
	struct vmcoreinfo *info;
	char text[400];

	memset(f, 0, sizeof(*f));
	fake_reset();
	f->ctx = talloc_new(NULL);
	snprintf(text, sizeof(text), "SIZE(page)=64\nSYMBOL(vmemmap)=%llx\n%s",
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

static const char *state(struct fixture *f, unsigned i, unsigned plus)
{
	struct explained_place p = {0};
	int rc = slab_object(f->ctx, &f->place, fake_va(object(i)) + plus, &p, NULL);

	if (rc)
		return "none";
	assert_string_equal(p.region, "slab");
	assert_string_equal(p.name, "commands");
	assert_int_equal(p.offset.v, plus);
	assert_int_equal(p.size.v, 64);
	return p.state ? p.state : "unknown";
}

static void objects(void **unused)
{
	struct fixture f;

	(void)unused;
	set_up(&f, "NUMBER(PG_slab)=9\n");
	assert_string_equal(state(&f, 0, 0), "in-use");
	assert_string_equal(state(&f, 0, 63), "in-use");
	assert_string_equal(state(&f, 1, 8), "free");
	assert_string_equal(state(&f, 2, 8), "in-use");
	assert_string_equal(state(&f, 3, 0), "free");
	assert_string_equal(state(&f, 5, 0), "free");
	assert_string_equal(state(&f, 60, 0), "in-use"); /* in the second page */
	assert_string_equal(state(&f, 0, 64), "none");	 /* the red zone of object 1 */
	talloc_free(f.ctx);
}

static void page_types(void **unused)
{
	struct fixture f;

	(void)unused;
	set_up(&f, "NUMBER(PAGE_SLAB_MAPCOUNT_VALUE)=-184549376\n"); /* 0xf5 << 24 */
	assert_string_equal(state(&f, 0, 0), "none");
	fake_put(page_at(SLAB) + 48, 4, 0xf5000001);
	assert_string_equal(state(&f, 0, 0), "in-use");
	fake_put(page_at(SLAB) + 48, 4, 0xf4000000);
	assert_string_equal(state(&f, 0, 0), "none");
	talloc_free(f.ctx);
}

/* A list that is damaged, or ends nowhere, says nothing of the objects that were not on it. */
static void damage(void **unused)
{
	struct fixture f;

	(void)unused;
	set_up(&f, "NUMBER(PG_slab)=9\n");
	put_free(3, fake_va(object(1)));
	assert_string_equal(state(&f, 1, 0), "free");
	assert_string_equal(state(&f, 0, 0), "unknown");
	put_free(3, 0x6b6b6b6b6b6b6b6b);
	assert_string_equal(state(&f, 3, 0), "free");
	assert_string_equal(state(&f, 0, 0), "unknown");
	put_free(3, 0);
	fake_put(CACHE + 8, 4, 0);
	assert_string_equal(state(&f, 0, 0), "none");
	fake_put(CACHE + 8, 4, SIZE);
	f.place.cpus = NULL;
	assert_string_equal(state(&f, 1, 0), "free");
	assert_string_equal(state(&f, 0, 0), "unknown");
	fake_put(page_at(SLAB) + 64 + 8, 8, fake_va(MAP) + 0x8001); /* no head in front of it */
	assert_string_equal(state(&f, 60, 0), "none");
	talloc_free(f.ctx);
}

static bool says(struct fixture *f, unsigned i, unsigned plus, const char *text, bool overrun)
{
	struct origin_place found;

	assert_true(origin_explain(f->ctx, &f->place, "rax", fake_va(object(i)) + plus, &found));
	assert_string_equal(found.cache, "commands");
	assert_int_equal(found.overrun, overrun);
	return strstr(found.sentence, text) && found.freed == (strstr(text, "free") != NULL);
}

/* What is said of an object that a pointer was read from. */
static void origins(void **unused)
{
	static const char text[] = "a name that is much too long for one object";
	struct origin_place found;
	struct fixture f;

	(void)unused;
	set_up(&f, "NUMBER(PG_slab)=9\n");
	assert_true(says(&f, 1, 8,
		", 8 bytes into an object of the slab cache commands (64 bytes), which is free.",
		false));
	assert_true(says(&f, 0, 8, ", which is in use.", false));
	/* Text that fills the start of object 2, and what is in front of it. */
	fake_text(object(2) - 20, text);
	assert_true(says(&f, 2, 8, "is part of a text that begins in front of that object", true));
	/* Only from the start of the object, or only up to the pointer. */
	fake_put(object(2) - 1, 1, 0);
	assert_true(says(&f, 2, 8, ", which is in use.", false));
	fake_text(object(2) - 20, text);
	fake_put(object(2) + 8, 1, 0);
	assert_true(says(&f, 2, 8, ", which is in use.", false));
	assert_false(origin_explain(f.ctx, &f.place, "rax", fake_va(OTHER), &found));
	talloc_free(f.ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects),
		cmocka_unit_test(page_types),
		cmocka_unit_test(damage),
		cmocka_unit_test(origins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
