// SPDX-License-Identifier: GPL-3.0-or-later
/* Modules as in kernels without BTF, in three layouts, and memory that only resembles them. */
#include "base/test.h"

#include "image/fake_kernel.h"
#include "kernel/module_probe.h"
#include "kernel/modules.h"

#define HEAD 0x2000u
#define CORE(i) (0x60000u + 0x10000u * (i))
#define MODULE(i) (CORE(i) + 0x5000u) /* a module's struct is in its own memory */
#define SYMTAB(i) (CORE(i) + 0x6000u)
#define STRTAB(i) (CORE(i) + 0x6800u)
#define TYPETAB(i) (CORE(i) + 0x6c00u)
#define IPS(i) (CORE(i) + 0x4000u)
#define ENTRIES(i) (CORE(i) + 0x4100u)
#define CODE 0x100u
#define COUNT 2u

static void put_list(unsigned i, const char *name)
{
	uint64_t at = MODULE(i);

	fake_put(at + 8, 8, fake_va(i + 1 < COUNT ? MODULE(i + 1) + 8 : HEAD));
	fake_put(at + 16, 8, fake_va(i ? MODULE(i - 1) + 8 : HEAD));
	fake_text(at + 24, name);
	fake_put(SYMTAB(i) + 24, 4, 1);
	fake_put(SYMTAB(i) + 30, 2, 1);
	fake_put(SYMTAB(i) + 32, 8, fake_va(CORE(i) + CODE));
	fake_text(STRTAB(i) + 1, "gizmo_open");
}

/* A mod_kallsyms with the pointer to it before, and later the ORC tables. */
static void put_tables(unsigned i, unsigned offset)
{
	uint64_t at = MODULE(i) + offset / 8 * 8;

	fake_put(at, 8, fake_va(at + 8));
	fake_put(at + 8, 8, fake_va(SYMTAB(i)));
	fake_put(at + 16, 4, 2);
	fake_put(at + 24, 8, fake_va(STRTAB(i)));
	fake_put(at + 32, 8, fake_va(TYPETAB(i)));
	fake_put(TYPETAB(i) + 1, 1, 't');
	fake_put(at + 216, 4, 2);
	fake_put(at + 224, 8, fake_va(IPS(i)));
	fake_put(at + 232, 8, fake_va(ENTRIES(i)));
	fake_put(IPS(i), 4, CORE(i) + CODE - IPS(i));
}

/* As in 5.4. */
static void put_module(unsigned i)
{
	uint64_t at = MODULE(i);

	put_list(i, i ? "gizmo_core" : "gizmo");
	fake_put(at + 384, 8, fake_va(CORE(i)));
	fake_put(at + 392, 4, 0x8000);
	fake_put(at + 396, 4, 0x2000);
	fake_put(at + 400, 4, 0x4000);
	fake_put(at + 408, 8, fake_va(at)); /* of the tree of modules */
	put_tables(i, 584);
}

/* As in 3.10. */
static void put_old_module(unsigned i)
{
	uint64_t at = MODULE(i);

	put_list(i, i ? "gizmo_core" : "gizmo");
	fake_put(at + 304, 8, 0);
	fake_put(at + 312, 8, fake_va(CORE(i)));
	fake_put(at + 324, 4, 0x8000);
	fake_put(at + 332, 4, 0x2000);
	fake_put(at + 400, 8, fake_va(SYMTAB(i)));
	fake_put(at + 408, 8, fake_va(SYMTAB(i)));
	fake_put(at + 416, 4, 2);
	fake_put(at + 420, 4, 2);
	fake_put(at + 424, 8, fake_va(STRTAB(i)));
	fake_put(at + 432, 8, fake_va(STRTAB(i)));
	fake_put(SYMTAB(i) + 28, 1, 't');
}

/* As in 6.4 (form 0) and 6.14 (form 1): text, data with the struct, read-only data. */
static void put_new_module(unsigned i, unsigned form)
{
	uint64_t at = MODULE(i), mem = at + 320;
	static const struct {
		unsigned at, size;
	} memory[] = {{0, 0x2000}, {0x5000, 0x3000}, {0x4000, 0x1000}};

	put_list(i, i ? "gizmo_core" : "gizmo");
	for (unsigned k = 0; k < 3; k++) {
		fake_put(mem + 72 * k, 8, fake_va(CORE(i) + memory[k].at));
		fake_put(mem + 72 * k + (form ? 12 : 8), 4, memory[k].size);
		fake_put(mem + 72 * k + 16, 8, fake_va(at));
	}
	put_tables(i, 900);
}

static void open_image(TALLOC_CTX *ctx, struct kernel_image *k)
{
	const struct fake_layout layout = {.mode = FAKE_RELATIVE, .two_bytes = true};
	struct fake_tables t = {0};

	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_va(HEAD), "dmodules");
	fake_put_tables(&layout, &t);
	fake_put(HEAD, 8, fake_va(MODULE(0) + 8));
	fake_put(HEAD + 8, 8, fake_va(MODULE(COUNT - 1) + 8));
	*k = (struct kernel_image){.space = fake_space(ctx)};
	assert_int_equal(fake_open(ctx, t.info, &k->symbols, NULL), 0);
	assert_int_equal(layout_new(ctx, &k->layout, NULL), 0);
}

static void check_modules(TALLOC_CTX *ctx, struct kernel_image *k, uint64_t size)
{
	struct layout_provider provider;
	struct module_list list;
	struct kallsym sym;

	assert_int_equal(module_probe(ctx, k, &provider, NULL), 0);
	assert_int_equal(layout_add(k->layout, &provider, NULL), 0);
	assert_int_equal(modules_read(ctx, k, &list, NULL), 0);
	assert_int_equal(list.n, COUNT);
	for (unsigned i = 0; i < COUNT; i++) {
		const struct kernel_module *m = &list.items[i];

		assert_true(m->base == fake_va(CORE(i)));
		assert_int_equal(m->size, size);
		assert_int_equal(m->ranges[0].text_size, 0x2000);
		assert_false(m->taints.known);
		assert_int_equal(module_symbol_at(k, m, m->base + CODE + 4, &sym, NULL), 0);
		assert_string_equal(sym.name, "gizmo_open");
		assert_int_equal(sym.type, 't');
	}
	assert_string_equal(list.items[1].name, "gizmo_core");
}

static void since_4_5(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct kernel_image k;
	struct layout_member m;

	(void)state;
	fake_reset();
	for (unsigned i = 0; i < COUNT; i++)
		put_module(i);
	open_image(ctx, &k);
	check_modules(ctx, &k, 0x8000);
	assert_int_equal(layout_member(k.layout, "module", "arch.orc_unwind_ip", &m, NULL), 0);
	assert_int_equal(m.offset, 808);
	assert_int_equal(layout_member(k.layout, "module", "init_layout.base", &m, NULL), 0);
	assert_int_equal(m.offset, 384 + 80);
	assert_int_equal(layout_member(k.layout, "module", "taints", &m, NULL), VMT_ERR_NOTFOUND);
	assert_int_equal(layout_member(k.layout, "module", "symtab", &m, NULL), VMT_ERR_NOTFOUND);
	assert_int_equal(layout_member(k.layout, "task_struct", "pid", &m, NULL), VMT_ERR_NOTFOUND);
	talloc_free(ctx);
}

static void since_6_4(void **state)
{
	(void)state;
	for (unsigned form = 0; form < 2; form++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct kernel_image k;
		struct layout_member m;

		fake_reset();
		for (unsigned i = 0; i < COUNT; i++)
			put_new_module(i, form);
		open_image(ctx, &k);
		check_modules(ctx, &k, 0x6000);
		assert_int_equal(layout_member(k.layout, "module", "mem[6].size", &m, NULL), 0);
		assert_int_equal(m.offset, 320 + 6 * 72 + (form ? 12 : 8));
		assert_int_equal(layout_member(k.layout, "module", "arch.num_orcs", &m, NULL), 0);
		assert_int_equal(layout_member(k.layout, "module", "mem[7].size", &m, NULL),
			VMT_ERR_NOTFOUND);
		talloc_free(ctx);
	}
}

static void before_4_5(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct kernel_image k;
	struct layout_member m;

	(void)state;
	fake_reset();
	for (unsigned i = 0; i < COUNT; i++)
		put_old_module(i);
	open_image(ctx, &k);
	check_modules(ctx, &k, 0x8000);
	assert_int_equal(
		layout_member(k.layout, "module", "core_layout.base", &m, NULL), VMT_ERR_NOTFOUND);
	talloc_free(ctx);
}

/* A single mismatch disproves an offset. Without the memory, no other group is accepted. */
static void all_must_agree(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct layout_provider provider;
	struct kernel_image k;

	(void)state;
	fake_reset();
	for (unsigned i = 0; i < COUNT; i++)
		put_module(i);
	open_image(ctx, &k);
	fake_put(MODULE(1) + 384, 8, fake_va(CORE(0))); /* not where the struct is */
	assert_int_equal(module_probe(ctx, &k, &provider, NULL), VMT_ERR_NOTFOUND);
	fake_put(MODULE(1) + 384, 8, fake_va(CORE(1)));
	fake_put(MODULE(1) + 396, 4, 0x9000); /* more text than memory */
	assert_int_equal(module_probe(ctx, &k, &provider, NULL), VMT_ERR_NOTFOUND);
	fake_put(MODULE(1) + 396, 4, 0x2000);
	fake_text(MODULE(1) + 24, "no name!"); /* then it is ignored */
	assert_int_equal(module_probe(ctx, &k, &provider, NULL), 0);
	fake_put(HEAD, 8, fake_va(HEAD));
	assert_int_equal(module_probe(ctx, &k, &provider, NULL), VMT_ERR_NOTFOUND);
	talloc_free(ctx);
}

/* Each looks like struct module_memory, but of different kernels. */
static void forms_must_agree(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct layout_provider provider;
	struct kernel_image k;

	(void)state;
	fake_reset();
	for (unsigned i = 0; i < COUNT; i++)
		put_new_module(i, i);
	open_image(ctx, &k);
	assert_int_equal(module_probe(ctx, &k, &provider, NULL), VMT_ERR_NOTFOUND);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(since_4_5),
		cmocka_unit_test(since_6_4),
		cmocka_unit_test(before_4_5),
		cmocka_unit_test(all_must_agree),
		cmocka_unit_test(forms_must_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
