// SPDX-License-Identifier: GPL-3.0-or-later
/* See suspect.h. Collects the suspects, has them judged, and puts them in order. */
#include "triage/suspect.h"

#include <string.h>

#include "triage/suspect_internal.h"
#include "triage/teardown.h"

/*
 * Nobody looks at code that only printed the report, handed work on, waited, or was interrupted,
 * nor at what serves others and may not even be on the stack.
 */
static bool is_bystander(const struct suspect *s)
{
	unsigned bystander = bit(FACT_DISPATCHER) | bit(FACT_REPORT) | bit(FACT_INTERRUPTED);
	unsigned serves = bit(FACT_HELPER) | bit(FACT_SERVICE);

	if (s->roles & BLAME_WAIT)
		return true;
	return s->facts & bystander || (s->frame && s->frame->unreliable && s->facts & serves);
}

static void drop_bystanders(struct suspects *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (!is_bystander(&l->items[i]) || (l->items[i].facts & bit(FACT_CULPRIT)))
			l->items[n++] = l->items[i];
	l->n = n;
}

/* Best first. Those of the same points keep their order. */
static void sort(struct suspects *l)
{
	for (size_t i = 1; i < l->n; i++) {
		struct suspect s = l->items[i];
		size_t k = i;

		for (; k && l->items[k - 1].points < s.points; k--)
			l->items[k] = l->items[k - 1];
		l->items[k] = s;
	}
}

/*
 * Beside the first one, other code of its folder is more likely than that of another one. Only
 * those are looked at that it can bring among the ones that are shown.
 */
static void raise_beside(const struct ranking *r, struct suspects *l)
{
	char buf[WHERE_PATH_SIZE], other[WHERE_PATH_SIZE];
	size_t n = l->n > SUSPECTS_MOST ? suspect_folder(r, &l->items[0], buf) : 0;
	int more = suspect_rule(FACT_BESIDE)->points, enough;

	if (!n)
		return;
	enough = l->items[SUSPECTS_MOST - 1].points - more;
	for (size_t i = 1; i < l->n; i++) {
		struct suspect *s = &l->items[i];

		if (s->points < enough || !(s->facts & bit(FACT_SPECIFIC)) ||
			suspect_folder(r, s, other) != n || memcmp(buf, other, n) != 0)
			continue;
		s->facts |= bit(FACT_BESIDE);
		s->points += more;
	}
	sort(&(struct suspects){l->items + 1, l->n - 1});
}

/* ---- what is on no stack ----------------------------------------------------------------- */

/* The last of those that are shown, if no specific code is. */
static void add_teardown(TALLOC_CTX *ctx, struct ranking *r, struct suspects *l)
{
	size_t at = l->n < SUSPECTS_MOST ? l->n : SUSPECTS_MOST - 1, i = 0;
	struct teardown t;
	uint16_t file;

	while (i < l->n && (!(l->items[i].facts & bit(FACT_SPECIFIC)) || !l->items[i].area))
		i++;
	if (i == l->n || l->n == SUSPECTS_COLLECTED ||
		(at < l->n && (l->items[at].facts & bit(FACT_SPECIFIC))) ||
		!area_of(r->where, &l->items[i].places, l->items[i].module != NULL, &file))
		return;
	t = teardown_find(ctx, r->where, l->items[i].function, l->items[i].len, file);
	if (!t.function ||
		suspects_find_same(r, t.function, strlen(t.function), NULL, &t.places, NULL))
		return;
	memmove(&l->items[at + 1], &l->items[at], (l->n - at) * sizeof(*l->items));
	l->items[at] = (struct suspect){
		.function = t.function,
		.len = strlen(t.function),
		.part = PART_TEARDOWN,
		.called = l->items[i].function,
		.places = t.places,
		.area = area_of(r->where, &t.places, false, NULL),
	};
	l->n++;
}

/* The report does not say who is to blame, but one of these should have claimed the interrupt. */
static struct suspects handlers(TALLOC_CTX *ctx, struct ranking *r)
{
	struct suspects l = {NULL, 0};

	r->items = talloc_array(ctx, struct suspect, SUSPECTS_COLLECTED);
	for (size_t i = 0; r->items && i < r->ev->n_traces; i++)
		if (r->ev->traces[i].role == OOPS_TRACE_HANDLERS)
			suspects_add_trace(r, &r->ev->traces[i], PART_HANDLER);
	if (!r->items || !r->n)
		return l;
	suspects_judge(r);
	l = (struct suspects){r->items, r->n};
	sort(&l);
	return l;
}

struct suspects suspects_rank(TALLOC_CTX *ctx, const struct oops_log *log,
	const struct oops_event *ev, const struct where *where, struct culprit *c)
{
	struct ranking r = {.ev = ev, .where = where, .culprit = c};
	struct suspects l = {NULL, 0};

	if (ev->kind->id == KIND_IRQ_NOBODY_CARED)
		return handlers(ctx, &r);
	if (ev->kind->blames == BLAMES_NOBODY || ev->kind->blames == BLAMES_DRIVER ||
		(ev->kind->traits & TRAIT_INNOCENT))
		return l;
	r.culprit_len = c->function ? blame_base_length(c->function) : 0;
	r.items = talloc_array(ctx, struct suspect, SUSPECTS_COLLECTED);
	if (!r.items)
		return l;
	suspects_collect(&r, ctx, log);
	suspects_judge(&r);
	l = (struct suspects){r.items, r.n};
	drop_bystanders(&l);
	sort(&l);
	/* A stack without a report has no verdict that its first suspect would have to agree with.
	 */
	if (ev != log->bare)
		suspects_settle(ev, &l, c);
	raise_beside(&r, &l);
	add_teardown(ctx, &r, &l);
	return l;
}
