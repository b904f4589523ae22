// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include "readiness/need.h"

#define MIB (UINT64_C(1) << 20)

static const struct need_of all = {.memory = 8192 * MIB,
	.machine = "x86_64",
	.kernel_loaded = 60 * MIB,
	.modules = 20 * MIB,
	.kernel_file = 12 * MIB,
	.initrd_file = 30 * MIB,
	.initrd_unpacked = 80 * MIB,
	.early_used = 100 * MIB};

static void kdumpctl(void **state)
{
	struct need_of of = all;
	struct need n = need_kdumpctl(&of);

	(void)state;
	assert_true(n.known && !n.partly);
	assert_int_equal(n.least, (60 + 3 * 30 + 16) * MIB);
	assert_int_equal(n.most, (60 + 3 * 30 + 16 + 20) * MIB);
	of.modules = 0;
	assert_true(need_kdumpctl(&of).partly);
	of.kernel_loaded = 0;
	assert_false(need_kdumpctl(&of).known);
}

static void kdump_config(void **state)
{
	struct need_of of = all;
	struct need n = need_kdump_config(&of);

	(void)state;
	assert_true(n.known && !n.partly);
	assert_int_equal(n.least, (6 * 12 + 30 + 80 + 32) * MIB);
	assert_int_equal(n.most, (6 * 12 + 30 + 80 + 100) * MIB);
	of.machine = "aarch64";
	assert_int_equal(need_kdump_config(&of).least, (4 * 12 + 30 + 80 + 32) * MIB);
	of.machine = "ppc64le";
	of.early_used = of.initrd_unpacked = 0;
	n = need_kdump_config(&of);
	assert_int_equal(n.least, (2 * 12 + 30 + 32) * MIB);
	assert_int_equal(n.most, n.least);
	assert_true(n.partly);
	of.kernel_file = 0;
	assert_false(need_kdump_config(&of).known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kdumpctl),
		cmocka_unit_test(kdump_config),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
