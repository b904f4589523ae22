// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <string.h>

#include "base/array.h"
#include "oops/scan.h"

static const char *const literals[] = {"BUG: ", "table", "Kernel panic", "kernel: table of pages",
	"interrupt link enabled for IRQ", "unhandled"};
static size_t lengths[ARRAY_SIZE(literals)];

static struct oops_scan *new_scan(void)
{
	struct oops_scan *s;

	for (size_t i = 0; i < ARRAY_SIZE(literals); i++)
		lengths[i] = strlen(literals[i]);
	assert_int_equal(oops_scan_new(NULL, literals, lengths, ARRAY_SIZE(literals), &s, NULL), 0);
	return s;
}

/* How often literal i is found, the last time at *at. */
static int count(const struct oops_scan *s, const char *text, size_t len, size_t i, size_t *at)
{
	size_t pos = 0, from = 0, found, where;
	int n = 0;

	while ((found = oops_scan_next(s, text, len, &pos, &from, &where)) != SIZE_MAX)
		if (found == i) {
			n++;
			*at = where;
		}
	return n;
}

/* A literal is found wherever it begins, even if the text ends with it. */
static void finds_at_every_offset(void **state)
{
	struct oops_scan *s = new_scan();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(literals); i++)
		for (size_t before = 0; before < 40; before++)
			for (size_t after = 0; after < 40; after++) {
				char text[128];
				size_t at = 0, len = before + lengths[i] + after;

				memset(text, '.', sizeof(text));
				memcpy(text + before, literals[i], lengths[i]);
				assert_int_equal(count(s, text, len, i, &at), 1);
				assert_int_equal(at, before);
				assert_int_equal(count(s, text, len - after - 1, i, &at), 0);
			}
	talloc_free(s);
}

static void finds_what_overlaps(void **state)
{
	static const char text[] = "BUG: BUG: kernel: table of pages unhandled table";
	struct oops_scan *s = new_scan();
	size_t at, len = sizeof(text) - 1;

	(void)state;
	assert_int_equal(count(s, text, len, 0, &at), 2);
	assert_int_equal(count(s, text, len, 1, &at), 2);
	assert_int_equal(count(s, text, len, 3, &at), 1);
	assert_int_equal(count(s, text, len, 5, &at), 1);
	assert_int_equal(count(s, text, 4, 0, &at), 0);
	assert_int_equal(count(s, text, 0, 0, &at), 0);
	talloc_free(s);
}

static void rejects_short_literals(void **state)
{
	static const char *const four[] = {"four"};
	static const size_t length[] = {4};
	struct oops_scan *s;

	(void)state;
	assert_int_not_equal(oops_scan_new(NULL, four, length, 1, &s, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_at_every_offset),
		cmocka_unit_test(finds_what_overlaps),
		cmocka_unit_test(rejects_short_literals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
