// SPDX-License-Identifier: GPL-3.0-or-later
/* Providers asked in turn, remembered answers. Reading members and symbols through them. */
#include "base/test.h"

#include "image/fake_kernel.h"
#include "image/image.h"

struct knows {
	const char *type, *member;
	struct layout_member answer;
	int fails; /* every query fails with this code */
	unsigned asked;
};

static int member(void *priv, const char *type, const char *name, struct layout_member *ret,
	struct vmt_err *err)
{
	struct knows *k = priv;

	k->asked++;
	if (k->fails)
		return err_set(err, k->fails, "broken");
	if (strcmp(type, k->type) != 0 || strcmp(name, k->member) != 0)
		return err_set(err, VMT_ERR_NOTFOUND, "not here");
	*ret = k->answer;
	return 0;
}

static int size(void *priv, const char *type, uint64_t *ret, struct vmt_err *err)
{
	struct layout_member m = {0};
	int rc = member(priv, type, "", &m, err);

	if (!rc)
		*ret = m.size;
	return rc;
}

static struct layout *with(TALLOC_CTX *ctx, struct knows *a, struct knows *b)
{
	struct layout_provider first = {"a", member, size, a}, second = {"b", member, size, b};
	struct layout *layout;

	assert_int_equal(layout_new(ctx, &layout, NULL), 0);
	assert_int_equal(layout_add(layout, &first, NULL), 0);
	if (b)
		assert_int_equal(layout_add(layout, &second, NULL), 0);
	return layout;
}

static void providers_in_turn(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct knows a = {"task", "pid", {.offset = 1, .size = 4, .count = 1}, 0, 0};
	struct knows b = {"task", "comm", {.offset = 2, .size = 16, .count = 16}, 0, 0};
	struct knows c = {"task", "", {.size = 99}, 0, 0};
	struct layout *layout = with(ctx, &a, &b);
	struct layout_provider third = {"c", member, size, &c};
	struct layout_member m;
	struct vmt_err err;
	uint64_t bytes;

	(void)state;
	assert_int_equal(layout_member(layout, "task", "comm", &m, &err), 0);
	assert_int_equal(m.offset, 2);
	assert_int_equal(layout_member(layout, "task", "pid", &m, &err), 0);
	assert_int_equal(m.offset, 1);
	assert_int_equal(layout_member(layout, "task", "mm", &m, &err), VMT_ERR_NOTFOUND);
	assert_int_equal(layout_size(layout, "task", &bytes, &err), VMT_ERR_NOTFOUND);
	assert_int_equal(layout_member(layout, "task", "", &m, &err), VMT_ERR_USAGE);
	a.asked = b.asked = 0;
	for (unsigned i = 0; i < 10; i++) {
		assert_true(layout_has(layout, "task", "comm"));
		assert_false(layout_has(layout, "task", "mm"));
		assert_int_equal(layout_size(layout, "task", &bytes, &err), VMT_ERR_NOTFOUND);
	}
	assert_int_equal(a.asked + b.asked, 0);
	/* A new provider may know what was not known before. */
	assert_int_equal(layout_add(layout, &third, &err), 0);
	assert_int_equal(layout_size(layout, "task", &bytes, &err), 0);
	assert_int_equal(bytes, 99);
	talloc_free(ctx);
}

static void a_failure_is_no_answer(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct knows a = {.fails = VMT_ERR_NODATA};
	struct knows b = {"task", "pid", {.offset = 7, .size = 4, .count = 1}, 0, 0};
	struct layout *layout = with(ctx, &a, &b);
	struct layout_member m;
	struct vmt_err err;

	(void)state;
	assert_int_equal(layout_member(layout, "task", "pid", &m, &err), 0);
	assert_int_equal(m.offset, 7);
	assert_int_equal(layout_member(layout, "task", "mm", &m, &err), VMT_ERR_NODATA);
	a.asked = 0;
	assert_int_equal(layout_member(layout, "task", "mm", &m, &err), VMT_ERR_NODATA);
	assert_int_equal(a.asked, 1); /* the next query may succeed */
	talloc_free(ctx);
}

static void reading_members(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct knows a = {"task", "pid", {.offset = 4, .size = 4, .count = 1}, 0, 0};
	struct kernel_image k = {0};
	struct vmt_err err;
	uint64_t v;

	(void)state;
	fake_reset();
	fake_put(0x3004, 4, 0x12345678);
	k.space = fake_space(ctx);
	assert_int_equal(
		kernel_read_member(&k, fake_va(0x3000), "task", "pid", &v, &err), VMT_ERR_NOTFOUND);
	k.layout = with(ctx, &a, NULL);
	assert_int_equal(kernel_read_member(&k, fake_va(0x3000), "task", "pid", &v, &err), 0);
	assert_int_equal(v, 0x12345678);
	fake_hole = 0x3000;
	assert_int_equal(
		kernel_read_member(&k, fake_va(0x3000), "task", "pid", &v, &err), VMT_ERR_NODATA);
	assert_non_null(strstr(err.message, "task.pid"));
	fake_hole = 0;
	a.answer.bit_offset = 4;
	a.answer.bit_size = 8;
	k.layout = with(ctx, &a, NULL);
	assert_int_equal(kernel_read_member(&k, fake_va(0x3000), "task", "pid", &v, &err), 0);
	assert_int_equal(v, 0x67);
	a.answer.size = 16;
	k.layout = with(ctx, &a, NULL);
	assert_int_equal(
		kernel_read_member(&k, fake_va(0x3000), "task", "pid", &v, &err), VMT_ERR_NOTFOUND);
	assert_int_equal(kernel_symbol(&k, "modules", &v, &err), VMT_ERR_NOTFOUND);
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(providers_in_turn),
		cmocka_unit_test(a_failure_is_no_answer),
		cmocka_unit_test(reading_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
