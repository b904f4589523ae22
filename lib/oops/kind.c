// SPDX-License-Identifier: GPL-3.0-or-later
#include <string.h>

#include "oops/kind.h"

#define PAGE_FAULT (TRAIT_PAGE_FAULT | TRAIT_BAD_ACCESS)
#define BAD_ACCESS TRAIT_BAD_ACCESS
#define FETCH TRAIT_FETCH
#define NO_ADDRESS TRAIT_NO_ADDRESS
#define POINTER TRAIT_POINTER
#define CHECKED TRAIT_CHECKED
#define LOW_IS_NULL TRAIT_LOW_IS_NULL
#define GUARD_PAGE TRAIT_GUARD_PAGE
#define FREED TRAIT_FREED
#define VICTIM TRAIT_VICTIM
#define STACKLESS TRAIT_STACKLESS
#define OWN_STOP TRAIT_OWN_STOP
#define NO_CRASH TRAIT_NO_CRASH
#define NAMES_CPU TRAIT_NAMES_CPU
#define JIFFIES TRAIT_JIFFIES
#define SAYS_OBJECT TRAIT_SAYS_OBJECT
#define CATCH_ALL TRAIT_CATCH_ALL
#define ONE_LINE TRAIT_ONE_LINE
#define HARDWARE TRAIT_HARDWARE
#define INNOCENT TRAIT_INNOCENT

#define KIND(name, slug, phrase, outcome, weight, blames, traits, advice)                          \
	[KIND_##name] = {KIND_##name, slug, phrase, OOPS_##outcome, WEIGHT_##weight,               \
		BLAMES_##blames, traits, ADVICE_##advice},

const struct oops_kind oops_kinds[KIND_COUNT] = {
#include "oops/kinds.def"
};

const struct oops_kind *oops_kind_row(enum oops_kind_id id)
{
	return id == KIND_NONE ? NULL : &oops_kinds[id];
}

const struct oops_kind *oops_kind_of_slug(const char *slug)
{
	for (size_t i = 1; slug && i < KIND_COUNT; i++)
		if (strcmp(oops_kinds[i].slug, slug) == 0)
			return &oops_kinds[i];
	return NULL;
}
