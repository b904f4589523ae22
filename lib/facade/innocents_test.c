// SPDX-License-Identifier: GPL-3.0-or-later
/* The kinds that no code is to blame for: what a report says of them is what the judgement does. */
#include "base/test.h"
#include "oops/kind.h"
#include "report/words.h"

static void each_has_words(void **state)
{
	(void)state;
	for (size_t i = KIND_NONE + 1; i < KIND_COUNT; i++) {
		const struct oops_kind *k = &oops_kinds[i];
		bool innocent = k->traits & TRAIT_INNOCENT;

		if (innocent != (words_find(words_innocents, k->slug) != NULL))
			fail_msg("%s: the table of kinds and words_innocents disagree", k->slug);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_has_words)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
