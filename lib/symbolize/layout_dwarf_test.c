// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"
#include "symbolize/layout_dwarf.h"

#include "symbolize/sample_elf.h"

static const struct {
	const char *type, *member;
	struct layout_member is;
} known[] = {
	{"outer", "next", {0, 8, 1}},
	{"outer", "first", {8, 4, 1}},
	{"outer", "second", {12, 4, 1}},
	{"outer", "both", {8, 8, 1}},
	{"outer", "rows", {16, 96, 3}},
	{"outer", "rows[0].value", {40, 8, 1}},
	{"outer", "rows[2].value", {104, 8, 1}},
	{"outer", "rows[1].name", {48, 24, 24}},
	{"outer", "rows[1].name[3]", {51, 1, 1}},
	{"outer", "low", {112, 4, 1, 0, 3}},
	{"outer", "high", {112, 4, 1, 3, 5}},
	{"outer", "last.value", {144, 8, 1}},
	{"outer", "grid", {152, 64, 2}},
	{"outer", "rest", {216, 0, 0}},
	{"later", "it", {0, 4, 1}},
};

static const struct {
	const char *type, *member;
} unknown[] = {
	{"outer", "third"},
	{"outer", "rows[3].value"},
	{"outer", "rows[1].third"},
	{"outer", "next.it"}, /* a pointer is not followed */
	{"outer", "low[0]"},
	{"outer", "rows[x].value"},
	{"nobody", "at_all"},
};

static void check_file(const char *name)
{
	struct sample_elf s = sample_open(name);
	struct layout_dwarf *ld;
	struct layout *layout;
	struct layout_provider provider;
	struct layout_member m;
	struct vmt_err err;
	uint64_t size;

	assert_int_equal(layout_dwarf_new(NULL, s.dwarf, &ld, &err), 0);
	assert_int_equal(layout_new(ld, &layout, &err), 0);
	provider = layout_dwarf_provider(ld);
	assert_int_equal(layout_add(layout, &provider, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		assert_int_equal(
			layout_member(layout, known[i].type, known[i].member, &m, &err), 0);
		assert_int_equal(m.offset, known[i].is.offset);
		assert_int_equal(m.size, known[i].is.size);
		assert_int_equal(m.count, known[i].is.count);
		assert_int_equal(m.bit_offset, known[i].is.bit_offset);
		assert_int_equal(m.bit_size, known[i].is.bit_size);
	}
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		assert_int_equal(
			layout_member(layout, unknown[i].type, unknown[i].member, &m, &err),
			VMT_ERR_NOTFOUND);
	assert_int_equal(layout_size(layout, "outer", &size, &err), 0);
	assert_int_equal(size, 216);
	assert_int_equal(layout_size(layout, "nobody", &size, &err), VMT_ERR_NOTFOUND);
	talloc_free(ld);
	sample_close(&s);
}

static void test_members(void **state)
{
	(void)state;
	check_file("structs");
}

static void test_members_of_old_dwarf(void **state)
{
	(void)state;
	check_file("structs-dwarf3");
}

/* Types that contain themselves are not followed for ever, and of two of a name the first counts.
 */
static void test_circles(void **state)
{
	static const char *const members[] = {
		"none", "same", "same.same", "rows.none", "rows[0][0][0].none", "other"};
	struct sample_elf s = sample_open("circles");
	struct layout_provider provider;
	struct layout_dwarf *ld;
	struct layout *layout;
	struct layout_member m;
	struct vmt_err err;
	uint64_t size;

	(void)state;
	assert_int_equal(layout_dwarf_new(NULL, s.dwarf, &ld, &err), 0);
	assert_int_equal(layout_new(ld, &layout, &err), 0);
	provider = layout_dwarf_provider(ld);
	assert_int_equal(layout_add(layout, &provider, &err), 0);
	assert_int_equal(layout_size(layout, "circle", &size, &err), 0);
	assert_int_equal(size, 8);
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		assert_int_equal(
			layout_member(layout, "circle", members[i], &m, &err), VMT_ERR_NOTFOUND);
	talloc_free(ld);
	sample_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_members_of_old_dwarf),
		cmocka_unit_test(test_circles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
