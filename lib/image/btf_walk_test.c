// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/array.h"
#include "image/btf_walk.h"
#include "image/fake_types.h"

#define AT 0x20000

static uint32_t u32_type, u64_type, pointer, inner, outer, constant;

/*
 * struct inner {u32 a; u32 b : 3, c : 5;}
 * struct outer {u64 first; struct inner in[2]; union {struct outer *next; u32 number;}; union {u64
 * x; struct outer *y;}; u32 tail; struct {u64 hidden;};}
 */
static void build(struct fake_types *b)
{
	const struct fake_member in[] = {{"a", 0, 0, 0}, {"b", 0, 32, 3}, {"c", 0, 35, 5}};
	struct fake_member m[3];

	u32_type = fake_int(b, "u32", 4);
	u64_type = fake_int(b, "u64", 8);
	pointer = fake_ptr(b, 4); /* to outer */
	outer = 4;
	for (unsigned i = 0; i < 3; i++) {
		m[i] = in[i];
		m[i].type = u32_type;
	}
	fake_struct(b, BTF_STRUCT, "outer", 56,
		(const struct fake_member[]){{"first", u64_type, 0, 0}, {"in", 6, 64, 0},
			{NULL, 7, 192, 0}, {NULL, 8, 256, 0}, {"tail", u32_type, 320, 0},
			{NULL, 9, 384, 0}},
		6);
	inner = fake_struct(b, BTF_STRUCT, "inner", 8, m, 3);
	assert_int_equal(fake_array(b, inner, 2), 6);
	fake_struct(b, BTF_UNION, NULL, 8,
		(const struct fake_member[]){{"next", pointer, 0, 0}, {"number", u32_type, 0, 0}},
		2);
	fake_struct(b, BTF_UNION, NULL, 8,
		(const struct fake_member[]){{"x", u64_type, 0, 0}, {"y", pointer, 0, 0}}, 2);
	fake_struct(b, BTF_STRUCT, NULL, 8,
		(const struct fake_member[]){{"hidden", u64_type, 0, 0}}, 1);
	constant = fake_type(b, NULL, BTF_CONST, 0, outer);
	fake_function(b, "work", pointer,
		(const struct fake_member[]){{"one", pointer, 0, 0}, {"two", u32_type, 0, 0}}, 2);
	fake_function(b, "other", 0, NULL, 0);
}

static struct btf *open_fake(TALLOC_CTX *ctx)
{
	struct fake_types b = {0};
	struct mem_space *space;
	struct btf *btf;
	uint64_t len;

	fake_reset();
	build(&b);
	len = fake_types_put(&b, AT);
	space = fake_space(ctx);
	assert_int_equal(
		btf_open(ctx, (struct btf_place){space, fake_va(AT), len}, NULL, &btf, NULL), 0);
	return btf;
}

static void members(void **state)
{
	const struct {
		uint64_t offset;
		unsigned size;
		const char *path; /* NULL: none */
		uint64_t at;
		bool exact;
	} cases[] = {
		{0, 8, "first", 0, true},
		{0, 4, "first", 0, false},
		{4, 4, "first", 0, false},
		{4, 8, NULL, 0, false}, /* first and in[0].a */
		{8, 4, "in[0].a", 8, true},
		{16, 4, "in[1].a", 16, true},
		{12, 1, NULL, 0, false}, /* two bit fields */
		{24, 8, "next", 24, true},
		{24, 4, "number", 24, true},
		{32, 8, NULL, 0, false}, /* x or y */
		{40, 4, "tail", 40, true},
		{44, 4, NULL, 0, false}, /* a hole */
		{48, 8, "hidden", 48, true},
		{56, 8, NULL, 0, false}, /* past the end */
		{UINT64_MAX, 8, NULL, 0, false},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct btf *btf = open_fake(ctx);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct btf_spot spot;
		bool found = btf_member_at(btf, constant, cases[i].offset, cases[i].size, &spot);

		assert_int_equal(found, cases[i].path != NULL);
		if (!found)
			continue;
		assert_string_equal(spot.path, cases[i].path);
		assert_int_equal(spot.offset, cases[i].at);
		assert_int_equal(spot.exact, cases[i].exact);
	}
	talloc_free(ctx);
}

static void functions(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct btf *btf = open_fake(ctx);
	struct btf_function f;

	(void)state;
	assert_int_equal(btf_find_function(btf, "work", 0, &f, NULL), 0);
	assert_int_equal(f.n_params, 2);
	assert_string_equal(f.params[0].name, "one");
	assert_int_equal(f.params[0].type, pointer);
	assert_string_equal(f.params[1].name, "two");
	assert_int_equal(f.result, pointer);
	assert_int_equal(btf_find_function(btf, "other", 0, &f, NULL), 0);
	assert_int_equal(f.n_params, 0);
	/* A name of something else, and none. */
	assert_int_equal(btf_find_function(btf, "outer", 0, &f, NULL), VMT_ERR_NOTFOUND);
	assert_int_equal(btf_find_function(btf, "nothing", 0, &f, NULL), VMT_ERR_NOTFOUND);
	talloc_free(ctx);
}

#define NAMES 150 /* of 80 letters: three pages */

static void name_number(unsigned i, char name[81])
{
	snprintf(name, 81, "%03u", i);
	memset(name + 3, 'a' + (int)(i % 26), 77);
	name[80] = 0;
}

/* Wherever the search begins: names across pages, the first and the last one. */
static void strings_are_searched_both_ways(void **state)
{
	static const uint32_t near[] = {0, 1, 4000, 4096, 7000, 11000, NAMES * 81, UINT32_MAX};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fake_types b = {0};
	struct mem_space *space;
	struct btf *btf;
	uint64_t len;
	char name[81];
	uint32_t at;

	(void)state;
	fake_reset();
	for (unsigned i = 0; i < NAMES; i++) {
		name_number(i, name);
		fake_int(&b, name, 4);
	}
	len = fake_types_put(&b, AT);
	space = fake_space(ctx);
	assert_int_equal(
		btf_open(ctx, (struct btf_place){space, fake_va(AT), len}, NULL, &btf, NULL), 0);
	for (size_t n = 0; n < ARRAY_SIZE(near); n++) {
		for (unsigned i = 0; i < NAMES; i++) {
			name_number(i, name);
			assert_true(btf_string_find(btf, name, near[n], &at));
			assert_int_equal(at, 1 + i * 81);
		}
		assert_false(btf_string_find(btf, "007", near[n], &at));
		assert_false(btf_string_find(btf, name + 1, near[n], &at));
	}
	talloc_free(ctx);
}

static void texts(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct btf *btf = open_fake(ctx);
	char text[BTF_TEXT_MAX];
	uint32_t to;

	(void)state;
	btf_type_text(btf, constant, text, sizeof(text));
	assert_string_equal(text, "struct outer");
	btf_type_text(btf, pointer, text, sizeof(text));
	assert_string_equal(text, "struct outer *");
	btf_type_text(btf, u32_type, text, sizeof(text));
	assert_string_equal(text, "u32");
	btf_type_text(btf, 0, text, sizeof(text));
	assert_string_equal(text, "void");
	assert_true(btf_pointee(btf, pointer, &to));
	assert_int_equal(to, outer);
	assert_false(btf_pointee(btf, u32_type, &to));
	assert_int_equal(btf_plain(btf, constant), outer);
	talloc_free(ctx);
}

/* As the kernel's own: pointers to the records. */
static void add_index(struct btf *btf, uint64_t at)
{
	struct btf_type t = {.end = 0};

	btf->index = fake_va(at);
	for (btf->n_indexed = 1; t.end < btf->types_len; btf->n_indexed++) {
		fake_put(at + 8ull * btf->n_indexed, 8, btf->types + t.end);
		assert_int_equal(btf_read_record(btf, t.end, btf->n_indexed, &t, NULL), 0);
	}
}

/* By what members lead to, the types in between are not read. */
static void types_are_learned(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct btf *btf = open_fake(ctx);
	uint32_t id;
	unsigned n;

	(void)state;
	add_index(btf, AT + 0x4000);
	btf_learn_member(btf, "outer", "in");
	assert_int_equal(btf->next_id, outer + 1);
	assert_int_equal(btf_find_types(btf, "inner", &id, 1, &n, NULL), 0);
	assert_int_equal(id, inner);
	assert_int_equal(btf->next_id, outer + 1);
	/* One that is also read on the way is still one. */
	assert_false(btf_find_struct(btf, "none", &id));
	assert_true(btf_find_struct(btf, "inner", &id));
	assert_int_equal(id, inner);
	talloc_free(ctx);
}

/* Nothing in between is read. */
static void types_by_the_place_of_their_name(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct btf *btf = open_fake(ctx);
	uint32_t at, id;

	(void)state;
	assert_true(btf_string_exists(btf, "inner", &at));
	assert_false(btf_near_type(btf, at, &id)); /* without an index */
	add_index(btf, AT + 0x4000);
	assert_true(btf_near_type(btf, at, &id));
	assert_int_equal(id, inner);
	assert_true(btf_string_exists(btf, "work", &at)); /* a function */
	assert_false(btf_near_type(btf, at, &id));
	assert_false(btf_string_exists(btf, "inne", &at));
	assert_false(btf_find_struct(btf, "kmalloc-256", &id));
	assert_int_equal(btf->next_id, 1);
	talloc_free(ctx);
}

/* A limit on all questions together, for types that were made to take long. */
static void the_work_is_limited(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct btf *btf = open_fake(ctx);
	struct btf_spot spot;

	(void)state;
	btf->allowed = 4;
	assert_false(btf_member_at(btf, outer, 40, 4, &spot));
	btf_allow(btf);
	assert_true(btf_member_at(btf, outer, 40, 4, &spot));
	talloc_free(ctx);
}

static void structs_and_enumerators_by_name(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fake_types b = {0};
	struct mem_space *space;
	char path[BTF_TEXT_MAX];
	uint32_t id, word, holder, v;
	struct btf *btf;
	uint64_t len;

	(void)state;
	fake_reset();
	word = fake_int(&b, "word", 8);
	fake_type(&b, "items", BTF_ENUM, 2, 4);
	fake_types_word(&b, fake_types_name(&b, "NR_A"));
	fake_types_word(&b, 7);
	fake_types_word(&b, fake_types_name(&b, "NR_B"));
	fake_types_word(&b, 9);
	fake_struct(&b, BTF_STRUCT, "lock", 8, (const struct fake_member[]){{"w", word, 0, 0}}, 1);
	holder = fake_struct(&b, BTF_STRUCT, "item", 16,
		(const struct fake_member[]){{"a", word, 0, 0}, {"b", 3, 64, 0}}, 2);
	len = fake_types_put(&b, AT);
	space = fake_space(ctx);
	assert_int_equal(
		btf_open(ctx, (struct btf_place){space, fake_va(AT), len}, NULL, &btf, NULL), 0);
	assert_true(btf_enumerator(btf, "items", "NR_B", &v));
	assert_int_equal(v, 9);
	assert_false(btf_enumerator(btf, "items", "NR_C", &v));
	assert_false(btf_enumerator(btf, "lock", "NR_B", &v));
	assert_true(btf_find_struct(btf, "item", &id));
	assert_int_equal(id, holder);
	assert_false(btf_find_struct(btf, "none", &id));
	btf_allow(btf);
	assert_true(btf_holds(btf, holder, 3, 8, path));
	assert_string_equal(path, "b");
	assert_false(btf_holds(btf, holder, 3, 0, path));
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(structs_and_enumerators_by_name),
		cmocka_unit_test(members),
		cmocka_unit_test(functions),
		cmocka_unit_test(strings_are_searched_both_ways),
		cmocka_unit_test(texts),
		cmocka_unit_test(types_are_learned),
		cmocka_unit_test(types_by_the_place_of_their_name),
		cmocka_unit_test(the_work_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
