// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/statistics.h"

#include <stdlib.h>

#include "base/array.h"

/* Fixed, so that no window is chosen to suit the crashes. Each counts as a test. */
static const int64_t windows[] = {60, 5 * 60, 15 * 60, 60 * 60};

/* ---- the binomial distribution ----------------------------------------------------------- */

/*
 * The chance of exactly k of n: binomial(n, k) p^k q^(n-k). Multiplies in an order that keeps the
 * product near 1, where a double neither over- nor underflows unless the result does.
 */
static double exactly(size_t k, size_t n, double p)
{
	double term = 1, q = 1 - p;
	size_t left = n - k;

	for (size_t i = 1; i <= k; i++) {
		term *= (double)(n - k + i) / (double)i * p;
		for (; left && term > 1; left--)
			term *= q;
	}
	for (; left; left--)
		term *= q;
	return term;
}

double statistics_tail(size_t k, size_t n, double p)
{
	double term, sum = 0, odds;
	size_t start;

	if (!k || p >= 1)
		return 1;
	if (k > n || p <= 0)
		return 0;
	odds = p / (1 - p);
	/* From the largest term on, since smaller ones may be too small for a double. */
	start = (size_t)((double)n * p);
	start = start > k ? start : k;
	term = exactly(start, n, p);
	for (size_t i = start; i <= n && term > sum * 1e-17; i++) {
		sum += term;
		term *= (double)(n - i) / (double)(i + 1) * odds;
	}
	term = exactly(start, n, p);
	for (size_t i = start; i > k && term > sum * 1e-17; i--) {
		term *= (double)i / (double)(n - i + 1) / odds;
		sum += term;
	}
	return sum > 1 ? 1 : sum;
}

/* ---- how much of the time is after an event ---------------------------------------------- */

static int64_t overlap(int64_t from, int64_t to, int64_t other_from, int64_t other_to)
{
	from = from > other_from ? from : other_from;
	to = to < other_to ? to : other_to;
	return to > from ? to - from : 0;
}

static int64_t up_time(const struct statistics_input *in, const struct moments *seen)
{
	int64_t sum = 0;

	for (size_t i = 0; i < in->n_up; i++)
		sum += overlap(in->up[i].from, in->up[i].to, seen->from, seen->to);
	return sum;
}

/* Where the time after occurrence i ends: at the next one, which begins anew. */
static int64_t end_of(const struct statistics_event *e, size_t i, int64_t window)
{
	int64_t end = e->lasting ? e->seen.to : e->times[i] + window;

	return !e->lasting && i + 1 < e->n && e->times[i + 1] < end ? e->times[i + 1] : end;
}

double statistics_share(
	const struct statistics_input *in, const struct statistics_event *e, int64_t window)
{
	int64_t all = up_time(in, &e->seen), after = 0;
	size_t first = 0, n = e->lasting && e->n ? 1 : e->n;

	for (size_t i = 0; i < n; i++) {
		int64_t from = e->times[i], to = end_of(e, i, window);

		from = from > e->seen.from ? from : e->seen.from;
		to = to < e->seen.to ? to : e->seen.to;
		while (first < in->n_up && in->up[first].to <= from)
			first++;
		for (size_t u = first; u < in->n_up && in->up[u].from < to; u++)
			after += overlap(in->up[u].from, in->up[u].to, from, to);
	}
	return all > 0 ? (double)after / (double)all : 1;
}

/* ---- one test ---------------------------------------------------------------------------- */

/* The number of times up to this one. */
static size_t until(const int64_t *times, size_t n, int64_t at)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (times[middle] <= at)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

static bool is_up(const struct statistics_input *in, int64_t at)
{
	size_t low = 0, high = in->n_up;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (in->up[middle].to < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < in->n_up && in->up[low].from <= at;
}

static size_t count_runs(const struct statistics_input *in, const struct statistics_event *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n; i++)
		n += e->times[i] >= e->seen.from && e->times[i] <= e->seen.to &&
		     is_up(in, e->times[i]);
	return n;
}

/* The number of the occurrence that a crash comes after, from 1; 0: none, or it was not seen. */
static size_t run_before(const struct statistics_input *in, const struct statistics_event *e,
	int64_t window, int64_t crash, bool *counts)
{
	size_t run;

	*counts = crash >= e->seen.from && crash <= e->seen.to && is_up(in, crash);
	if (!*counts)
		return 0;
	run = until(e->times, e->lasting && e->n ? 1 : e->n, crash);
	return run && (e->lasting || crash - e->times[run - 1] < window) ? run : 0;
}

static void count(const struct statistics_input *in, const struct statistics_event *e,
	int64_t window, struct statistics_finding *f)
{
	size_t hit = 0, last = SIZE_MAX;

	f->window = window;
	f->soonest = INT64_MAX;
	for (size_t i = 0; i < in->n_crashes; i++) {
		bool counts;
		size_t run = run_before(in, e, window, in->crashes[i], &counts);
		int64_t lag;

		f->crashes += counts;
		if (!run)
			continue;
		lag = in->crashes[i] - e->times[run - 1];
		f->after++;
		f->soonest = lag < f->soonest ? lag : f->soonest;
		f->latest = lag > f->latest ? lag : f->latest;
		hit += run != last;
		last = run;
	}
	f->runs_without = f->runs > hit ? f->runs - hit : 0;
	f->share = statistics_share(in, e, window);
	f->p = statistics_tail(f->after, f->crashes, f->share);
}

/* ---- all of them ------------------------------------------------------------------------- */

static int by_chance(const void *a, const void *b)
{
	const struct statistics_finding *x = a, *y = b;

	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	if (x->event != y->event)
		return x->event < y->event ? -1 : 1;
	return (x->window > y->window) - (x->window < y->window);
}

/* Benjamini and Hochberg: the least rate at which each is a finding. */
static void correct(struct statistics_result *r)
{
	double least = 1;

	for (size_t i = r->n; i > 0; i--) {
		double p = r->items[i - 1].p * (double)r->n_tests / (double)i;

		least = p < least ? p : least;
		r->items[i - 1].corrected = least;
	}
}

/* Keeps findings, and of each event the first. */
static void keep(struct statistics_result *r, bool *had)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		const struct statistics_finding *f = &r->items[i];

		if (f->corrected > STATISTICS_RATE || f->after < STATISTICS_LEAST || had[f->event])
			continue;
		had[f->event] = true;
		r->items[n++] = *f;
	}
	r->n = n;
}

/* Whether the crashes that do not come after a come after b no more often than by chance. */
static bool explains(const struct statistics_input *in, const struct statistics_finding *a,
	const struct statistics_finding *b)
{
	size_t crashes = 0, after = 0;

	for (size_t i = 0; i < in->n_crashes; i++) {
		bool counts, known;

		if (run_before(in, &in->events[a->event], a->window, in->crashes[i], &known))
			continue;
		after += run_before(in, &in->events[b->event], b->window, in->crashes[i], &counts) >
			 0;
		crashes += counts;
	}
	return statistics_tail(after, crashes, b->share) > STATISTICS_RATE;
}

static void find_leaders(const struct statistics_input *in, struct statistics_result *r)
{
	for (size_t i = 0; i < r->n; i++) {
		size_t l = 0;

		while (l < i &&
			(r->items[l].leader != l || !explains(in, &r->items[l], &r->items[i])))
			l++;
		r->items[i].leader = l;
	}
}

int statistics_find(TALLOC_CTX *ctx, const struct statistics_input *in,
	struct statistics_result *ret, struct vmt_err *err)
{
	bool *had = talloc_zero_array(ctx, bool, in->n_events + 1);

	*ret = (struct statistics_result){0};
	ret->items = talloc_zero_array(
		ctx, struct statistics_finding, in->n_events * ARRAY_SIZE(windows) + 1);
	if (!had || !ret->items)
		return err_nomem(err);
	for (size_t i = 0; i < in->n_events; i++) {
		const struct statistics_event *e = &in->events[i];
		size_t runs = count_runs(in, e);

		for (size_t w = 0; w < (e->lasting ? 1 : ARRAY_SIZE(windows)); w++) {
			struct statistics_finding f = {.event = i, .runs = runs};

			count(in, e, e->lasting ? 0 : windows[w] + e->slack, &f);
			if (f.crashes >= STATISTICS_LEAST)
				ret->items[ret->n++] = f;
		}
	}
	ret->n_tests = ret->n;
	qsort(ret->items, ret->n, sizeof(*ret->items), by_chance);
	correct(ret);
	keep(ret, had);
	find_leaders(in, ret);
	talloc_free(had);
	return 0;
}
