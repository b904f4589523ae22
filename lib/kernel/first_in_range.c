// SPDX-License-Identifier: GPL-3.0-or-later
/* A segment tree: leaf i is tree[n + i], and the parent of nodes 2i and 2i + 1 is node i. */
#include "kernel/first_in_range.h"

#include <stdlib.h>

#include "base/big.h"
#include "base/caps.h"

#define NONE UINT32_MAX

/* A note adds two bases. A CPU's stacks are only queried, not added. */
CAP_FITS(2 * CAP_CPUS, sizeof(struct first_key));
CAP_FITS(4 * CAP_CPUS, sizeof(uint32_t));

bool first_in_range_init(void *ctx, struct first_in_range *f, size_t n)
{
	f->keys = talloc_array(ctx, struct first_key, n);
	f->tree = talloc_array(ctx, uint32_t, 2 * n);
	f->n = 0;
	return f->keys && f->tree;
}

void first_in_range_add(struct first_in_range *f, uint64_t value, uint32_t number)
{
	f->keys[f->n++] = (struct first_key){value, number};
}

static int by_value(const void *a, const void *b)
{
	const struct first_key *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* Of two indexes into keys, the one with the smaller number. */
static uint32_t smaller(const struct first_in_range *f, uint32_t a, uint32_t b)
{
	if (a == NONE || b == NONE)
		return a == NONE ? b : a;
	return f->keys[a].number <= f->keys[b].number ? a : b;
}

void first_in_range_settle(struct first_in_range *f)
{
	if (f->n)
		qsort(f->keys, f->n, sizeof(f->keys[0]), by_value);
	for (size_t i = 0; i < f->n; i++)
		f->tree[f->n + i] = (uint32_t)i;
	for (size_t i = f->n; i-- > 1;)
		f->tree[i] = smaller(f, f->tree[2 * i], f->tree[2 * i + 1]);
}

/* The number of keys with a smaller value. */
static size_t count_below(const struct first_in_range *f, uint64_t value)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (f->keys[mid].value < value)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static uint32_t find(const struct first_in_range *f, size_t from, size_t to)
{
	uint32_t best = NONE;

	for (from += f->n, to += f->n; from < to; from /= 2, to /= 2) {
		if (from & 1)
			best = smaller(f, best, f->tree[from++]);
		if (to & 1)
			best = smaller(f, best, f->tree[--to]);
	}
	return best;
}

static void drop(struct first_in_range *f, size_t place)
{
	size_t i = f->n + place;

	f->tree[i] = NONE;
	for (i /= 2; i; i /= 2)
		f->tree[i] = smaller(f, f->tree[2 * i], f->tree[2 * i + 1]);
}

uint32_t first_in_range_find(
	struct first_in_range *f, uint64_t first, uint64_t last, const bool *gone)
{
	size_t from = count_below(f, first);
	size_t to = last == UINT64_MAX ? f->n : count_below(f, last + 1);
	uint32_t place;

	while ((place = find(f, from, to)) != NONE) {
		if (!gone[f->keys[place].number])
			return f->keys[place].number;
		drop(f, place);
	}
	return NONE;
}
