// SPDX-License-Identifier: GPL-3.0-or-later
/* Module lists in three layouts, with symbols and sections. Broken lists and left-out pages. */
#include "base/test.h"

#include "base/array.h"
#include "image/fake_image.h"
#include "kernel/fake_modules.h"

/* ---- modules in memory ------------------------------------------------------------------- */

#define HEAD 0x2000u
#define MODULE(i) (0x40000u + 0x1000u * (i))
#define TEXT(i) (0x60000u + 0x4000u * (i))
#define SYMTAB 0x50000u
#define STRTAB 0x51000u
#define TYPETAB 0x52000u
#define ATTRS 0x53000u
#define NOTE 0x54000u
#define COUNT 5u

static struct kernel_image image;

static void put_module(unsigned i)
{
	uint64_t at = MODULE(i);
	char name[32];

	snprintf(name, sizeof(name), "mod_%u", i);
	fake_put(at + 8, 8, fake_va(i + 1 < COUNT ? MODULE(i + 1) + 8 : HEAD));
	fake_put(at + 16, 8, fake_va(i ? MODULE(i - 1) + 8 : HEAD));
	fake_text(at + 24, name);
	fake_put(at + 96, 8, i == 1 ? 0x3000 : 0);
	fake_put(at + 200, 8, fake_va(TEXT(i)));
	fake_put(at + 208, 4, era == rows_69 ? 0x1000 : 0x2000);
	if (era == rows_69) {
		fake_put(at + 224, 8, fake_va(TEXT(i) + 0x2000));
		fake_put(at + 232, 4, 0x1000);
	} else {
		fake_put(at + 212, 4, 0x1000);
	}
}

static void put_symbol(unsigned i, const char *name, uint64_t value, unsigned size, char type)
{
	uint64_t at = SYMTAB + 24 * i, text = STRTAB + 32 * i;

	fake_text(text, name);
	fake_put(at, 4, text - STRTAB);
	fake_put(at + 4, 1, era == rows_310 ? (uint8_t)type : 0x12);
	fake_put(at + 6, 2, 1);
	fake_put(at + 8, 8, value);
	fake_put(at + 16, 8, size);
	fake_put(TYPETAB + i, 1, (uint8_t)type);
}

static uint64_t data_of_1(void)
{
	return TEXT(1) + (era == rows_69 ? 0x2010 : 0x1010);
}

static void put_symbols(void)
{
	uint64_t at = MODULE(1);

	if (era == rows_69)
		fake_put(at + 120, 8, fake_va(at + 128));
	fake_put(at + 128, 8, fake_va(SYMTAB));
	fake_put(at + 136, 4, 7);
	fake_put(at + 144, 8, fake_va(STRTAB));
	fake_put(at + 152, 8, fake_va(TYPETAB));
	put_symbol(1, "second", fake_va(TEXT(1) + 0x200), 0x80, 't');
	put_symbol(2, "first", fake_va(TEXT(1) + 0x100), 0x40, 'T');
	put_symbol(3, "$x", fake_va(TEXT(1) + 0x110), 0, 't');
	put_symbol(4, "gone", fake_va(TEXT(1) + 0x120), 4, 'U');
	fake_put(SYMTAB + 24 * 4 + 6, 2, 0); /* undefined here */
	/* The class key of a lock may be empty. */
	put_symbol(5, "__key.1", fake_va(data_of_1()), 0, 'b');
	put_symbol(6, "lock", fake_va(data_of_1()), 8, 'b');
	if (era != rows_310)
		for (unsigned i = 5; i <= 6; i++)
			fake_put(SYMTAB + 24 * i + 4, 1, 0x11);
}

static void put_section(unsigned i, const char *name, uint64_t addr)
{
	uint64_t text = ATTRS + 0x800 + 32 * i, at = ATTRS + 0x100 + 72 * i;

	fake_text(text, name);
	if (era == rows_69) {
		fake_put(ATTRS + 8, 8, fake_va(ATTRS + 0x80));
		fake_put(ATTRS + 0x80 + 8 * i, 8, fake_va(at));
		fake_put(at, 8, fake_va(text));
		fake_put(at + 32, 8, addr);
		return;
	}
	at = ATTRS + 16 + 72 * i;
	fake_put(ATTRS + 8, 4, i + 1);
	fake_put(at + (era == rows_310 ? 56 : 0), 8, fake_va(text));
	fake_put(at + 64, 8, addr);
}

static void put_sections(void)
{
	fake_put(MODULE(1) + 104, 8, fake_va(ATTRS));
	put_section(0, ".text", fake_va(TEXT(1)));
	put_section(1, ".note.gnu.build-id", fake_va(NOTE));
	fake_put(NOTE, 4, 4);
	fake_put(NOTE + 4, 4, 20);
	fake_put(NOTE + 8, 4, 3);
	memcpy(fake_ram + NOTE + 12, "GNU", 4);
	for (unsigned i = 0; i < 20; i++)
		fake_ram[NOTE + 16 + i] = (uint8_t)(0xa0 + i);
}

static void make(TALLOC_CTX *ctx, const struct row *rows)
{
	static const struct fake_layout tables = {.mode = FAKE_RELATIVE, .two_bytes = true};
	struct layout_provider provider = {.member = rows_member, .size = rows_size};
	struct fake_tables t = {0};

	era = rows;
	fake_reset();
	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_va(HEAD), "dmodules");
	fake_symbol_add(&t, fake_va(HEAD + 64), "dlast_unloaded_module");
	fake_symbol_add(&t, fake_va(HEAD + 256), "B_end");
	fake_put_tables(&tables, &t);
	fake_put(HEAD, 8, fake_va(MODULE(0) + 8));
	fake_put(HEAD + 8, 8, fake_va(MODULE(COUNT - 1) + 8));
	fake_text(HEAD + 64, "veth");
	for (unsigned i = 0; i < COUNT; i++)
		put_module(i);
	put_symbols();
	put_sections();
	fake_image(ctx, &t, &provider, &image);
}

/* ---- tests ------------------------------------------------------------------------------- */

static void check_symbols(const struct kernel_module *m)
{
	struct kallsym sym;

	assert_int_equal(module_symbol_at(&image, m, fake_va(TEXT(1) + 0x130), &sym, NULL), 0);
	assert_string_equal(sym.name, "first");
	assert_int_equal(sym.type, 'T');
	assert_int_equal(sym.addr, fake_va(TEXT(1) + 0x100));
	assert_int_equal(sym.size, 0x100); /* up to the next one, as the kernel prints it */
	assert_int_equal(module_symbol_at(&image, m, fake_va(TEXT(1) + 0xfff), &sym, NULL), 0);
	assert_string_equal(sym.name, "second");
	assert_int_equal(sym.size, 0xe00); /* up to the end of the text */
	assert_int_equal(module_symbol_at(&image, m, fake_va(data_of_1()), &sym, NULL), 0);
	assert_string_equal(sym.name, era == rows_310 ? "__key.1" : "lock");
	assert_int_equal(
		module_symbol_at(&image, m, fake_va(TEXT(1) + 0x80), &sym, NULL), VMT_ERR_NOTFOUND);
	assert_int_equal(
		module_symbol_at(&image, m, fake_va(TEXT(2)), &sym, NULL), VMT_ERR_NOTFOUND);
	fake_hole = STRTAB;
	assert_int_equal(
		module_symbol_at(&image, m, fake_va(TEXT(1) + 0x130), &sym, NULL), VMT_ERR_NODATA);
	fake_hole = SYMTAB;
	assert_int_equal(
		module_symbol_at(&image, m, fake_va(TEXT(1) + 0x130), &sym, NULL), VMT_ERR_NODATA);
	fake_hole = 0;
}

static void check_sections(TALLOC_CTX *ctx, const struct kernel_module *m)
{
	struct module_section *sections;
	struct vmt_err err;
	const char *id;
	uint64_t addr;
	size_t n;

	if (module_sections(ctx, &image, m, &sections, &n, &err))
		fail_msg("%s", err.message);
	assert_int_equal(n, 2);
	assert_string_equal(sections[0].name, ".text");
	assert_int_equal(sections[1].addr, fake_va(NOTE));
	assert_int_equal(module_section(&image, m, ".text", &addr, NULL), 0);
	assert_int_equal(addr, fake_va(TEXT(1)));
	assert_int_equal(module_section(&image, m, ".bss", &addr, NULL), VMT_ERR_NOTFOUND);
	assert_int_equal(module_build_id(ctx, &image, m, &id, NULL), 0);
	assert_string_equal(id, "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3");
	fake_put(NOTE + 8, 4, 1);
	assert_int_equal(module_build_id(ctx, &image, m, &id, NULL), VMT_ERR_NOTFOUND);
	/* It is found after the instructions without the list of sections. */
	fake_put(NOTE + 8, 4, 3);
	memcpy(fake_ram + TEXT(1) + (era == rows_69 ? 0x2000 : 0x1000), fake_ram + NOTE, 36);
	fake_ram[NOTE + 16] = 0;
	assert_int_equal(module_build_id(ctx, &image, m, &id, NULL), 0);
	assert_string_equal(id, "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3");
	fake_hole = ATTRS;
	assert_int_equal(module_section(&image, m, ".text", &addr, NULL), VMT_ERR_NODATA);
	fake_hole = 0;
}

static void every_layout(void **state)
{
	struct unloaded_module *gone;
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(eras); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct module_list list;
		const struct kernel_module *m;

		make(ctx, eras[i]);
		assert_int_equal(modules_read(ctx, &image, &list, NULL), 0);
		assert_int_equal(list.n, COUNT);
		assert_false(list.broken);
		assert_string_equal(list.items[4].name, "mod_4");
		m = modules_find(&list, "mod_1");
		assert_non_null(m);
		assert_int_equal(m->taints.v, 0x3000);
		assert_int_equal(m->base, fake_va(TEXT(1)));
		assert_int_equal(m->size, 0x2000);
		assert_ptr_equal(modules_at(&list, fake_va(TEXT(1) + 0xfff)), m);
		assert_null(modules_at(&list, fake_va(TEXT(1) + 0x3000)));
		check_symbols(m);
		check_sections(ctx, m);
		assert_int_equal(
			module_unloaded_list(ctx, &image, (struct vmt_u64){0}, &gone, &n, NULL), 0);
		assert_int_equal(n, 1);
		assert_string_equal(gone[0].name, "veth");
		talloc_free(ctx);
	}
}

static void a_page_left_out(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct module_list list;

	(void)state;
	make(ctx, rows_61);
	fake_hole = MODULE(2);
	assert_int_equal(modules_read(ctx, &image, &list, NULL), 0);
	assert_int_equal(list.n, 4); /* those after it are reached from the other end */
	assert_string_equal(list.items[1].name, "mod_1");
	assert_string_equal(list.items[2].name, "mod_3");
	assert_string_equal(list.items[3].name, "mod_4");
	assert_true(list.broken);
	assert_int_equal(list.unreadable, 1);
	assert_int_equal(list.first.code, VMT_ERR_NODATA);
	fake_hole = HEAD;
	assert_int_equal(modules_read(ctx, &image, &list, NULL), VMT_ERR_NODATA);
	talloc_free(ctx);
}

static void lists_that_lie(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct module_list list;

	(void)state;
	make(ctx, rows_61);
	fake_put(MODULE(3) + 8, 8, fake_va(MODULE(1) + 8)); /* a cycle */
	assert_int_equal(modules_read(ctx, &image, &list, NULL), 0);
	assert_int_equal(list.n, COUNT);
	assert_true(list.broken);
	make(ctx, rows_61);
	fake_put(MODULE(3) + 8, 8, 0x6b6b6b6b6b6b6b6b);
	assert_int_equal(modules_read(ctx, &image, &list, NULL), 0);
	assert_int_equal(list.n, COUNT);
	make(ctx, rows_61);
	fake_put(MODULE(3), 4, MODULE_UNFORMED);
	assert_int_equal(modules_read(ctx, &image, &list, NULL), 0);
	assert_int_equal(list.n, COUNT - 1);
	assert_false(list.broken);
	make(ctx, rows_61);
	fake_put(MODULE(1) + 208, 4, 0xffffffff); /* sizes that wrap */
	fake_put(MODULE(1) + 200, 8, 0xfffffffffffff000);
	fake_put(MODULE(1) + 136, 4, 0xffffffff);
	assert_int_equal(modules_read(ctx, &image, &list, NULL), 0);
	assert_int_equal(list.items[1].n_ranges, 0);
	assert_null(modules_at(&list, 0x100));
	image.symbols = NULL;
	assert_int_equal(modules_read(ctx, &image, &list, NULL), VMT_ERR_NOTFOUND);
	talloc_free(ctx);
}

/* All of one name, and each in the memory of the others. */
static void same_names_and_places(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct module_list list;
	const struct kernel_module *m;

	(void)state;
	make(ctx, rows_61);
	for (unsigned i = 0; i < COUNT; i++) {
		fake_text(MODULE(i) + 24, "mod_1");
		fake_put(MODULE(i) + 200, 8, fake_va(TEXT(1) - 0x100 * i));
	}
	assert_int_equal(modules_read(ctx, &image, &list, NULL), 0);
	assert_int_equal(list.n, COUNT);
	assert_non_null(modules_find(&list, "mod_1"));
	/* Every address of any of them belongs to one of them. */
	for (uint64_t at = TEXT(1) - 0x400; at < TEXT(1) + 0x2000; at += 0x80) {
		m = modules_at(&list, fake_va(at));
		assert_non_null(m);
		assert_true(fake_va(at) - m->base < m->size);
	}
	assert_null(modules_at(&list, fake_va(TEXT(1) + 0x2000)));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_layout),
		cmocka_unit_test(a_page_left_out),
		cmocka_unit_test(lists_that_lie),
		cmocka_unit_test(same_names_and_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
