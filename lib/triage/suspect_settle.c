// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Which of two is the culprit: the function that the stack alone points to, or the best suspect.
 */
#include "triage/suspect_internal.h"

/* So many points more are clear enough to name another culprit. */
#define CLEAR 5
/* So many are enough in a report that is_of_object(). */
#define AHEAD 2

bool suspects_complains(const struct oops_event *ev)
{
	switch (ev->kind->blames) {
	case BLAMES_CHECKED:
	case BLAMES_LIST:
	case BLAMES_CONTEXT:
	case BLAMES_ACCESSOR:
	case BLAMES_ALLOCATOR:
	case BLAMES_LOCK_USE:
		return true;
	default:
		return false;
	}
}

/* Reports of a calculation or of an order of accesses, which is wrong where it is, not before. */
static bool computes(const struct oops_event *ev)
{
	switch (ev->kind->id) {
	case KIND_UNDEFINED_BEHAVIOR:
	case KIND_DIVIDE_ERROR:
	case KIND_DATA_RACE:
		return true;
	default:
		return false;
	}
}

/*
 * Reports of how an object in memory was used. Code that all drivers go through did so for one of
 * them.
 */
static bool is_of_object(const struct oops_event *ev)
{
	switch (ev->kind->id) {
	case KIND_USE_AFTER_FREE:
	case KIND_OUT_OF_BOUNDS:
	case KIND_INVALID_FREE:
	case KIND_HELD_LOCK_FREED:
	case KIND_INFO_LEAK:
		return true;
	default:
		return false;
	}
}

static const struct blame_row serves[] = {
	{.id = "core-area", .reason = "is code that the complete kernel uses"},
	{.id = "shared-area",
		.reason = "is code that a subsystem's drivers or protocols go through"},
	{.id = "interface", .reason = "is there for other parts of the kernel to call"},
};

static const struct blame_row *why_not(const struct suspect *s)
{
	return &serves[s->facts & bit(FACT_CORE) ? 0 : s->facts & bit(FACT_SHARED) ? 1 : 2];
}

/*
 * Whether a function that a helper was called by is still only used by others: core code works on
 * what it is given, and shared code may sleep or not depending on where it was called from.
 */
static bool is_used(const struct oops_event *ev, const struct suspect *old)
{
	bool core = old->facts & bit(FACT_CORE);

	switch (ev->kind->blames) {
	case BLAMES_RUNNING:
		return core;
	case BLAMES_CONTEXT:
		return !core;
	default:
		return false;
	}
}

/*
 * Whether the culprit gives way to the best suspect. It was chosen for its place on the stack
 * alone, in code that serves others, and it did not merely wait. Nothing is said of a function that
 * the table does not know.
 */
static bool gives_way(const struct oops_event *ev, const struct culprit *c,
	const struct suspect *old, const struct suspect *best)
{
	enum culprit_basis basis = c->basis;
	bool of_header = old->area && is_header(old->area);
	/* A check that failed may well have been there for its own code. */
	bool near = suspects_complains(ev) && best->points - old->points < CLEAR &&
		    !(old->facts & bit(FACT_CORE));

	if (!(old->facts & SERVES_OTHERS) || near)
		return false;
	if (!(best->facts & bit(FACT_SPECIFIC)))
		return false;
	if (ev->kind->outcome == OOPS_STALL)
		return false;
	if (computes(ev) && !(old->facts & bit(FACT_CORE)))
		return false;
	if (is_of_object(ev) && !(old->facts & bit(FACT_CORE)) &&
		best->points - old->points >= AHEAD &&
		(basis == CULPRIT_NAMED || basis == CULPRIT_CALLER))
		return true;
	if (basis == CULPRIT_NAMED && !of_header && !suspects_complains(ev))
		return best->module != NULL;
	return basis == CULPRIT_IP || basis == CULPRIT_NAMED ||
	       (basis == CULPRIT_CALLER && (best->module || is_used(ev, old)));
}

static const struct suspect *find_culprit(const struct suspects *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].facts & bit(FACT_CULPRIT))
			return &l->items[i];
	return NULL;
}

/* What is beside the stack is no place where it crashed. */
static const struct suspect *find_on_stack(const struct suspects *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].part == PART_STACK && l->items[i].frame)
			return &l->items[i];
	return NULL;
}

static void move_to_front(struct suspects *l, size_t i)
{
	struct suspect s = l->items[i];

	memmove(&l->items[1], &l->items[0], i * sizeof(s));
	l->items[0] = s;
}

void suspects_settle(const struct oops_event *ev, struct suspects *l, struct culprit *c)
{
	const struct suspect *old = find_culprit(l), *best = find_on_stack(l);

	if (!c->function || !l->n || &l->items[0] == old)
		return;
	if (old && best && best->points > old->points && gives_way(ev, c, old, best)) {
		c->stepped_over = c->function;
		c->why = why_not(old);
		c->basis = CULPRIT_CALLER;
		c->function = best->function;
		c->module = best->module;
		c->frame = best->frame;
		move_to_front(l, (size_t)(best - l->items));
		return;
	}
	if (old)
		move_to_front(l, (size_t)(old - l->items));
}
