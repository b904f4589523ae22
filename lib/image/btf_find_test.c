// SPDX-License-Identifier: GPL-3.0-or-later
/* Locating BTF: the kernel's by its symbols, a module's in a list in memory. */
#include "base/test.h"

#include "base/array.h"
#include "image/fake_btf.h"

#define BTF_AT 0x2000u
#define HEAD 0x3000u /* btf_modules */
#define ENTRIES 0x4000u
#define MODULE_BTF 0x5000u
#define MODULE fake_va(0x8000u) /* address of a struct module */

static int row_member(void *priv, const char *type, const char *name, struct layout_member *ret,
	struct vmt_err *err)
{
	(void)priv;
	for (size_t i = 0; i < ARRAY_SIZE(fake_btf_rows); i++) {
		const struct fake_btf_row *r = &fake_btf_rows[i];

		if (strcmp(r->type, type) != 0 || strcmp(r->member, name) != 0)
			continue;
		*ret = (struct layout_member){.offset = r->offset, .size = r->size, .count = 1};
		return 0;
	}
	return err_set(err, VMT_ERR_NOTFOUND, "no %s.%s", type, name);
}

static int row_size(void *priv, const char *type, uint64_t *ret, struct vmt_err *err)
{
	(void)priv;
	(void)ret;
	return err_set(err, VMT_ERR_NOTFOUND, "no %s", type);
}

/* A kernel with BTF between two symbols of these names. end is the address of the second. */
static void open_kernel(TALLOC_CTX *ctx, const char *start_name, const char *end_name, uint64_t end,
	struct kernel_image *k)
{
	static const struct fake_layout tables = {
		.mode = FAKE_RELATIVE, .two_bytes = true, .seqs = true};
	static const struct layout_provider rows = {
		.name = "rows", .member = row_member, .size = row_size};
	struct fake_tables t = {0};

	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_va(end < BTF_AT ? end : BTF_AT), "D%s",
		end < BTF_AT ? end_name : start_name);
	fake_symbol_add(&t, fake_va(end < BTF_AT ? BTF_AT : end), "D%s",
		end < BTF_AT ? start_name : end_name);
	fake_symbol_add(&t, fake_va(HEAD), "dbtf_modules");
	fake_put_tables(&tables, &t);
	assert_int_equal(fake_open(ctx, t.info, &k->symbols, NULL), 0);
	k->space = fake_space(ctx);
	assert_int_equal(layout_new(ctx, &k->layout, NULL), 0);
	assert_int_equal(layout_add(k->layout, &rows, NULL), 0);
}

static uint64_t offset_of(struct btf *btf, const char *type)
{
	struct layout_provider p = btf_provider(btf);
	struct layout_member m;
	struct vmt_err err;

	if (p.member(p.priv, type, "m", &m, &err))
		fail_msg("%s.m: %s", type, err.message);
	return m.offset;
}

static void kernel_by_symbols(void **state)
{
	static const char *const names[][2] = {
		{"__start_BTF", "__stop_BTF"},
		{"_binary__btf_vmlinux_bin_start", "_binary__btf_vmlinux_bin_end"},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct kernel_image k = {0};
		struct btf *btf;
		uint64_t len;

		fake_reset();
		len = fake_btf_put(BTF_AT, "st", 96, 0);
		open_kernel(ctx, names[i][0], names[i][1], BTF_AT + len, &k);
		assert_int_equal(btf_open_kernel(ctx, &k, &btf, NULL), 0);
		assert_int_equal(offset_of(btf, "st"), 12);
		talloc_free(ctx);
	}
}

static void kernel_without(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct kernel_image k = {0};
	struct vmt_err err;
	struct btf *btf;

	(void)state;
	fake_reset();
	open_kernel(ctx, "a", "b", BTF_AT + 8, &k);
	assert_int_equal(btf_open_kernel(ctx, &k, &btf, &err), VMT_ERR_NOTFOUND);
	assert_non_null(strstr(err.message, "built without BTF"));
	talloc_free(ctx);
}

static void kernel_symbols_that_lie(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct kernel_image k = {0};
	struct vmt_err err;
	struct btf *btf;

	(void)state;
	fake_reset();
	open_kernel(ctx, "__start_BTF", "__stop_BTF", BTF_AT - 0x10, &k);
	assert_int_equal(btf_open_kernel(ctx, &k, &btf, &err), VMT_ERR_CORRUPT);
	assert_int_equal(err.where, fake_va(BTF_AT));
	k = (struct kernel_image){0};
	fake_reset();
	open_kernel(ctx, "__start_BTF", "end", BTF_AT + 64, &k);
	assert_int_equal(btf_open_kernel(ctx, &k, &btf, &err), VMT_ERR_NOTFOUND);
	assert_non_null(strstr(err.message, "__stop_BTF"));
	k = (struct kernel_image){0};
	fake_reset();
	open_kernel(ctx, "__start_BTF", "__stop_BTF", BTF_AT + 64, &k); /* no header there */
	assert_int_equal(btf_open_kernel(ctx, &k, &btf, &err), VMT_ERR_CORRUPT);
	talloc_free(ctx);
}

struct fixture {
	struct kernel_image k;
	struct btf *base;
};

/* Three modules. The second is MODULE, whose type has its member at offset 20. */
static int setup(void **state)
{
	struct fixture *f = talloc_zero(NULL, struct fixture);
	uint64_t len;

	fake_reset();
	len = fake_btf_put(BTF_AT, "st", 96, 0);
	open_kernel(f, "__start_BTF", "__stop_BTF", BTF_AT + len, &f->k);
	assert_int_equal(btf_open_kernel(f, &f->k, &f->base, NULL), 0);
	fake_put(HEAD, 8, fake_va(ENTRIES + BTF_MODULE_LIST));
	for (unsigned i = 0; i < 3; i++) {
		uint64_t data = MODULE_BTF + 0x400 * i, at = ENTRIES + 0x100 * i;
		uint64_t next = i < 2 ? at + 0x100 + BTF_MODULE_LIST : HEAD;

		len = fake_btf_put(data, "mod", 8 * (16 + 4 * i), FAKE_BTF_STRINGS);
		fake_btf_module(at, next, MODULE - 0x1000 + 0x1000 * i, data, len);
	}
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

static int open_module(struct fixture *f, uint64_t module, struct btf **ret, struct vmt_err *err)
{
	return btf_open_module(f, &f->k, f->base, module, ret, err);
}

static void module_by_its_owner(void **state)
{
	struct fixture *f = *state;
	struct btf *btf;
	struct vmt_err err;

	assert_int_equal(open_module(f, MODULE, &btf, &err), 0);
	assert_int_equal(offset_of(btf, "mod"), 20);
	assert_int_equal(offset_of(btf, "st"), 12); /* from the base */
	assert_int_equal(open_module(f, MODULE + 0x1000, &btf, &err), 0);
	assert_int_equal(offset_of(btf, "mod"), 24);
	assert_int_equal(open_module(f, MODULE + 8, &btf, &err), VMT_ERR_NOTFOUND);
}

static void lists_that_lie(void **state)
{
	struct fixture *f = *state;
	struct btf *btf;
	struct vmt_err err;

	/* The third links back to the second: entries before that are found, and the walk ends. */
	fake_put(ENTRIES + 0x200 + BTF_MODULE_LIST, 8, fake_va(ENTRIES + 0x100 + BTF_MODULE_LIST));
	assert_int_equal(open_module(f, MODULE, &btf, &err), 0);
	assert_int_equal(open_module(f, 1, &btf, &err), VMT_ERR_LIMIT);
	/* An entry without memory. */
	fake_put(ENTRIES + BTF_MODULE_LIST, 8, fake_va(FAKE_RAM));
	assert_int_equal(open_module(f, MODULE, &btf, &err), VMT_ERR_NODATA);
	assert_int_equal(open_module(f, MODULE - 0x1000, &btf, &err), 0);
	/* What the entry points to is not BTF, or missing. */
	fake_put(ENTRIES + 64 + BTF_DATA, 8, fake_va(0x7000));
	assert_int_equal(open_module(f, MODULE - 0x1000, &btf, &err), VMT_ERR_CORRUPT);
	fake_put(ENTRIES + BTF_MODULE_BTF, 8, fake_va(FAKE_RAM));
	assert_int_equal(open_module(f, MODULE - 0x1000, &btf, &err), VMT_ERR_NODATA);
}

static void layouts_that_lack(void **state)
{
	struct fixture *f = *state;
	struct btf *btf;
	struct vmt_err err;

	assert_int_equal(layout_new(f, &f->k.layout, NULL), 0);
	assert_int_equal(open_module(f, MODULE, &btf, &err), VMT_ERR_NOTFOUND);
	assert_non_null(strstr(err.message, "btf_module"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_by_symbols),
		cmocka_unit_test(kernel_without),
		cmocka_unit_test(kernel_symbols_that_lie),
		TEST(module_by_its_owner),
		TEST(lists_that_lie),
		TEST(layouts_that_lack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
