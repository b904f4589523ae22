// SPDX-License-Identifier: GPL-3.0-or-later
/* See trust.h. */
#include "triage/trust.h"

#include <string.h>

#include "base/array.h"

/* Facts about a report and its judgement, as bits. */
enum fact {
	NO_STACK = 1 << 0,  /* no trace at all */
	CUT_STACK = 1 << 1, /* records were lost in the middle of it */
	NO_CULPRIT = 1 << 2,
	SHORT = 1 << 3,	       /* the report ends within its first lines */
	FALLBACK = 1 << 4,     /* only helpers on the stack, or a dispatcher */
	VICTIM = 1 << 5,       /* reports of this kind come from the victims */
	NAMES_NOBODY = 1 << 6, /* a report of this kind may lack a stack */
	STALL = 1 << 7,
	ORPHAN = 1 << 8,       /* its head is missing */
	ALL_DOUBTFUL = 1 << 9, /* no reliable frame */
	WITNESSED = 1 << 10,   /* from the stack in memory, not from the log */
	HEADLESS = 1 << 11,    /* the kind was determined without its head */
	LACKS_FIRST = 1 << 12, /* an earlier oops of this boot is not in the log */
	SENTENCE = 1 << 13,    /* words precede its headline */
	HAS_NAMES = 1 << 14,   /* its own stack has functions, of whatever role */
	DAMAGED = 1 << 15,     /* its lines are not whole */
};

static unsigned stack_facts(const struct oops_event *ev)
{
	unsigned f = ALL_DOUBTFUL;
	size_t n = 0;

	for (size_t i = 0; i < ev->n_traces; i++) {
		const struct oops_trace *t = &ev->traces[i];

		n += t->n_frames;
		f |= t->cut && t->role == OOPS_TRACE_MAIN ? CUT_STACK : 0;
		for (size_t k = 0; k < t->n_frames; k++)
			if (!t->frames[k].unreliable)
				f &= ~(unsigned)ALL_DOUBTFUL;
		for (size_t k = 0; t->role == OOPS_TRACE_MAIN && k < t->n_frames; k++)
			if (t->frames[k].function && !t->frames[k].unreliable)
				f |= HAS_NAMES;
	}
	if (!n)
		f = (f & ~(unsigned)ALL_DOUBTFUL) | NO_STACK;
	return f;
}

/* Only a WARN has a place in the source, and a WARN has a stack. */
static bool needs_no_stack(const struct oops_event *ev)
{
	return (ev->kind->traits & TRAIT_STACKLESS) ||
	       ((ev->kind->traits & TRAIT_ONE_LINE) && !ev->file);
}

bool trust_is_aftermath(const struct oops_event *ev)
{
	return ev->kind->id == KIND_PANIC && ev->reason && strstr(ev->reason, "Fatal exception");
}

static bool shows_helpers(enum culprit_basis basis)
{
	return basis == CULPRIT_FALLBACK || basis == CULPRIT_DISPATCH || basis == CULPRIT_ITEM;
}

static unsigned facts_of(const struct oops_event *ev, const struct culprit *c)
{
	unsigned f = stack_facts(ev);

	f |= culprit_is_known(c) ? 0 : NO_CULPRIT;
	f |= shows_helpers(c->basis) ? FALLBACK : 0;
	f |= !ev->witness && ev->last_line - ev->first_line < 3 ? SHORT : 0;
	f |= ev->witness ? WITNESSED : 0;
	f |= ev->kind->outcome == OOPS_STALL ? STALL : 0;
	f |= ev->kind->id == KIND_OOPS && !ev->trap_count.known ? ORPHAN : 0;
	f |= trust_is_aftermath(ev) ? ORPHAN : 0;
	f |= (ev->kind->traits & TRAIT_VICTIM) || culprit_is_victim(ev) ? VICTIM : 0;
	if (ev->headless)
		f = (f & ~(unsigned)HAS_NAMES) | HEADLESS;
	f |= ev->in_sentence ? SENTENCE : 0;
	f |= ev->corrupted ? DAMAGED : 0;
	f |= needs_no_stack(ev) ? NAMES_NOBODY : 0;
	return f;
}

struct trust_row {
	unsigned with, without; /* facts that must be set, and that must not */
	const char *result;
	const char *reason; /* NULL: result is one */
};

static const struct trust_row *apply(const struct trust_row *rows, size_t n, unsigned facts)
{
	for (size_t i = 0; i < n; i++)
		if ((facts & rows[i].with) == rows[i].with && !(facts & rows[i].without))
			return &rows[i];
	return NULL;
}

static const struct trust_row corruptions[] = {
	{CUT_STACK, 0, "messages were lost in the middle of the stack trace", NULL},
	{NO_STACK | SHORT, NAMES_NOBODY, "it ends before its stack trace", NULL},
	{NO_STACK | NO_CULPRIT, NAMES_NOBODY, "it has no stack trace", NULL},
	{NO_CULPRIT, NAMES_NOBODY | STALL | HAS_NAMES, "no frame of its stack trace could be read",
		NULL},
};

static const struct trust_row confidences[] = {
	{CUT_STACK, 0, "low", "messages were lost in the middle of its stack"},
	{ORPHAN, 0, "low", "the report that this one ends is not in the log"},
	{SENTENCE | NO_STACK | SHORT, 0, "low", "somebody may only speak of it"},
	{FALLBACK, 0, "low", "only code that serves others is on its stack"},
	{NO_STACK | NO_CULPRIT, NAMES_NOBODY, "low", "it has no stack and names nobody"},
	{WITNESSED, 0, "medium", "it is from the stack in memory, not from the log"},
	{HEADLESS, 0, "medium", "its first lines are missing"},
	{DAMAGED, 0, "medium", "its lines are not whole"},
	{LACKS_FIRST, 0, "medium", "an earlier oops is not in the log"},
	{ALL_DOUBTFUL, 0, "medium", "the kernel doubts all frames of its stack"},
	{VICTIM, 0, "medium", "reports of this kind come from the victims"},
	{STALL, 0, "medium", "it was seen at some moment of the stall"},
	{NO_CULPRIT, NAMES_NOBODY, "medium", "it names nobody"},
	{NO_STACK, NAMES_NOBODY, "medium", "it has no stack"},
	{0, 0, "high", "the report is complete and names the place"},
};

const char *trust_corrupted(const struct oops_event *ev, const struct culprit *c)
{
	const struct trust_row *row = apply(corruptions, ARRAY_SIZE(corruptions), facts_of(ev, c));

	if (ev->corrupted)
		return ev->corrupted;
	return row ? row->result : NULL;
}

/* The last row fits everything. */
static const struct trust_row *confidence_of(
	const struct oops_event *ev, const struct culprit *c, bool lacks_first)
{
	unsigned facts = facts_of(ev, c) | (lacks_first ? LACKS_FIRST : 0);

	return apply(confidences, ARRAY_SIZE(confidences), facts);
}

const char *trust_confidence(const struct oops_event *ev, const struct culprit *c, bool lacks_first)
{
	return confidence_of(ev, c, lacks_first)->result;
}

const char *trust_reason(const struct oops_event *ev, const struct culprit *c, bool lacks_first)
{
	return confidence_of(ev, c, lacks_first)->reason;
}

const char *trust_lower(const char *a, const char *b)
{
	static const char *const order[] = {
		VMT_CONFIDENCE_LOW, VMT_CONFIDENCE_MEDIUM, VMT_CONFIDENCE_HIGH};

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (strcmp(a, order[i]) == 0 || strcmp(b, order[i]) == 0)
			return order[i];
	return a;
}

bool trust_is_victim(const struct oops_event *ev, const struct culprit *c, bool lacks_first)
{
	unsigned f = facts_of(ev, c);

	return ((f & VICTIM) && (!(f & NO_STACK) || ev->ip.function)) ||
	       (lacks_first && ev->recursive);
}

bool trust_is_own_stop(const struct oops_event *ev)
{
	return (ev->kind->traits & TRAIT_OWN_STOP) && !trust_is_aftermath(ev);
}
