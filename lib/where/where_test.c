// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/test.h"
#include "where/fake_where.h"

static const char *const files[] = {"net/ipv4/tcp_ipv4.c", "net/ipv4/udp.c", "fs/read_write.c"};
static const struct fake_function functions[] = {
	{"tcp_v4_rcv", 0}, {"udp_rcv", 1}, {"sys_read", 2}, {"init", 3}};

struct table {
	uint8_t data[8192];
	size_t size;
	struct where *w;
};

static void open_table(struct table *t)
{
	t->size = fake_where(t->data, functions, ARRAY_SIZE(functions), files, ARRAY_SIZE(files));
	assert_int_equal(where_from(NULL, t->data, t->size, &t->w, NULL), 0);
}

static void check_file(const struct table *t, const char *name, const char *path)
{
	struct where_places p = where_find(t->w, name, strlen(name));
	char buf[WHERE_PATH_SIZE];

	assert_int_equal(p.n, 1);
	assert_string_equal(where_path(t->w, p.file[0], buf), path);
}

static void test_find(void **state)
{
	struct table t;

	(void)state;
	open_table(&t);
	check_file(&t, "tcp_v4_rcv", "net/ipv4/tcp_ipv4.c");
	check_file(&t, "udp_rcv", "net/ipv4/udp.c");
	assert_int_equal(where_find(t.w, "tcp_v4_rcv_x", 10).n, 1);
	assert_int_equal(where_find(t.w, "tcp_v4_rc", 9).n, 0);
	assert_int_equal(where_find(t.w, "", 0).n, 0);
	assert_int_equal(where_find(NULL, "udp_rcv", 7).n, 0);
	talloc_free(t.w);
}

static void test_syscalls(void **state)
{
	struct table t;

	(void)state;
	open_table(&t);
	check_file(&t, "sys_read", "fs/read_write.c");
	check_file(&t, "__x64_sys_read", "fs/read_write.c");
	check_file(&t, "__do_sys_read", "fs/read_write.c");
	check_file(&t, "SyS_read", "fs/read_write.c");
	check_file(&t, "__powerpc_sys_read", "fs/read_write.c");
	assert_int_equal(where_find(t.w, "__x64_sys_read", 6).n, 0);
	assert_int_equal(where_find(t.w, "__x64_sys_read", 12).n, 0);
	assert_int_equal(where_find(t.w, "__x64_sys_write", 15).n, 0);
	talloc_free(t.w);
}

static void test_several_files(void **state)
{
	struct where_places p;
	struct table t;

	(void)state;
	open_table(&t);
	p = where_find(t.w, "init", 4);
	assert_int_equal(p.n, 2);
	assert_int_equal(p.file[0], 0);
	assert_int_equal(p.file[1], 1);
	talloc_free(t.w);
}

static void test_damage(void **state)
{
	struct vmt_err err;
	struct table t;
	struct where *w;

	(void)state;
	open_table(&t);
	talloc_free(t.w);
	assert_int_equal(where_from(NULL, t.data, t.size - 1, &w, &err), VMT_ERR_CORRUPT);
	assert_int_equal(where_from(NULL, t.data, 20, &w, &err), VMT_ERR_FORMAT);
	assert_int_equal(where_from(NULL, "", 0, &w, &err), VMT_ERR_FORMAT);
	t.data[8] = 2;
	assert_int_equal(where_from(NULL, t.data, t.size, &w, &err), VMT_ERR_UNSUPPORTED);
	t.data[8] = 1;
	t.data[12] = 63;
	assert_int_equal(where_from(NULL, t.data, t.size, &w, &err), VMT_ERR_CORRUPT);
}

/* Each byte in turn: no lookup leaves the table. */
static void test_any_byte(void **state)
{
	char buf[WHERE_PATH_SIZE];
	struct table t;

	(void)state;
	open_table(&t);
	talloc_free(t.w);
	for (size_t i = 12; i < t.size; i++) {
		uint8_t *copy = malloc(t.size);

		assert_non_null(copy);
		memcpy(copy, t.data, t.size);
		copy[i] = 0xff;
		if (where_from(NULL, copy, t.size, &t.w, NULL) == 0) {
			for (size_t k = 0; k < ARRAY_SIZE(functions); k++)
				where_find(t.w, functions[k].name, strlen(functions[k].name));
			for (uint16_t k = 0; k < 40; k++)
				where_path(t.w, k, buf);
			talloc_free(t.w);
		}
		free(copy);
	}
}

/* The table of the project, and what is known of it. */
static void test_own_table(void **state)
{
	static const struct {
		const char *name, *path;
	} known[] = {
		{"tcp_v4_rcv", "net/ipv4/tcp_ipv4.c"},
		{"kfree", "mm/slub.c"},
		{"ext4_writepages", "fs/ext4/inode.c"},
		{"process_one_work", "kernel/workqueue.c"},
		{"e1000_clean_rx_irq", "drivers/net/ethernet/intel/e1000/e1000_main.c"},
		{"__x64_sys_openat", "fs/open.c"},
		{"memcpy_orig", "arch/x86/lib/memcpy_64.S"},
	};
	char path[4096], buf[WHERE_PATH_SIZE];
	struct where *w;

	(void)state;
	snprintf(path, sizeof(path), "%s/../lib/where/functions.where", getenv("VMT_TESTDATA"));
	assert_int_equal(where_open(NULL, path, &w, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		struct where_places p = where_find(w, known[i].name, strlen(known[i].name));
		bool found = false;

		for (size_t k = 0; k < p.n; k++)
			found |= strcmp(where_path(w, p.file[k], buf), known[i].path) == 0;
		if (!found)
			fail_msg("%s is not in %s", known[i].name, known[i].path);
	}
	talloc_free(w);
	assert_int_equal(where_open(NULL, "/nowhere/functions.where", &w, NULL), VMT_ERR_NOTFOUND);
	assert_int_equal(where_open(NULL, "/", &w, NULL), VMT_ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_syscalls),
		cmocka_unit_test(test_several_files),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_any_byte),
		cmocka_unit_test(test_own_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
