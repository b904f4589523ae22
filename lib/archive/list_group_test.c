// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "archive/list_group.h"

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* ---- the long way ------------------------------------------------------------------------ */

static bool same_signature(const struct vmt_report *a, const struct vmt_report *b)
{
	if (a->signature.coarse && b->signature.coarse)
		return same(a->signature.coarse, b->signature.coarse);
	return same(a->verdict.kind, b->verdict.kind) &&
	       same(a->verdict.module, b->verdict.module) &&
	       same(a->verdict.function, b->verdict.function);
}

#define SOME 40

static const char *any(unsigned *seed, bool none)
{
	static const char *const words[] = {"a", "b", "c", NULL};

	*seed = *seed * 1103515245 + 12345;
	return words[(*seed >> 16) % (none ? 4 : 3)];
}

static const struct list_group *group_of(
	const struct list_groups *gs, const struct vmt_list_entry *e)
{
	for (size_t g = 0; g < gs->n; g++)
		for (size_t i = 0; i < gs->groups[g].n; i++)
			if (gs->groups[g].entries[i] == e)
				return &gs->groups[g];
	return NULL;
}

static void as_the_long_way_does(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 1000; round++) {
		struct vmt_report reports[SOME];
		struct vmt_list_entry entries[SOME];
		struct vmt_list list = {entries, 1 + round % SOME};
		const struct vmt_list_entry *first[SOME];
		size_t n_groups = 0;
		unsigned seed = round;
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct list_groups gs;

		for (size_t i = 0; i < list.n; i++) {
			reports[i] = (struct vmt_report){.verdict = {.kind = any(&seed, false),
								 .module = any(&seed, true),
								 .function = any(&seed, true)},
				.signature = {.coarse = any(&seed, true)}};
			entries[i] = (struct vmt_list_entry){.report = &reports[i]};
		}
		assert_int_equal(list_group_make(ctx, &list, &gs, NULL), 0);
		for (size_t i = 0, g; i < list.n; i++) {
			for (g = 0; g < n_groups && !same_signature(first[g]->report, &reports[i]);
				g++)
				;
			if (g == n_groups)
				first[n_groups++] = &entries[i];
			assert_ptr_equal(group_of(&gs, &entries[i]), group_of(&gs, first[g]));
			assert_ptr_equal(group_of(&gs, &entries[i])->entries[0], first[g]);
		}
		assert_int_equal(gs.n, n_groups);
		talloc_free(ctx);
	}
}

/* ---- many -------------------------------------------------------------------------------- */

#define MANY 32768

static void many(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct vmt_report *reports = talloc_zero_array(ctx, struct vmt_report, MANY);
	struct vmt_list_entry *entries = talloc_zero_array(ctx, struct vmt_list_entry, MANY);
	struct vmt_list list = {entries, MANY};
	struct list_groups gs;

	(void)state;
	assert_true(reports && entries);
	/*
	 * Half of them are one group, each on its own host; each of the others is a group of its
	 * own.
	 */
	for (size_t i = 0; i < MANY; i++) {
		reports[i].verdict.kind = "oops";
		reports[i].machine.hostname = talloc_asprintf(reports, "host%zu", i);
		reports[i].signature.coarse =
			i % 2 ? "one" : talloc_asprintf(reports, "oops %zu", i);
		entries[i].report = &reports[i];
		entries[i].host = reports[i].machine.hostname;
	}
	assert_int_equal(list_group_make(ctx, &list, &gs, NULL), 0);
	assert_int_equal(gs.n, MANY / 2 + 1);
	assert_int_equal(gs.groups[0].n, MANY / 2);
	assert_int_equal(gs.groups[0].n_hosts, MANY / 2);
	assert_int_equal(gs.groups[1].n, 1);
	assert_string_equal(gs.groups[0].hosts[0].text, "host1");
	talloc_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_long_way_does),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
