// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"
#include <string.h>

#include "base/array.h"
#include "io/name_time.h"

static void names_of_services(void **state)
{
	static const struct {
		const char *path, *text;
		int64_t seconds;
	} cases[] = {
		{"/var/crash/202611202325/dmesg.202611202325", "202611202325", 1795217100},
		{"/var/crash/202611202325/other", "202611202325", 1795217100},
		{"127.0.0.1-2026-11-07-04:41:00/vmcore-dmesg.txt", "2026-11-07-04:41:00",
			1794026460},
		{"db-3.example.org-2026-11-07-04:41:00/vmcore", "2026-11-07-04:41:00", 1794026460},
		{"/x/2026-11-07-04:41/dmesg.txt", "2026-11-07-04:41", 1794026460},
		{"/x/vmcore-127.0.0.1-2026-11-07-04:41:00/", "2026-11-07-04:41:00", 1794026460},
		{"/x/2026-11-07-04-41/dmesg", "2026-11-07-04-41", 1794026460},
		{"/c/linux-image-6.1.0-56-amd64-202611202325.crash", "202611202325", 1795217100},
		{"x/dump.202611202325.gz", "202611202325", 1795217100},
		{"a.tar:202611202325/dmesg", "202611202325", 1795217100},
		{"/x/a.202611202325.b.c", NULL, 0},
		{"/x/202611202325.", NULL, 0},
		{"/x/202699999999/dmesg", NULL, 0},
		{"/x/1202611202325/dmesg", NULL, 0},
		{"/x/2026-11-07/dmesg", NULL, 0},
		{"/x/a202611202325", NULL, 0},
		{"", NULL, 0},
	};

	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vmt_time t = {false, 0};
		const char *text = NULL;

		assert_int_equal(
			name_time_find(ctx, cases[i].path, &text, &t), cases[i].text != NULL);
		if (!cases[i].text)
			continue;
		assert_string_equal(text, cases[i].text);
		assert_int_equal(t.ns / 1000000000, cases[i].seconds);
	}
	talloc_free(ctx);
}

static void hosts_of_folders(void **state)
{
	static const struct {
		const char *path, *host;
	} cases[] = {
		{"/var/crash/10.0.0.5-2026-11-20-23:25:01/vmcore-dmesg.txt", "10.0.0.5"},
		{"db-3.example.org-2026-11-07-04:41:00/vmcore", "db-3.example.org"},
		{"/x/fe80::1-2026-11-07-04:41:00/vmcore", "fe80::1"},
		{"/x/web1-2026-11-07-04:41/dmesg.txt", "web1"},
		{"/x/vmcore-10.0.0.5-2026-11-07-04:41:00", "10.0.0.5"},
		{"/x/vmcore-127.0.0.1-2026-11-07-04:41:00/", NULL},
		{"127.0.0.1-2026-11-07-04:41:00/vmcore-dmesg.txt", NULL},
		{"/x/2026-11-07-04:41/dmesg.txt", NULL},
		{"/c/linux-image-6.1.0-56-amd64-202611202325.crash", NULL},
		{"/x/a b-2026-11-07-04:41:00/vmcore", NULL},
		{"-2026-11-07-04:41:00", NULL},
		{"", NULL},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *host = name_time_host(ctx, cases[i].path);

		if (cases[i].host)
			assert_string_equal(host, cases[i].host);
		else
			assert_null(host);
	}
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_services),
		cmocka_unit_test(hosts_of_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
