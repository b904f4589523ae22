// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Decides which parts belong to one dump. Parts of two dumps can look the same, since the count
 * restarts at each boot. Going by time, a number that is already there begins another dump. A part
 * belongs to the latest dump that it fits and that has no part with its number.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/name_index.h"
#include "log/pstore.h"

#define NONE SIZE_MAX

/* Dumps that a part can belong to by what it says about itself: oldest first. */
struct lane {
	const struct pstore_part *like; /* what its parts say */
	size_t *dumps;
	size_t n;
};

/* The dumps of a lane that may lack a number: ranges of the lane, the latest last. */
struct slot {
	size_t lane, seen; /* how many dumps of the lane this slot has seen */
	unsigned number;
	struct {
		size_t from, to;
	} * ranges;
	size_t n;
};

struct sorter {
	struct pstore_part **parts;
	size_t n_dumps;
	struct lane *lanes;
	size_t n_lanes;
	struct slot *slots;
	size_t n_slots;
	bool *mixed;		      /* for each dump: it has a part without a time */
	struct name_index *parts_of;  /* parts, by dump and number */
	struct name_index *find_lane; /* lanes, by what their parts say */
	struct name_index *find_slot; /* slots, by lane and number */
};

static int by_time(const void *a, const void *b)
{
	const struct pstore_part *x = *(struct pstore_part *const *)a;
	const struct pstore_part *y = *(struct pstore_part *const *)b;

	if (x->packed != y->packed)
		return x->packed - y->packed;
	if (x->stamp != y->stamp)
		return x->stamp < y->stamp ? -1 : 1;
	if (x->mtime_ns != y->mtime_ns)
		return x->mtime_ns < y->mtime_ns ? -1 : 1;
	if (x->count != y->count)
		return x->count < y->count ? -1 : 1;
	return strverscmp(x->path, y->path);
}

static int by_dump(const void *a, const void *b)
{
	const struct pstore_part *x = *(struct pstore_part *const *)a;
	const struct pstore_part *y = *(struct pstore_part *const *)b;

	if (x->dump != y->dump)
		return x->dump < y->dump ? -1 : 1;
	return x->number < y->number   ? 1
	       : x->number > y->number ? -1
				       : strverscmp(x->path, y->path);
}

/* ---- finding ----------------------------------------------------------------------------- */

static uint32_t hash_pair(const struct name_index *index, uint64_t a, uint64_t b)
{
	uint64_t pair[] = {a, b};

	return name_index_hash(name_index_more(name_index_start(index), pair, sizeof(pair)));
}

static bool has_number(const struct sorter *s, size_t dump, unsigned number)
{
	uint32_t hash = hash_pair(s->parts_of, dump, number), cursor = 0, i;

	while (name_index_next(s->parts_of, hash, &cursor, &i))
		if (s->parts[i]->dump == dump && s->parts[i]->number == number)
			return true;
	return false;
}

/* A packed part has a time and nothing else. */
static bool says_same(const struct pstore_part *a, const struct pstore_part *b)
{
	return a->packed == b->packed && a->stamp == b->stamp &&
	       (a->packed || (a->count == b->count && strcmp(a->reason, b->reason) == 0));
}

static uint32_t hash_lane(const struct sorter *s, const struct pstore_part *part)
{
	uint64_t what[] = {part->packed, part->stamp, part->packed ? 0 : part->count};
	uint64_t sum = name_index_more(name_index_start(s->find_lane), what, sizeof(what));

	if (!part->packed)
		sum = name_index_more(sum, part->reason, strlen(part->reason));
	return name_index_hash(sum);
}

static int add_dump(struct lane *lane, void *ctx, size_t dump)
{
	size_t *dumps = ARRAY_ROOM(ctx, lane->dumps, lane->n);

	if (!dumps)
		return VMT_ERR_NOMEM;
	lane->dumps = dumps;
	dumps[lane->n++] = dump;
	return 0;
}

static int get_lane(struct sorter *s, const struct pstore_part *part, size_t *ret)
{
	uint32_t hash = hash_lane(s, part), cursor = 0, i;
	struct lane *lanes;

	while (name_index_next(s->find_lane, hash, &cursor, &i)) {
		*ret = i;
		if (says_same(s->lanes[i].like, part))
			return 0;
	}
	lanes = ARRAY_ROOM(s, s->lanes, s->n_lanes);
	if (!lanes)
		return VMT_ERR_NOMEM;
	s->lanes = lanes;
	lanes[s->n_lanes] = (struct lane){.like = part};
	*ret = s->n_lanes++;
	return name_index_add(s->find_lane, hash, (uint32_t)*ret, NULL);
}

static int get_slot(struct sorter *s, size_t lane, unsigned number, struct slot **ret)
{
	uint32_t hash = hash_pair(s->find_slot, lane, number), cursor = 0, i;
	struct slot *slots;

	while (name_index_next(s->find_slot, hash, &cursor, &i)) {
		*ret = &s->slots[i];
		if ((*ret)->lane == lane && (*ret)->number == number)
			return 0;
	}
	slots = ARRAY_ROOM(s, s->slots, s->n_slots);
	if (!slots)
		return VMT_ERR_NOMEM;
	s->slots = slots;
	*ret = &slots[s->n_slots];
	**ret = (struct slot){.lane = lane, .number = number};
	return name_index_add(s->find_slot, hash, (uint32_t)s->n_slots++, NULL);
}

/* ---- placing ----------------------------------------------------------------------------- */

/* Takes the latest dump of the lane that lacks the number; NONE: all have it. */
static int take_latest(struct sorter *s, struct slot *slot, size_t *ret)
{
	const struct lane *lane = &s->lanes[slot->lane];

	*ret = NONE;
	if (slot->seen < lane->n) {
		void *ranges = ARRAY_ROOM(s, slot->ranges, slot->n);

		if (!ranges)
			return VMT_ERR_NOMEM;
		slot->ranges = ranges;
		slot->ranges[slot->n].from = slot->seen;
		slot->ranges[slot->n++].to = lane->n;
		slot->seen = lane->n;
	}
	while (slot->n && *ret == NONE) {
		size_t at = --slot->ranges[slot->n - 1].to;

		slot->n -= at == slot->ranges[slot->n - 1].from;
		if (!has_number(s, lane->dumps[at], slot->number))
			*ret = lane->dumps[at];
	}
	return 0;
}

static int place_in_lane(struct sorter *s, struct pstore_part *part)
{
	struct slot *slot = NULL;
	size_t lane = 0;
	int rc = get_lane(s, part, &lane);

	if (!rc)
		rc = get_slot(s, lane, part->number, &slot);
	if (!rc)
		rc = take_latest(s, slot, &part->dump);
	if (rc || part->dump != NONE)
		return rc;
	part->dump = s->n_dumps++;
	rc = add_dump(&s->lanes[lane], s, part->dump);
	slot->seen = s->lanes[lane].n;
	return rc;
}

/* Packed parts without a time have no number either: one for each dump. */
static void place_nameless(struct sorter *s, struct pstore_part *part, size_t *left)
{
	part->dump = *left ? --*left : s->n_dumps++;
	s->mixed[part->dump] = true;
}

/* The dumps that packed parts can belong to: those whose parts all have that time. */
static int open_packed_lanes(struct sorter *s, size_t n)
{
	size_t n_dumps = 0;
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		struct pstore_part as = *s->parts[i], *first = s->parts[i];
		size_t lane = 0;

		/* Dumps are numbered in the order in which they begin. */
		if (first->dump != n_dumps)
			continue;
		n_dumps++;
		as.packed = true;
		rc = s->mixed[first->dump] ? 0 : get_lane(s, &as, &lane);
		if (rc || s->mixed[first->dump])
			continue;
		if (!s->lanes[lane].n) {
			s->lanes[lane].like = talloc_memdup(s, &as, sizeof(as));
			rc = s->lanes[lane].like ? 0 : VMT_ERR_NOMEM;
		}
		if (!rc)
			rc = add_dump(&s->lanes[lane], s, first->dump);
	}
	return rc;
}

static int place_all(struct sorter *s, size_t n)
{
	size_t i = 0, left, n_open;
	int rc = 0;

	for (; i < n && !s->parts[i]->packed && !rc; i++) {
		rc = place_in_lane(s, s->parts[i]);
		if (!rc)
			rc = name_index_add(s->parts_of,
				hash_pair(s->parts_of, s->parts[i]->dump, s->parts[i]->number),
				(uint32_t)i, NULL);
	}
	n_open = i;
	left = s->n_dumps;
	for (; i < n && !s->parts[i]->stamp && !rc; i++)
		place_nameless(s, s->parts[i], &left);
	if (!rc && i < n)
		rc = open_packed_lanes(s, n_open);
	for (; i < n && !rc; i++)
		rc = place_in_lane(s, s->parts[i]);
	return rc;
}

int pstore_sort(struct pstore_part **parts, size_t n, struct vmt_err *err)
{
	struct sorter *s = talloc_zero(NULL, struct sorter);
	int rc = s ? 0 : VMT_ERR_NOMEM;

	if (n)
		qsort(parts, n, sizeof(*parts), by_time);
	if (!rc)
		s->mixed = talloc_zero_array(s, bool, n + 1);
	if (!rc && s->mixed)
		rc = name_index_new(s, 0, &s->parts_of, NULL);
	if (!rc)
		rc = name_index_new(s, 0, &s->find_lane, NULL);
	if (!rc)
		rc = name_index_new(s, 0, &s->find_slot, NULL);
	if (!rc) {
		s->parts = parts;
		rc = s->mixed ? place_all(s, n) : VMT_ERR_NOMEM;
	}
	talloc_free(s);
	if (n)
		qsort(parts, n, sizeof(*parts), by_dump);
	return rc ? err_nomem(err) : 0;
}
