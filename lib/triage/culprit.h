/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose fault: from an event's stacks to one function, by a strategy for each kind. */
#ifndef VMT_TRIAGE_CULPRIT_H
#define VMT_TRIAGE_CULPRIT_H

#include "oops/event.h"
#include "triage/blame.h"

enum culprit_basis {
	CULPRIT_NONE,	   /* nobody can be named */
	CULPRIT_NAMED,	   /* the report names it */
	CULPRIT_IP,	   /* it was running */
	CULPRIT_CALLER,	   /* what was running serves others: the first frame that does not */
	CULPRIT_WORK,	   /* the work that does not end, below its dispatcher */
	CULPRIT_WAITER,	   /* the first frame above the waiting */
	CULPRIT_LOCK_SITE, /* where the lock is taken */
	CULPRIT_DRIVER,	   /* the report names the driver, and no function */
	CULPRIT_TRIPPED,   /* it tripped over memory that another overwrote */
	CULPRIT_FALLBACK,  /* only helpers were on the stack */
};

struct culprit {
	enum culprit_basis basis;
	const char *function, *module;	/* module NULL: the kernel, or nobody is named */
	const struct oops_frame *frame; /* NULL: only a name was printed */
	const struct oops_trace *trace; /* the stack that was judged; NULL: none */
	const char *stepped_over;	/* the first function passed over, and why */
	const struct blame_row *why;
};

struct culprit culprit_find(const struct oops_event *ev);

/* Whether what gives memory found it overwritten: nobody on the stack did that. */
bool culprit_is_victim(const struct oops_event *ev);

/* Whether anybody is to blame: a function, or a driver of which no function is known. */
static inline bool culprit_is_known(const struct culprit *c)
{
	return c->function || c->module;
}

#endif
