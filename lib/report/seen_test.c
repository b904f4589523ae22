// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "report/seen.h"

#define OCTOBER INT64_C(1791763200) * 1000000000 /* 2026-10-12 */

static void assert_says(const struct vmt_seen *seen, const char *module, const char *wanted)
{
	struct vmt_report r = {.seen = seen, .verdict = {.kind = "null-deref", .module = module}};
	TALLOC_CTX *ctx = talloc_new(NULL);

	assert_string_equal(seen_text(ctx, &r), wanted);
	talloc_free(ctx);
}

static void one_kernel_and_driver(void **state)
{
	const struct vmt_seen_value kernel = {"6.1.0-55", 4}, driver = {"7.3.1", 4};
	const struct vmt_seen_value other = {"6.1.0-56", 2};
	struct vmt_seen seen = {.count = 4,
		.first = {true, OCTOBER},
		.hosts = 3,
		.kernels = &kernel,
		.n_kernels = 1,
		.versions = &driver,
		.n_versions = 1};

	(void)state;
	assert_says(&seen, "vhba",
		"4 times since 2026-10-12, on 3 hosts, always on 6.1.0-55 with vhba 7.3.1");
	seen.others = &other;
	seen.n_others = 1;
	assert_says(&seen, "vhba",
		"4 times since 2026-10-12, on 3 hosts, always on 6.1.0-55 with vhba 7.3.1; "
		"since then, not among the crashes on 6.1.0-56 (2 times)");
	seen.n_others = 0;
	seen.n_kernels = 0;
	seen.hosts = 1;
	assert_says(&seen, "vhba", "4 times since 2026-10-12, on 1 host, always with vhba 7.3.1");
}

static void several(void **state)
{
	const struct vmt_seen_value kernels[] = {{"d", 1}, {"c", 2}, {"b", 1}, {"a", 1}};
	struct vmt_seen seen = {.count = 3, .kernels = kernels, .n_kernels = 2};

	(void)state;
	assert_says(&seen, NULL, "3 times, on d (once) and c (2 times)");
	seen.count = 5;
	seen.n_kernels = 4;
	assert_says(&seen, NULL, "5 times, on d (once), c (2 times), b (once) and 1 more");
	/* One crash is of a kernel that is not known. */
	seen.count = 2;
	seen.n_kernels = 1;
	assert_says(&seen, NULL, "2 times, on d (once)");
	seen.count = 1;
	seen.others = kernels; /* one crash says nothing of other kernels */
	seen.n_others = 1;
	assert_says(&seen, NULL, "for the first time");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_kernel_and_driver),
		cmocka_unit_test(several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
