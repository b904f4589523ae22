// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sort.h"

#include "base/test.h"

static unsigned compared;

static int by_value(const void *a, const void *b)
{
	const int *x = a, *y = b;

	compared++;
	return *x < *y ? -1 : *x > *y;
}

static void check(int (*value)(int i), unsigned most)
{
	int all[1000];

	for (int i = 0; i < 1000; i++)
		all[i] = value(i);
	compared = 0;
	sort_items(all, 1000, sizeof(all[0]), by_value);
	assert_true(compared <= most);
	for (int i = 1; i < 1000; i++)
		assert_true(all[i - 1] <= all[i]);
}

static int up(int i)
{
	return i / 2;
}

static int down(int i)
{
	return 5000 - 3 * i;
}

static int down_with_pairs(int i)
{
	return 5000 - i / 2;
}

static int mixed(int i)
{
	return i * 7919 % 1000;
}

static void test_sorts(void **state)
{
	(void)state;
	check(up, 999);
	check(down, 999);
	check(down_with_pairs, 20000);
	check(mixed, 20000);
	sort_items(NULL, 0, sizeof(int), by_value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sorts)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
