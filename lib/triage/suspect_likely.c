// SPDX-License-Identifier: GPL-3.0-or-later
/* How likely the first suspect is the right one. */
#include <limits.h>

#include "triage/suspect_internal.h"

/* So much ahead of the second one, the first one had the bug in 67 of 100 traces. */
#define FAR_AHEAD 8
/* So many functions of specific code, or fewer, are as good. */
#define FEW 2

static size_t count_specific(const struct suspects *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += (l->items[i].facts & bit(FACT_SPECIFIC)) != 0;
	return n;
}

/* What the best of the others has on its own. */
static int runner_up(const struct suspects *l)
{
	int best = INT_MIN;

	for (size_t i = 1; i < l->n; i++) {
		const struct suspect *s = &l->items[i];
		int own = s->points -
			  (s->facts & bit(FACT_BESIDE) ? suspect_rule(FACT_BESIDE)->points : 0);

		if (s->part != PART_TEARDOWN && own > best)
			best = own;
	}
	return best;
}

enum likely { NO_TABLE, NOT_KNOWN, SERVING, ALONE, AHEAD, FEW_SPECIFIC, CLOSE };

static const struct {
	const char *confidence, *reason;
} likelihoods[] = {
	[NO_TABLE] = {VMT_CONFIDENCE_HIGH, "the table of functions is missing"},
	[NOT_KNOWN] = {VMT_CONFIDENCE_MEDIUM, "the first suspect is not among the known functions"},
	[SERVING] = {VMT_CONFIDENCE_LOW, "the first suspect is code that serves others"},
	[ALONE] = {VMT_CONFIDENCE_HIGH, "there is no other suspect"},
	[AHEAD] = {VMT_CONFIDENCE_HIGH, "the first suspect is far ahead of the second"},
	[FEW_SPECIFIC] = {VMT_CONFIDENCE_HIGH,
		"hardly any other suspect is of one driver, protocol or file system"},
	[CLOSE] = {VMT_CONFIDENCE_MEDIUM, "the next suspects are not far behind the first"},
};

static enum likely likely(const struct suspects *l, const struct where *where)
{
	const struct suspect *first = l->items;

	if (!where || !l->n)
		return NO_TABLE;
	if (first->facts & (bit(FACT_UNKNOWN) | bit(FACT_RENAMED)))
		return NOT_KNOWN;
	if (!(first->facts & bit(FACT_SPECIFIC)))
		return SERVING;
	if (l->n == 1 || l->items[1].part == PART_TEARDOWN)
		return ALONE;
	if (first->points - runner_up(l) >= FAR_AHEAD)
		return AHEAD;
	return count_specific(l) <= FEW ? FEW_SPECIFIC : CLOSE;
}

const char *suspects_confidence(
	const struct suspects *l, const struct where *where, const char **reason)
{
	enum likely i = likely(l, where);

	if (reason)
		*reason = likelihoods[i].reason;
	return likelihoods[i].confidence;
}
