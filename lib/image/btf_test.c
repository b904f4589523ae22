// SPDX-License-Identifier: GPL-3.0-or-later
/* Types built by hand: members by every kind of path, split BTF, and damaged BTF. */
#include "base/test.h"

#include "base/array.h"
#include "image/btf_types.h"
#include "image/fake_kernel.h"

#define BTF_AT 0x2000u
#define SPLIT_AT 0x40000u

struct maker {
	uint8_t types[200000];
	char strings[8192];
	uint32_t types_len, strings_len, ids, first_name;
	bool be;
};

static struct maker base, split;

static void start(struct maker *m, uint32_t ids, uint32_t first_name)
{
	memset(m, 0, sizeof(*m));
	m->strings_len = first_name ? 0 : 1;
	m->ids = ids;
	m->first_name = first_name;
}

static void word(struct maker *m, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		m->types[m->types_len++] = (uint8_t)(v >> 8 * (fake_be ? 3 - i : i));
}

static uint32_t name(struct maker *m, const char *s)
{
	uint32_t at = m->strings_len;

	if (!*s)
		return 0;
	strcpy(m->strings + at, s);
	m->strings_len += (uint32_t)strlen(s) + 1;
	return m->first_name + at;
}

static uint32_t type(struct maker *m, const char *s, enum btf_kind kind, unsigned vlen, bool flag,
	uint32_t size_or_type)
{
	word(m, name(m, s));
	word(m, (uint32_t)kind << 24 | vlen | (uint32_t)flag << 31);
	word(m, size_or_type);
	return m->ids++;
}

static void member(struct maker *m, const char *s, uint32_t id, uint32_t bits)
{
	word(m, name(m, s));
	word(m, id);
	word(m, bits);
}

static uint32_t integer(struct maker *m, const char *s, uint32_t size, uint32_t bits)
{
	uint32_t id = type(m, s, BTF_INT, 0, false, size);

	word(m, bits);
	return id;
}

static uint32_t array(struct maker *m, uint32_t of, uint32_t n)
{
	uint32_t id = type(m, "", BTF_ARRAY, 0, false, 0);

	word(m, of);
	word(m, of);
	word(m, n);
	return id;
}

static void put_btf(const struct maker *m, uint64_t at, uint32_t hdr_len)
{
	fake_put(at, 2, 0xeb9f);
	fake_put(at + 2, 1, 1);
	fake_put(at + 4, 4, hdr_len);
	fake_put(at + 8, 4, 0);
	fake_put(at + 12, 4, m->types_len);
	fake_put(at + 16, 4, m->types_len);
	fake_put(at + 20, 4, m->strings_len);
	memcpy(fake_ram + at + hdr_len, m->types, m->types_len);
	memcpy(fake_ram + at + hdr_len + m->types_len, m->strings, m->strings_len);
}

static uint64_t btf_len(const struct maker *m, uint32_t hdr_len)
{
	return hdr_len + m->types_len + m->strings_len;
}

/* Ids: 1 int, 2 u64, and so on. The struct is last, so that everything before it is read. */
static void make_base(void)
{
	uint32_t i32, u64, ptr, list, anon, deep, comm, cpu_t, cpu_c, flex, odd;

	start(&base, 1, 0);
	i32 = integer(&base, "int", 4, 32);
	u64 = integer(&base, "long unsigned int", 8, 64);
	ptr = type(&base, "", BTF_PTR, 0, false, i32);
	list = type(&base, "list_head", BTF_STRUCT, 2, false, 16);
	member(&base, "next", list - 1, 0);
	member(&base, "prev", list - 1, 64);
	deep = type(&base, "", BTF_STRUCT, 1, false, 4);
	member(&base, "hidden", i32, 0);
	anon = type(&base, "", BTF_UNION, 2, false, 8);
	member(&base, "wide", u64, 0);
	member(&base, "", deep, 0);
	comm = array(&base, i32, 16);
	flex = array(&base, list, 0);
	cpu_c = type(&base, "", BTF_CONST, 0, false, base.ids + 1);
	cpu_t = type(&base, "cpu_t", BTF_TYPEDEF, 0, false, i32);
	odd = integer(&base, "odd", 4, 2 << 16 | 3); /* an old-style bit field: bits 2 to 4 */
	for (unsigned i = 0; i < 300; i++)
		type(&base, "", BTF_FWD, 0, false, 0);
	type(&base, "task", BTF_STRUCT, 0, false, 0); /* same name, but without members */
	type(&base, "task", BTF_STRUCT, 10, true, 256);
	member(&base, "pid", cpu_c, 32);
	member(&base, "", anon, 64);
	member(&base, "tasks", list, 128);
	member(&base, "comm", comm, 256);
	member(&base, "flag", i32, 1u << 24 | 771);
	member(&base, "lists", list, 896);
	member(&base, "ptr", ptr, 1088);
	member(&base, "tail", flex, 2048);
	member(&base, "old", odd, 1152);
	member(&base, "cpu", cpu_t, 1184);
	type(&base, "loop", BTF_TYPEDEF, 0, false, base.ids);
	type(&base, "task_p", BTF_ENUM, 1, false, 4);
	word(&base, 0);
	word(&base, 0);
}

static struct btf *open_base(TALLOC_CTX *ctx, uint32_t hdr_len)
{
	struct btf *btf;
	struct vmt_err err;

	put_btf(&base, BTF_AT, hdr_len);
	if (btf_open(ctx,
		    (struct btf_place){fake_space(ctx), fake_va(BTF_AT), btf_len(&base, hdr_len)},
		    NULL, &btf, &err))
		fail_msg("%s", err.message);
	return btf;
}

static void expect(struct btf *btf, const char *type_name, const char *path, uint64_t offset,
	uint64_t size, uint64_t count)
{
	struct layout_provider p = btf_provider(btf);
	struct layout_member m;
	struct vmt_err err;

	if (p.member(p.priv, type_name, path, &m, &err))
		fail_msg("%s.%s: %s", type_name, path, err.message);
	assert_int_equal(m.offset, offset);
	assert_int_equal(m.size, size);
	assert_int_equal(m.count, count);
}

static int refused(struct btf *btf, const char *type_name, const char *path)
{
	struct layout_provider p = btf_provider(btf);
	struct layout_member m;
	struct vmt_err err = {0};
	int rc = p.member(p.priv, type_name, path, &m, &err);

	assert_int_equal(err.code, rc);
	return rc;
}

static void check_members(bool be, uint32_t hdr_len)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct layout_provider p;
	struct layout_member m;
	struct btf *btf;
	uint64_t size;

	fake_reset();
	fake_be = be;
	make_base();
	btf = open_base(ctx, hdr_len);
	p = btf_provider(btf);
	expect(btf, "task", "pid", 4, 4, 1);
	expect(btf, "task", "wide", 8, 8, 1);
	expect(btf, "task", "hidden", 8, 4, 1);
	expect(btf, "task", "tasks.prev", 24, 8, 1);
	expect(btf, "task", "comm", 32, 64, 16);
	expect(btf, "task", "comm[3]", 44, 4, 1);
	expect(btf, "task", "ptr", 136, 8, 1);
	expect(btf, "task", "tail[2].prev", 256 + 32 + 8, 8, 1);
	expect(btf, "task", "cpu", 148, 4, 1);
	expect(btf, "list_head", "next", 0, 8, 1);
	assert_int_equal(p.member(p.priv, "task", "flag", &m, NULL), 0);
	assert_int_equal(m.offset, 96);
	assert_int_equal(m.bit_offset, 3);
	assert_int_equal(m.bit_size, 1);
	assert_int_equal(p.member(p.priv, "task", "old", &m, NULL), 0);
	assert_int_equal(m.offset, 144);
	assert_int_equal(m.bit_offset, 2);
	assert_int_equal(m.bit_size, 3);
	assert_int_equal(p.size(p.priv, "list_head", &size, NULL), 0);
	assert_int_equal(size, 16);
	assert_int_equal(p.size(p.priv, "cpu_t", &size, NULL), 0);
	assert_int_equal(size, 4);
	assert_int_equal(refused(btf, "task", "nosuch"), VMT_ERR_NOTFOUND);
	assert_int_equal(refused(btf, "task", "comm[16]"), VMT_ERR_NOTFOUND);
	assert_int_equal(refused(btf, "task", "pid[0]"), VMT_ERR_NOTFOUND);
	assert_int_equal(refused(btf, "task", "pid.x"), VMT_ERR_NOTFOUND);
	assert_int_equal(refused(btf, "task", "comm[x]"), VMT_ERR_USAGE);
	assert_int_equal(refused(btf, "nosuch", "x"), VMT_ERR_NOTFOUND);
	assert_int_equal(refused(btf, "tas", "pid"), VMT_ERR_NOTFOUND);
	assert_int_equal(refused(btf, "loop", "x"), VMT_ERR_CORRUPT);
	assert_int_equal(p.size(p.priv, "loop", &size, NULL), VMT_ERR_CORRUPT);
	talloc_free(ctx);
}

static void members(void **state)
{
	(void)state;
	check_members(false, 24);
	check_members(false, 32); /* 7.1 */
	check_members(true, 24);
}

static void only_what_is_needed(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct btf *btf;

	(void)state;
	fake_reset();
	make_base();
	for (unsigned i = 0; i < 10000; i++)
		type(&base, "", BTF_FWD, 0, false, 0);
	btf = open_base(ctx, 24);
	fake_reads = 0;
	expect(btf, "list_head", "prev", 8, 8, 1);
	assert_true(fake_reads <= 6);
	fake_reads = 0;
	assert_int_equal(refused(btf, "late", "x"), VMT_ERR_NOTFOUND); /* reads to the end once */
	assert_true(fake_reads > 25);
	fake_reads = 0;
	assert_int_equal(refused(btf, "later", "x"), VMT_ERR_NOTFOUND);
	assert_true(fake_reads == 0);
	talloc_free(ctx);
}

static void split_btf(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct btf_split how = {0};
	struct layout_provider p;
	struct btf *btf;
	uint64_t size;

	(void)state;
	fake_reset();
	make_base();
	how.base = open_base(ctx, 24);
	start(&split, base.ids, base.strings_len);
	type(&split, "driver", BTF_STRUCT, 2, false, 280);
	member(&split, "task", base.ids - 3, 64); /* from the base */
	member(&split, "own", split.ids, 8 * 264);
	type(&split, "", BTF_STRUCT, 1, false, 4);
	member(&split, "irq", 1, 0);
	put_btf(&split, SPLIT_AT, 24);
	assert_int_equal(
		btf_open(ctx,
			(struct btf_place){fake_space(ctx), fake_va(SPLIT_AT), btf_len(&split, 24)},
			&how, &btf, NULL),
		0);
	expect(btf, "driver", "own.irq", 264, 4, 1);
	expect(btf, "driver", "task.tasks.prev", 8 + 24, 8, 1);
	expect(btf, "task", "pid", 4, 4, 1);
	p = btf_provider(btf);
	assert_int_equal(p.size(p.priv, "driver", &size, NULL), 0);
	assert_int_equal(size, 280);
	assert_int_equal(refused(btf, "nosuch", "x"), VMT_ERR_NOTFOUND);
	/* The kernel records where its own ids begin: the base need not be counted. */
	how.first_id = base.ids;
	how.first_name = base.strings_len;
	assert_int_equal(
		btf_open(ctx,
			(struct btf_place){fake_space(ctx), fake_va(SPLIT_AT), btf_len(&split, 24)},
			&how, &btf, NULL),
		0);
	expect(btf, "driver", "own.irq", 264, 4, 1);
	talloc_free(ctx);
}

static void names_left_out(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct btf *btf;

	(void)state;
	fake_reset();
	make_base();
	for (unsigned i = 0; i < 2000; i++) /* to put names and types into pages of their own */
		type(&base, "", BTF_FWD, 0, false, 0);
	type(&base, "late", BTF_ENUM, 0, false, 4);
	btf = open_base(ctx, 24);
	assert_false(btf_lost(btf).known);
	fake_hole = BTF_AT + 24 + base.types_len + base.strings_len;
	assert_int_equal(refused(btf, "late", "x"), VMT_ERR_NODATA);
	assert_int_equal(refused(btf, "task", "pid"), VMT_ERR_NODATA);
	assert_true(btf_lost(btf).known);
	assert_int_equal(btf_lost(btf).v / 4096, fake_va(fake_hole) / 4096);
	talloc_free(ctx);
}

/* ---- lies -------------------------------------------------------------------------------- */

static int open_at(TALLOC_CTX *ctx, uint64_t len, struct btf **btf)
{
	struct vmt_err err = {0};
	int rc = btf_open(
		ctx, (struct btf_place){fake_space(ctx), fake_va(BTF_AT), len}, NULL, btf, &err);

	if (rc)
		assert_int_equal(err.code, rc);
	return rc;
}

static void lying_headers(void **state)
{
	static const struct {
		unsigned at, size;
		uint32_t value;
	} lies[] = {
		{0, 2, 0x1234},
		{2, 1, 9},
		{4, 4, 8},
		{4, 4, 0xfffffff0},
		{8, 4, 0xfffffff0},
		{12, 4, 0xfffffff0},
		{16, 4, 0xfffffff0},
		{20, 4, 0xfffffff0},
		{20, 4, 1u << 20},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct btf *btf;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		fake_reset();
		make_base();
		put_btf(&base, BTF_AT, 24);
		fake_put(BTF_AT + lies[i].at, lies[i].size, lies[i].value);
		assert_int_equal(open_at(ctx, btf_len(&base, 24), &btf), VMT_ERR_CORRUPT);
	}
	assert_int_equal(open_at(ctx, 10, &btf), VMT_ERR_CORRUPT);
	assert_int_equal(open_at(ctx, 1ull << 40, &btf), VMT_ERR_CORRUPT);
	fake_hole = BTF_AT;
	assert_int_equal(open_at(ctx, btf_len(&base, 24), &btf), VMT_ERR_NODATA);
	talloc_free(ctx);
}

static struct btf *open_one(TALLOC_CTX *ctx)
{
	struct btf *btf = NULL;

	put_btf(&base, BTF_AT, 24);
	assert_int_equal(open_at(ctx, btf_len(&base, 24), &btf), 0);
	return btf;
}

static void lying_types(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	fake_reset();
	start(&base, 1, 0);
	type(&base, "s", BTF_STRUCT, 65535, false, 8); /* members past the end */
	assert_int_equal(refused(open_one(ctx), "s", "x"), VMT_ERR_CORRUPT);
	start(&base, 1, 0);
	type(&base, "s", BTF_STRUCT, 1, false, 8);
	member(&base, "x", 0x7fffffff, 0); /* no such type */
	assert_int_equal(refused(open_one(ctx), "s", "x"), VMT_ERR_CORRUPT);
	start(&base, 1, 0);
	type(&base, "s", BTF_STRUCT, 2, false, 8);
	member(&base, "", 1, 0); /* itself, twice, without a name: a tree without leaves */
	member(&base, "", 1, 0);
	assert_int_equal(refused(open_one(ctx), "s", "x"), VMT_ERR_NOTFOUND);
	start(&base, 1, 0);
	type(&base, "s", BTF_STRUCT, 40, false, 8);
	for (unsigned i = 0; i < 40; i++)
		member(&base, "", 1, 0);
	assert_int_equal(refused(open_one(ctx), "s", "x"), VMT_ERR_LIMIT);
	start(&base, 1, 0);
	type(&base, "s", BTF_STRUCT, 1, false, 8);
	member(&base, "x", 2, 0);
	array(&base, 2, 0xffffffff); /* of itself */
	assert_int_equal(refused(open_one(ctx), "s", "x"), VMT_ERR_CORRUPT);
	assert_int_equal(refused(open_one(ctx), "s", "x[9].y"), VMT_ERR_CORRUPT);
	start(&base, 1, 0);
	type(&base, "s", BTF_ENUM, 0, false, 4);
	type(&base, "", 31, 0, false,
		8); /* a future kind stops the reading, but earlier types are kept */
	assert_int_equal(refused(open_one(ctx), "t", "x"), VMT_ERR_UNSUPPORTED);
	assert_int_equal(refused(open_one(ctx), "s", "x"), VMT_ERR_NOTFOUND);
	start(&base, 1, 0);
	type(&base, "", BTF_STRUCT, 1, false, 8);
	memset(base.types, 0xfe, 4); /* its name is far past the strings */
	base.types[3] = 0x7e;
	member(&base, "x", 1, 0);
	assert_int_equal(refused(open_one(ctx), "s", "x"), VMT_ERR_NOTFOUND);
	talloc_free(ctx);
}

#define INDEX_AT 0x80000u
#define STRUCT_AT 0x90000u
#define NAMELESS_TYPES 4000

/* As in 7.0 and later: nameless types first, then sorted by name. */
static void make_sorted(void)
{
	uint32_t i32;

	start(&base, 1, 0);
	for (unsigned i = 0; i < NAMELESS_TYPES; i++)
		type(&base, "", BTF_PTR, 0, false, 0);
	for (unsigned i = 0; i < 200; i++) {
		char text[16];

		snprintf(text, sizeof(text), "a%03u", i);
		type(&base, text, BTF_TYPEDEF, 0, false, 1);
	}
	type(&base, "gizmo", BTF_FUNC, 0, false, 1); /* a function of the same name */
	i32 = base.ids + 1;
	type(&base, "gizmo", BTF_STRUCT, 1, false, 8);
	member(&base, "knob", i32, 32);
	integer(&base, "int", 4, 32);
}

/* The kernel's struct btf, and its index. */
static void put_index(void)
{
	uint64_t at = BTF_AT + 24;
	uint32_t off = 0;

	for (uint32_t id = 1; id < base.ids; id++) {
		unsigned kind = base.types[off + 7] & 0x1f;

		fake_put(INDEX_AT + 8 * id, 8, fake_va(at + off));
		off += 12 + (kind == BTF_STRUCT ? 12 : kind == BTF_INT ? 4 : 0);
	}
	fake_put(STRUCT_AT, 8, fake_va(BTF_AT));
	fake_put(STRUCT_AT + 8, 8, fake_va(INDEX_AT));
	memcpy(fake_ram + STRUCT_AT + 48, fake_ram + BTF_AT, 24);
	fake_put(STRUCT_AT + 72, 4, base.ids);
	fake_put(0x1000, 8, fake_va(STRUCT_AT));
}

static struct btf *open_kernel(TALLOC_CTX *ctx, struct kernel_image *k)
{
	const struct fake_layout layout = {.mode = FAKE_RELATIVE, .two_bytes = true};
	struct fake_tables t = {0};
	struct btf *btf;

	fake_symbol_add(&t, FAKE_STEXT, "T_stext");
	fake_symbol_add(&t, fake_va(0x1000), "dbtf_vmlinux");
	fake_symbol_add(&t, fake_va(BTF_AT), "R__start_BTF");
	fake_symbol_add(&t, fake_va(BTF_AT) + btf_len(&base, 24), "R__stop_BTF");
	fake_put_tables(&layout, &t);
	put_btf(&base, BTF_AT, 24);
	put_index();
	assert_int_equal(fake_open(ctx, t.info, &k->symbols, NULL), 0);
	k->space = fake_space(ctx);
	assert_int_equal(btf_open_kernel(ctx, k, &btf, NULL), 0);
	return btf;
}

static void sorted_types(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct kernel_image k = {0};
	struct btf *btf;

	(void)state;
	fake_reset();
	make_sorted();
	btf = open_kernel(ctx, &k);
	expect(btf, "gizmo", "knob", 4, 4, 1);
	assert_true(btf->sorted);
	assert_true(btf->next_id < NAMELESS_TYPES); /* the rest was not read */
	assert_int_equal(refused(btf, "a1234", "x"), VMT_ERR_NOTFOUND);
	assert_true(btf->next_id < NAMELESS_TYPES);
	/* A false index is not used. */
	btf = open_kernel(ctx, &k);
	fake_put(INDEX_AT + 8 * (base.ids - 1), 8, fake_va(0));
	expect(btf, "gizmo", "knob", 4, 4, 1);
	assert_false(btf->sorted);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members),
		cmocka_unit_test(only_what_is_needed),
		cmocka_unit_test(split_btf),
		cmocka_unit_test(sorted_types),
		cmocka_unit_test(names_left_out),
		cmocka_unit_test(lying_headers),
		cmocka_unit_test(lying_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
