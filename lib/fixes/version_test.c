// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "base/array.h"
#include "fixes/version.h"

static void check_order(
	int (*compare)(const char *, const char *), const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			if (compare(list[i], list[k]) != (i > k) - (i < k))
				fail_msg("%s, %s: %d", list[i], list[k], compare(list[i], list[k]));
}

static void debian(void **state)
{
	static const char *const list[] = {"6.1.9-1", "6.1.10~rc1-1~exp1", "6.1.10-1~exp1",
		"6.1.192-1~deb11u1", "6.1.192-1", "6.1.192-1+deb12u1", "6.1.192-2", "6.1.192-10",
		"6.1.192+1-1", "6.12.117-1~bpo12+1", "6.12.117-1", "1:1.0-1"};

	(void)state;
	check_order(version_compare_debian, list, ARRAY_SIZE(list));
	assert_int_equal(version_compare_debian("5.15.0-91.101", "5.15.0-091.101"), 0);
	assert_int_equal(version_compare_debian("5.15.0-91.101", "5.15.0-100.110"), -1);
}

static void rpm(void **state)
{
	static const char *const list[] = {"3.10.0-1160.el7", "3.10.0-1160.105.1.el7",
		"5.14.0-427.el9", "5.14.0-427.el9_4", "5.14.0-427.13.1.el9_4", "5.14.0-611.el9",
		"6.8.4~rc1-1.fc40", "6.8.4-200.fc39", "6.8.4-200.fc40", "6.8.4^git1-1.fc40",
		"6.8.4.1-1.fc40", "6.11.0-0.rc1.fc41"};

	(void)state;
	/* A shorter list of parts is older, and digits are newer than letters: "el9" < "13". */
	check_order(version_compare_rpm, list, ARRAY_SIZE(list));
}

static void upstream(void **state)
{
	static const char *const list[] = {"2.6.32", "2.6.32.5", "2.6.33", "5.10.36", "6.1-rc2",
		"6.1-rc10", "6.1", "6.1.2", "6.1.10", "6.12"};
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	check_order(version_compare_upstream, list, ARRAY_SIZE(list));
	assert_string_equal(version_branch(ctx, "6.1.150"), "6.1");
	assert_string_equal(version_branch(ctx, "6.1-rc3"), "6.1");
	assert_string_equal(version_branch(ctx, "2.6.32.5"), "2.6.32");
	assert_null(version_branch(ctx, "next-20261101"));
	assert_string_equal(version_mark(ctx, "Linux 6.1.150"), "6.1.150");
	assert_string_equal(version_mark(ctx, "Linux v6.8-rc1 (bsc#1)."), "6.8-rc1");
	assert_null(version_mark(ctx, "Linux 2.6 style timers"));
	talloc_free(ctx);
}

static void kernels(void **state)
{
	static const struct {
		const char *release, *banner, *signature, *package, *upstream;
		enum version_scheme scheme;
	} rows[] = {
		{"6.1.0-56-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)", NULL,
			"6.1.192-2", "6.1.192", VERSION_DEBIAN},
		{"6.12.95+deb12-amd64",
			"#1 SMP PREEMPT_DYNAMIC Debian 6.12.95-1~bpo12+1 (2026-07-05)", NULL,
			"6.12.95-1~bpo12+1", "6.12.95", VERSION_DEBIAN},
		{"5.15.0-91-generic", "#101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023", NULL,
			"5.15.0-91.101", NULL, VERSION_DEBIAN},
		{"5.15.0-91-generic", "#101~20.04.1-Ubuntu SMP", NULL, "5.15.0-91.101~20.04.1",
			NULL, VERSION_DEBIAN},
		{"5.15.0-91-generic", "#101-Ubuntu SMP", "Ubuntu 5.15.0-91.101-generic 5.15.131\n",
			"5.15.0-91.101", "5.15.131", VERSION_DEBIAN},
		{"5.15.0-91-generic",
			"Linux version 5.15.0-91-generic (buildd@lcy02) (gcc (Ubuntu "
			"11.4.0-1ubuntu1~22.04) 11.4.0) #101-Ubuntu SMP Tue Nov 14 13:30:08 UTC "
			"2023 "
			"(Ubuntu 5.15.0-91.101-generic 5.15.131)",
			NULL, "5.15.0-91.101", "5.15.131", VERSION_DEBIAN},
		{"5.14.0-427.el9.x86_64", "#1 SMP PREEMPT_DYNAMIC Wed Nov 4", NULL,
			"5.14.0-427.el9", NULL, VERSION_RPM},
		{"6.8.4-200.fc39.aarch64", "#1 SMP", NULL, "6.8.4-200.fc39", "6.8.4", VERSION_RPM},
		{"6.4.0-150600.23.60-default", "#1 SMP Wed Jun  5 07:19:15 UTC 2024 (8ebb1f4)",
			NULL, "8ebb1f4", NULL, VERSION_COMMIT},
		{"6.1.150", "#1 SMP Mon Nov 16", NULL, NULL, "6.1.150", VERSION_UPSTREAM},
		{"6.1.0-rc3+", NULL, NULL, NULL, "6.1.0-rc3", VERSION_UPSTREAM},
		{NULL, NULL, NULL, NULL, NULL, VERSION_UPSTREAM},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct kernel_version v;

		assert_int_equal(version_of_kernel(ctx, rows[i].release, rows[i].banner,
					 rows[i].signature, &v, NULL),
			0);
		assert_int_equal(v.scheme, rows[i].scheme);
		assert_true(!v.package == !rows[i].package && !v.upstream == !rows[i].upstream);
		if (v.package)
			assert_string_equal(v.package, rows[i].package);
		if (v.upstream)
			assert_string_equal(v.upstream, rows[i].upstream);
		talloc_free(ctx);
	}
}

static void check_has(const struct kernel_version *k, const char *const *versions, size_t n,
	enum version_has wanted, const char *release)
{
	struct fix_release list[8];
	const struct fix_release *decides;

	for (size_t i = 0; i < n; i++)
		list[i] = (struct fix_release){versions[i], NULL};
	assert_int_equal(version_has_fix(k, list, n, &decides), wanted);
	assert_true(!decides == !release);
	if (release)
		assert_string_equal(decides->version, release);
}

#define HAS(kernel, wanted, release, ...)                                                          \
	check_has(&(kernel), (const char *const[]){__VA_ARGS__},                                   \
		ARRAY_SIZE(((const char *const[]){__VA_ARGS__})), wanted, release)

static void has(void **state)
{
	static const struct kernel_version debian = {VERSION_DEBIAN, "6.1.187-1", "6.1.187",
						   "Debian"},
					   rhel = {VERSION_RPM, "5.14.0-427.el9", NULL, "RHEL 9"},
					   stable = {VERSION_UPSTREAM, NULL, "6.1.150", NULL},
					   between = {VERSION_UPSTREAM, NULL, "6.7.5", NULL};

	(void)state;
	HAS(debian, VERSION_LACKS_IT, "6.1.192-2", "6.1.192-2", "6.1.190");
	HAS(debian, VERSION_HAS_IT, "6.1.187-1", "6.1.187-1");
	HAS(debian, VERSION_HAS_IT, "6.1.20", "5.15.100", "6.1.20", "6.3");
	HAS(rhel, VERSION_LACKS_IT, "5.14.0-611.el9", "5.14.0-611.el9");
	HAS(rhel, VERSION_HAS_UNKNOWN, NULL, "5.15.3", "5.14.5");
	HAS(stable, VERSION_LACKS_IT, "6.1.160", "5.15.190", "6.1.160", "6.17");
	HAS(stable, VERSION_HAS_IT, "6.0", "5.15.190", "6.0");
	HAS(stable, VERSION_LACKS_BRANCH, "6.6.30", "5.15.190", "6.17", "6.6.30");
	HAS(between, VERSION_LACKS_BRANCH, "6.9", "6.6.30", "6.9");
	/* Of a branch that it is none of: nothing. */
	HAS(between, VERSION_HAS_UNKNOWN, NULL, "6.6.30");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(debian),
		cmocka_unit_test(rpm),
		cmocka_unit_test(upstream),
		cmocka_unit_test(kernels),
		cmocka_unit_test(has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
