// SPDX-License-Identifier: GPL-3.0-or-later
/* A tree of three areas, and pages in several states. */
#include "base/test.h"

#include "explain/fake_slab.h"

#define ROOT 0x90000 /* of the tree */
#define AREA_NODE(i) (0x91000 + (i)*0x100)
#define VM(i) (0x92000 + (i)*0x100)
#define START 0xffffc90000000000u
#define KEYS                                                                                       \
	"PAGESIZE=4096\nNUMBER(VMALLOC_START)=0xffffc90000000000\n"                                \
	"NUMBER(VMALLOC_END)=0xffffe8ffffffffff\nNUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)=-129\n"

static void put_area(unsigned i, uint64_t start, uint64_t size, uint64_t flags, uint64_t caller)
{
	fake_put(AREA_NODE(i), 8, start);
	fake_put(AREA_NODE(i) + 8, 8, start + size);
	fake_put(AREA_NODE(i) + 56, 8, fake_va(VM(i)));
	fake_put(VM(i) + 8, 8, start);
	fake_put(VM(i) + 16, 8, size);
	fake_put(VM(i) + 24, 8, flags);
	fake_put(VM(i) + 56, 8, caller);
}

static void set_up_areas(struct fixture *f)
{
	static const struct fake_layout tables = {.mode = FAKE_RELATIVE, .two_bytes = true};
	struct fake_tables t = {0};

	set_up(f, KEYS);
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, FAKE_STEXT + 0x100, "Tprobe");
	fake_symbol_add(&t, FAKE_STEXT + 0x200, "Tother");
	fake_symbol_add(&t, fake_va(ROOT), "bvmap_area_root");
	fake_symbol_add(&t, fake_va(FAKE_RAM), "B_end");
	fake_put_tables(&tables, &t);
	assert_int_equal(fake_open(f->ctx, t.info, &f->image.symbols, NULL), 0);
	put_area(0, START + 0x100000, 0x5000, 2, FAKE_STEXT + 0x123);
	put_area(1, START + 0x1000, 0x3000, 1, FAKE_STEXT + 0x210);
	put_area(2, START + 0x200000, 0x2000, 0x40, 0);
	fake_put(ROOT, 8, fake_va(AREA_NODE(0) + 16));
	fake_put(AREA_NODE(0) + 32, 8, fake_va(AREA_NODE(1) + 16));
	fake_put(AREA_NODE(0) + 24, 8, fake_va(AREA_NODE(2) + 16));
}

/* "region caller+offset/size" */
static const char *area(struct fixture *f, uint64_t addr)
{
	struct explained_place p = {0};

	if (vmalloc_area(f->ctx, &f->place, addr, &p, NULL))
		return "none";
	return talloc_asprintf(f->ctx, "%s %s+%llx/%llx", p.region, p.name ? p.name : "?",
		(unsigned long long)p.offset.v, (unsigned long long)p.size.v);
}

static void areas(void **unused)
{
	struct fixture f;

	(void)unused;
	set_up_areas(&f);
	assert_string_equal(area(&f, START + 0x100000), "vmalloc probe+0/4000");
	assert_string_equal(area(&f, START + 0x104008), "vmalloc probe+4008/4000"); /* its guard */
	assert_string_equal(area(&f, START + 0x1010), "ioremap other+10/2000");
	assert_string_equal(area(&f, START + 0x201fff), "vmalloc ?+1fff/2000");
	assert_string_equal(area(&f, START + 0x105000), "none");
	assert_string_equal(area(&f, START), "none");
	assert_string_equal(area(&f, fake_va(SLAB)), "none");
	/* A tree that does not end, and what is no area. */
	fake_put(AREA_NODE(1) + 32, 8, fake_va(AREA_NODE(1) + 16));
	assert_string_equal(area(&f, START), "none");
	fake_put(VM(0) + 8, 8, START + 0x300000);
	assert_string_equal(area(&f, START + 0x100000), "none");
	talloc_free(f.ctx);
}

static const char *state_of_page(struct fixture *f, uint64_t at)
{
	const char *state = page_state(&f->place, fake_va(page_at(at)));

	return state ? state : "unknown";
}

static void pages(void **unused)
{
	struct fixture f;

	(void)unused;
	set_up(&f, KEYS);
	assert_string_equal(state_of_page(&f, OTHER), "unknown");
	fake_put(page_at(OTHER) + 24, 8, fake_va(NAME) + 1);
	assert_string_equal(state_of_page(&f, OTHER), "anon");
	fake_put(page_at(OTHER) + 24, 8, fake_va(NAME));
	assert_string_equal(state_of_page(&f, OTHER), "file");
	fake_put(page_at(OTHER) + 24, 8, fake_va(NAME) + 2); /* movable, and no page of a file */
	assert_string_equal(state_of_page(&f, OTHER), "unknown");
	fake_put(page_at(OTHER) + 48, 4, 0xffffff7f);
	assert_string_equal(state_of_page(&f, OTHER), "free");
	assert_string_equal(state_of_page(&f, OTHER + 0x3000), "unknown");
	fake_put(page_at(OTHER) + 40, 8, 2); /* a block of four */
	assert_string_equal(state_of_page(&f, OTHER + 0x3000), "free");
	assert_string_equal(state_of_page(&f, OTHER + 0x4000), "unknown");
	talloc_free(f.ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(areas),
		cmocka_unit_test(pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
