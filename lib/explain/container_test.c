// SPDX-License-Identifier: GPL-3.0-or-later
/* container_of(): the one struct of a module that can be around a parameter. */
#include "base/test.h"

#include <string.h>

#include "base/sample_bytes.h"
#include "explain/container.h"
#include "explain/fake_slab.h"
#include "image/fake_types.h"

#define BASE_AT 0x20000
#define OWN_AT 0x28000
#define START 0x1000

/* Of the kernel. */
enum { U64 = 1, WORK, WORK_PTR, BASE_TYPES = WORK_PTR };
/* Of the module, after those. */
enum { HOST = BASE_TYPES + 1, OTHER_HOST };

struct holder {
	const char *name;
	uint32_t size, work_at; /* bytes */
};

/* struct work {u64 state, data;} */
static uint64_t build_base(struct fake_types *b)
{
	fake_int(b, "u64", 8);
	fake_struct(b, BTF_STRUCT, "work", 16,
		(const struct fake_member[]){{"state", U64, 0, 0}, {"data", U64, 64, 0}}, 2);
	fake_ptr(b, WORK);
	return fake_types_put(b, BASE_AT);
}

/* struct NAME {u64 id; ... struct work work; ...}, and do_work(struct work *work). */
static uint64_t build_own(struct fake_types *b, uint32_t first_name, const struct holder *h)
{
	b->n = BASE_TYPES;
	b->strings_len = first_name;
	for (; h->name; h++)
		fake_struct(b, BTF_STRUCT, h->name, h->size,
			(const struct fake_member[]){
				{"id", U64, 0, 0}, {"work", WORK, 8 * h->work_at, 0}},
			2);
	fake_function(b, "do_work", 0, (const struct fake_member[]){{"work", WORK_PTR, 0, 0}}, 1);
	/* Its own strings begin where the kernel's end. */
	b->strings_len -= first_name;
	memmove(b->strings, b->strings + first_name, b->strings_len);
	return fake_types_put(b, OWN_AT);
}

static struct btf *open_types(struct fixture *f, const struct holder *holders)
{
	static struct fake_types base, own;
	struct btf_split split = {0};
	struct btf *btf;
	uint64_t len;

	memset(&base, 0, sizeof(base));
	memset(&own, 0, sizeof(own));
	len = build_base(&base);
	assert_int_equal(btf_open(f->ctx, (struct btf_place){f->image.space, fake_va(BASE_AT), len},
				 NULL, &split.base, NULL),
		0);
	len = build_own(&own, base.strings_len, holders);
	assert_int_equal(btf_open(f->ctx, (struct btf_place){f->image.space, fake_va(OWN_AT), len},
				 &split, &btf, NULL),
		0);
	return btf;
}

struct found {
	bool is;
	char how[512], name[128];
	uint64_t type, offset;
};

/* What is said of do_work() with this code, if work points so far into object 0. */
static struct found find(const struct holder *holders, const char *code, unsigned plus)
{
	static struct kernel_module module = {.name = "gizmo"};
	struct found ret = {0};
	struct function *fn;
	struct fixture f;
	uint8_t bytes[64];
	size_t n = sample_bytes(code, bytes);
	const char *how = NULL;

	set_up(&f, "NUMBER(PG_slab)=9\n");
	fn = talloc_zero(f.ctx, struct function);
	fn->module = &module;
	fn->types = types_of_btf(open_types(&f, holders));
	assert_true(fn->types.function(fn->types.priv, "do_work", 0, &fn->proto));
	fn->input = (struct flow_input){.machine = micro_machine_find("x86_64"),
		.types = &fn->types,
		.function = &fn->proto};
	assert_int_equal(code_decode(fn, fn->input.machine,
				 &(struct code_bytes){START, bytes, n, NULL}, &fn->code, NULL),
		0);
	fn->input.code = fn->code;
	assert_int_equal(flow_run(fn, &fn->input, &fn->flow, NULL), 0);
	ret.is = container_find(f.ctx, fn, &f.place, 0, fake_va(object(0)) + plus, &how);
	assert_int_equal(ret.is, fn->input.container.known);
	if (ret.is) {
		snprintf(ret.how, sizeof(ret.how), "%s", how);
		snprintf(ret.name, sizeof(ret.name), "%s", fn->input.container.name);
		ret.type = fn->input.container.type;
		ret.offset = fn->input.container.offset;
	}
	talloc_free(f.ctx);
	return ret;
}

/* mov rax, [rdi - 0x18]; nop: its id */
#define BEFORE "488b47e8 90"

static void the_only_struct(void **state)
{
	static const struct holder holders[] = {{"host", 56, 24}, {NULL, 0, 0}};
	struct found found = find(holders, BEFORE, 24);

	(void)state;
	assert_true(found.is);
	assert_int_equal(found.type, HOST);
	assert_int_equal(found.offset, 24);
	assert_string_equal(found.name, "container_of(work, struct host, work)");
	assert_string_equal(found.how,
		"work points 24 bytes into an object of the slab cache commands, and struct host "
		"is the only struct of gizmo that has such a member (work) there.");
}

static void of_several_it_is_the_one_that_fits(void **state)
{
	static const struct holder elsewhere[] = {
		{"host", 56, 32}, {"other", 56, 24}, {NULL, 0, 0}};
	static const struct holder small[] = {{"host", 32, 8}, {"other", 64, 8}, {NULL, 0, 0}};
	static const struct holder large[] = {{"host", 72, 24}, {"other", 40, 24}, {NULL, 0, 0}};

	(void)state;
	assert_int_equal(find(elsewhere, BEFORE, 24).type, OTHER_HOST);
	/* mov rax, [rdi - 8]: an object is less than twice as large as its struct */
	assert_int_equal(find(small, "488b47f8 90", 8).type, OTHER_HOST);
	assert_int_equal(find(large, BEFORE, 24).type, OTHER_HOST);
}

static void nothing_is_guessed(void **state)
{
	static const struct holder two[] = {{"host", 56, 24}, {"other", 64, 24}, {NULL, 0, 0}};
	static const struct holder one[] = {{"host", 56, 24}, {NULL, 0, 0}};

	(void)state;
	assert_false(find(two, BEFORE, 24).is);
	assert_false(find(one, BEFORE, 16).is);	       /* no such member there */
	assert_false(find(one, "488b47f0 90", 24).is); /* a hole */
	assert_false(find(one, BEFORE, 64).is);	       /* past the object */
	assert_false(find(one, "488b4708 90", 24).is); /* nothing beside the member is accessed */
	assert_false(find(one, "488b47e0 90", 24).is); /* what is before the struct */
	assert_false(find(one, "488b4720 90", 24).is); /* what is after it */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_only_struct),
		cmocka_unit_test(of_several_it_is_the_one_that_fits),
		cmocka_unit_test(nothing_is_guessed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
