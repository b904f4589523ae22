// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "triage/blame.h"
#include "triage/taint.h"

/* The index has all names of the table: the roles are those of a walk over it. */
static void all_names_are_indexed(void **state)
{
	unsigned n = 0;

	(void)state;
	for (size_t i = 0; i < blame_n_rows; i++)
		for (const char *p = blame_rows[i].names; p && *p; p += strspn(p, " ")) {
			size_t len = strcspn(p, " "), skip = *p == '*';
			char name[128];
			unsigned roles = 0;

			assert_true(len < sizeof(name));
			snprintf(name, sizeof(name), "%s%.*s", skip ? "x" : "", (int)(len - skip),
				p + skip);
			name[strcspn(name, "*")] = 0;
			len = blame_base_length(name);
			for (size_t k = 0; k < blame_n_rows; k++)
				if (!blame_rows[k].core &&
					blame_name_in(name, len, blame_rows[k].names))
					roles |= blame_rows[k].role;
			assert_int_equal(blame_roles(name) & roles, roles);
			if (roles & BLAME_PLUMBING)
				assert_int_equal(blame_roles(name), roles);
			n++;
			p += strcspn(p, " ");
		}
	assert_true(n > 2000);
}

static void names(void **state)
{
	(void)state;
	assert_int_equal(blame_base_length("foo.isra.0"), 3);
	assert_int_equal(blame_base_length("foo.part.0.cold"), 3);
	assert_true(blame_roles("memcpy.constprop.0") & BLAME_COPY);
	assert_true(blame_roles("__asan_load8") & BLAME_REPORT);
	assert_int_equal(blame_roles("e1000_clean_rx_irq"), 0);
	assert_true(blame_name_in("ab_copy_to_user", 15, "x *_copy_to_user"));
	assert_false(blame_name_in("copy", 4, "copy_ copyx *_copy"));
	assert_string_equal(taint_origin("POE"), "proprietary");
	assert_string_equal(taint_origin("OE"), "out-of-tree");
	assert_string_equal(taint_origin(NULL), "in-tree");
	assert_non_null(taint_meaning('W'));
	assert_null(taint_meaning('?'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(all_names_are_indexed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
