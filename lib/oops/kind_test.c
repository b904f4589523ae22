// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Walks the table of kinds beside testdata/logs/rules/kinds.tsv: slug, outcome, the lines that
 * announce it ('-': none does). That list may have more kinds than the table.
 */
#include "base/test.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "oops/header.h"

struct listed {
	char slug[64], outcome[16];
	bool has_header;
};

static struct listed list[256];
static size_t n_list;

static int load(void **state)
{
	char path[512], line[2048];
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/logs/rules/kinds.tsv", getenv("VMT_TESTDATA"));
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char *save, *slug = strtok_r(line, "\t\n", &save);
		char *outcome = strtok_r(NULL, "\t\n", &save);
		char *headers = strtok_r(NULL, "\t\n", &save);

		if (*line == '#')
			continue;
		assert_true(slug && outcome && headers);
		assert_true(n_list < ARRAY_SIZE(list));
		snprintf(list[n_list].slug, sizeof(list->slug), "%s", slug);
		snprintf(list[n_list].outcome, sizeof(list->outcome), "%s", outcome);
		list[n_list++].has_header = strcmp(headers, "-") != 0;
	}
	fclose(f);
	return 0;
}

static const struct listed *find(const char *slug)
{
	for (size_t i = 0; i < n_list; i++)
		if (strcmp(list[i].slug, slug) == 0)
			return &list[i];
	return NULL;
}

static const char *const outcomes[] = {
	[OOPS_PANIC] = "panic",
	[OOPS_OOPS] = "oops",
	[OOPS_REPORT] = "report",
	[OOPS_WARNING] = "warning",
	[OOPS_STALL] = "stall",
	[OOPS_REBOOT] = "reboot",
	[OOPS_HANG] = "hang",
};

static bool is_announced(enum oops_kind_id id)
{
	for (size_t i = 0; i < oops_n_header_rows; i++)
		if (oops_header_rows[i].kind == id)
			return true;
	return false;
}

static void every_kind_is_listed(void **state)
{
	const struct listed *before = NULL;

	(void)state;
	for (size_t i = KIND_NONE + 1; i < KIND_COUNT; i++) {
		const struct oops_kind *k = &oops_kinds[i];
		const struct listed *l = find(k->slug);

		if (!l)
			fail_msg("%s is not listed", k->slug);
		if (before >= l)
			fail_msg("%s is out of order", k->slug);
		if (strcmp(l->outcome, outcomes[k->outcome]) != 0)
			fail_msg("%s: the outcome is %s", k->slug, outcomes[k->outcome]);
		if (l->has_header != is_announced(k->id))
			fail_msg("%s: a header row too many, or none", k->slug);
		before = l;
	}
}

static void rows_are_sound(void **state)
{
	(void)state;
	assert_null(oops_kind_row(KIND_NONE));
	assert_null(oops_kind_of_slug(NULL));
	assert_null(oops_kind_of_slug("no-such-kind"));
	for (size_t i = KIND_NONE + 1; i < KIND_COUNT; i++) {
		const struct oops_kind *k = &oops_kinds[i];

		assert_int_equal(k->id, i);
		assert_ptr_equal(oops_kind_row(k->id), k);
		assert_ptr_equal(oops_kind_of_slug(k->slug), k);
		for (size_t other = KIND_NONE + 1; other < i; other++)
			assert_string_not_equal(oops_kinds[other].slug, k->slug);
		if (!k->phrase || strlen(k->phrase) < 4)
			fail_msg("%s: no phrase", k->slug);
	}
}

/* What one trait says implies another, or forbids it. */
static void traits_agree(void **state)
{
	(void)state;
	for (size_t i = KIND_NONE + 1; i < KIND_COUNT; i++) {
		unsigned t = oops_kinds[i].traits;

		if ((t & TRAIT_PAGE_FAULT) && !(t & TRAIT_BAD_ACCESS))
			fail_msg("%s: a page fault is a bad access", oops_kinds[i].slug);
		if ((t & (TRAIT_NO_ADDRESS | TRAIT_CHECKED)) && !(t & TRAIT_POINTER))
			fail_msg("%s: no pointer to look for", oops_kinds[i].slug);
		if ((t & TRAIT_NO_CRASH) && oops_kinds[i].weight != WEIGHT_REMARK)
			fail_msg("%s: what is no crash is a remark", oops_kinds[i].slug);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_listed),
		cmocka_unit_test(rows_are_sound),
		cmocka_unit_test(traits_agree),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
