// SPDX-License-Identifier: GPL-3.0-or-later
/* Which fix takes which other one back, and which one brought the bug that another repairs. */
#include <string.h>

#include "fixes/index_internal.h"

#include "base/err.h"
#include "base/name_index.h"

#define ID_DIGITS 8 /* of a commit, that a "Fixes:" line has at least */

static uint32_t hash_of(const struct name_index *index, const char *text, size_t len)
{
	return name_index_hash(name_index_more(name_index_start(index), text, len));
}

/* Whether a is older than b, as far as the source tells. */
static bool is_older(const struct fix *a, const struct fix *b)
{
	if (a->order != b->order)
		return a->order > b->order;
	return !a->time || !b->time || a->time <= b->time;
}

/* The newest fix of that subject that is older than the one that takes it back. */
static void pair_revert(struct index_entry *entries, uint32_t i, const struct name_index *subjects)
{
	const struct fix *fix = &entries[i].fix;
	uint32_t cursor = 0, other, best = INDEX_NONE;
	uint32_t hash = hash_of(subjects, fix->reverts, strlen(fix->reverts));

	while (name_index_next(subjects, hash, &cursor, &other))
		if (other != i && strcmp(entries[other].fix.subject, fix->reverts) == 0 &&
			is_older(&entries[other].fix, fix) &&
			(best == INDEX_NONE || is_older(&entries[best].fix, &entries[other].fix)))
			best = other;
	if (best != INDEX_NONE)
		entries[best].reverted_by = i;
}

static void pair_cause(struct index_entry *entries, uint32_t i, const struct name_index *commits)
{
	const struct fix *fix = &entries[i].fix;

	for (size_t k = 0; k < fix->fixes_n && entries[i].introduced_by == INDEX_NONE; k++) {
		size_t len = strlen(fix->fixes[k]);
		uint32_t cursor = 0, other;

		if (len < ID_DIGITS)
			continue;
		while (name_index_next(
			commits, hash_of(commits, fix->fixes[k], ID_DIGITS), &cursor, &other))
			if (other != i &&
				strncmp(entries[other].fix.commit, fix->fixes[k], len) == 0)
				entries[i].introduced_by = other;
	}
}

/* A fix whose revert was taken back itself is in force again. */
static void settle(struct index_entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t by = entries[i].reverted_by;

		if (by != INDEX_NONE && entries[by].reverted_by != INDEX_NONE &&
			entries[entries[by].reverted_by].reverted_by == INDEX_NONE)
			entries[i].reverted_by = INDEX_NONE;
	}
}

int index_pair(const void *ctx, struct index_entry *entries, size_t n, struct vmt_err *err)
{
	struct name_index *subjects, *commits;
	TALLOC_CTX *work = talloc_new(ctx);
	int rc = work ? 0 : err_nomem(err);

	rc = rc ? rc : name_index_new(work, (uint32_t)n, &subjects, err);
	rc = rc ? rc : name_index_new(work, (uint32_t)n, &commits, err);
	for (uint32_t i = 0; i < n && !rc; i++) {
		const struct fix *fix = &entries[i].fix;

		rc = name_index_add(
			subjects, hash_of(subjects, fix->subject, strlen(fix->subject)), i, err);
		if (!rc && fix->commit && strlen(fix->commit) >= ID_DIGITS)
			rc = name_index_add(
				commits, hash_of(commits, fix->commit, ID_DIGITS), i, err);
	}
	for (uint32_t i = 0; i < n && !rc; i++) {
		if (entries[i].fix.reverts)
			pair_revert(entries, i, subjects);
		pair_cause(entries, i, commits);
	}
	if (!rc)
		settle(entries, n);
	talloc_free(work);
	return rc;
}
