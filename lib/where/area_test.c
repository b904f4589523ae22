// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "base/array.h"
#include "base/test.h"
#include "where/area.h"
#include "where/fake_where.h"

static void test_kinds(void **state)
{
	static const struct {
		const char *path;
		enum area_kind kind;
		const char *words;
	} cases[] = {
		{"net/ipv4/tcp_input.c", AREA_SPECIFIC, "TCP"},
		{"net/ipv4/route.c", AREA_SPECIFIC, "TCP/IP"},
		{"net/core/dev.c", AREA_CORE, "network core"},
		{"net/core/sock.c", AREA_SHARED, "network core"},
		{"mm/slub.c", AREA_CORE, "slab allocator"},
		{"mm/rmap.c", AREA_SHARED, "memory management"},
		{"fs/inode.c", AREA_SHARED, "virtual file system"},
		{"fs/ext4/inode.c", AREA_SPECIFIC, "ext4"},
		{"kernel/workqueue.c", AREA_CORE, "workqueues"},
		{"drivers/usb/core/hub.c", AREA_SHARED, "USB core"},
		{"drivers/nothing/x.c", AREA_SPECIFIC, "drivers"},
		{"other/x.c", AREA_SPECIFIC, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *words = area_words(cases[i].path);

		if (area_of_path(cases[i].path)->kind != cases[i].kind)
			fail_msg("%s", cases[i].path);
		if (cases[i].words)
			assert_string_equal(words, cases[i].words);
		else
			assert_null(words);
	}
}

/* Each row is needed: it says something that the rows around it do not. And they are sorted. */
static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 2; i < areas_n; i++)
		if (strcmp(areas[i - 1].path, areas[i].path) >= 0)
			fail_msg("%s", areas[i].path);
}

/* A name in several files works for the largest part of the kernel that has it. */
static void test_several(void **state)
{
	static const char *const files[] = {"drivers/block/aoe/aoecmd.c", "kernel/kthread.c"};
	static const struct fake_function functions[] = {{"kthread", 2}, {"aoe", 0}};
	struct where_places p;
	uint8_t data[8192];
	struct where *w;
	uint16_t file;

	(void)state;
	assert_int_equal(
		where_from(NULL, data, fake_where(data, functions, 2, files, 2), &w, NULL), 0);
	p = where_find(w, "kthread", 7);
	assert_int_equal(area_of(w, &p, false, NULL)->kind, AREA_CORE);
	assert_int_equal(area_of(w, &p, true, &file)->kind, AREA_SPECIFIC);
	assert_int_equal(file, 0);
	p = where_find(w, "aoe", 3);
	assert_int_equal(area_of(w, &p, false, NULL)->kind, AREA_SPECIFIC);
	p = where_find(w, "none", 4);
	assert_null(area_of(w, &p, false, NULL));
	talloc_free(w);
}

/* A header has only a stub of a function that a file of code defines, too. */
static void test_stub(void **state)
{
	static const char *const files[] = {
		"include/net/mptcp.h", "net/mptcp/options.c", "include/linux/list.h"};
	static const struct fake_function functions[] = {
		{"mptcp_incoming_options", 3}, {"list_del", 2}};
	struct where_places p;
	uint8_t data[8192];
	struct where *w;
	bool has_stub;

	(void)state;
	assert_int_equal(
		where_from(NULL, data, fake_where(data, functions, 2, files, 3), &w, NULL), 0);
	p = area_places(w, "mptcp_incoming_options", 22, &has_stub);
	assert_true(has_stub);
	assert_int_equal(p.n, 1);
	assert_int_equal(area_of(w, &p, false, NULL)->kind, AREA_SPECIFIC);
	p = area_places(w, "list_del", 8, &has_stub);
	assert_false(has_stub);
	assert_int_equal(area_of(w, &p, false, NULL)->kind, AREA_CORE);
	talloc_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_stub),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
