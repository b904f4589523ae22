// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/sorter.h"
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Items in no order come back in theirs, all of them, also those that are there twice. */
static void sorts(size_t n, size_t len, size_t memory)
{
	struct sorter *s;
	struct sorter_item item;
	char *data = calloc(1, len);
	size_t prime = 1000003, i = 0;

	assert_int_equal(sorter_new(NULL, memory, &s, NULL), 0);
	for (size_t k = 0; k < n; k++) {
		char key[32];

		snprintf(key, sizeof(key), "%08zu", k * prime % n / 2);
		memset(data, (int)('a' + k * prime % n % 2), len);
		item = (struct sorter_item){(const uint8_t *)key, 9, data, len};
		assert_int_equal(sorter_add(s, &item, NULL), 0);
	}
	for (;; i++) {
		assert_int_equal(sorter_next(s, &item, NULL), 0);
		if (!item.data)
			break;
		assert_int_equal(atoi((const char *)item.key), i / 2);
		assert_int_equal(item.len, len);
		assert_int_equal(item.data[0], 'a' + i % 2);
		assert_int_equal(item.data[len - 1], 'a' + i % 2);
	}
	assert_int_equal(i, n);
	assert_int_equal(sorter_next(s, &item, NULL), 0);
	assert_null(item.data);
	free(data);
	talloc_free(s);
}

static void in_memory(void **state)
{
	(void)state;
	sorts(0, 1, 0);
	sorts(1, 1, 0);
	sorts(1000, 10, 0);
}

static void in_a_file(void **state)
{
	(void)state;
	sorts(20000, 500, 0); /* runs of a MiB */
	sorts(40, 300000, 0);
	sorts(5, 3000000, 0); /* each is more than the memory */
}

static void too_large(void **state)
{
	struct sorter *s;
	struct sorter_item item = {(const uint8_t *)"", 1, "", SORTER_ITEM};

	(void)state;
	assert_int_equal(sorter_new(NULL, 0, &s, NULL), 0);
	assert_int_equal(sorter_add(s, &item, NULL), VMT_ERR_LIMIT);
	talloc_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_memory),
		cmocka_unit_test(in_a_file),
		cmocka_unit_test(too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
