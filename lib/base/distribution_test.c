// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "base/distribution.h"

static const struct {
	const char *release, *version, *name, *debuginfo;
} cases[] = {
	{"6.1.0-49-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.174-1", "Debian",
		"linux-image-%s-dbg"},
	{"6.8.0-45-generic", "#45-Ubuntu SMP", "Ubuntu", "linux-image-unsigned-%s-dbgsym"},
	{"6.8.0-45-generic", NULL, "Ubuntu", "linux-image-unsigned-%s-dbgsym"},
	{"5.15.0-300.163.18.el9uek.x86_64", NULL, "Oracle Linux", "kernel-uek-debuginfo-%s"},
	{"5.14.0-284.11.1.rt14.296.el9_2.x86_64", NULL, "RHEL 9", "kernel-rt-debuginfo-%s"},
	{"3.10.0-1160.el7.x86_64", NULL, "RHEL 7", "kernel-debuginfo-%s"},
	{"6.12.0-55.el10.x86_64", NULL, "RHEL 10", "kernel-debuginfo-%s"},
	{"2.6.32-754.el6.x86_64", NULL, NULL, "kernel-debuginfo-%s"},
	{"6.6.29-1.azl3", NULL, "Azure Linux", "kernel-debuginfo-%s"},
	{"6.4.0-150600.21-default", "#1 SMP PREEMPT_DYNAMIC", "SUSE", "kernel-default-debuginfo"},
	{"6.6.7-arch1-1", NULL, "Arch Linux", "linux-debug"},
	{"5.6.16-default", "#1 SMP", NULL, NULL},
	{"6.12.0", "#1 SMP", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static void check(const char *got, const char *want)
{
	if (!want)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

static void kernels_of_distributions(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		check(distribution_name(cases[i].release, cases[i].version), cases[i].name);
		check(distribution_debuginfo(cases[i].release, cases[i].version),
			cases[i].debuginfo);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_of_distributions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
