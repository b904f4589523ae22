/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds whose fault a crash is: from an event's stacks to one function, by a strategy for each
 * kind.
 */
#ifndef VMT_TRIAGE_CULPRIT_H
#define VMT_TRIAGE_CULPRIT_H

#include "oops/event.h"
#include "triage/blame.h"

enum culprit_basis {
	CULPRIT_NONE,	   /* nobody can be named */
	CULPRIT_NAMED,	   /* the report names the function */
	CULPRIT_IP,	   /* the function was running */
	CULPRIT_CALLER,	   /* a helper was running: the first caller that is none */
	CULPRIT_WORK,	   /* the work that does not end, below its dispatcher */
	CULPRIT_WAITER,	   /* the first function above the wait */
	CULPRIT_LOCK_SITE, /* where the lock is taken */
	CULPRIT_DRIVER,	   /* the report names the driver, but no function */
	CULPRIT_TRIPPED,   /* it crashed on memory that another function overwrote */
	CULPRIT_DISPATCH,  /* it called what others had registered with it, and that was no code */
	CULPRIT_ITEM,	  /* the work item that ran: only code that serves others is on the stack */
	CULPRIT_FALLBACK, /* only helpers were on the stack */
};

struct culprit {
	enum culprit_basis basis;
	const char *function, *module;	/* module NULL: the kernel, or nobody is named */
	bool module_unknown;		/* module is NULL, and it need not be the kernel */
	const struct oops_frame *frame; /* NULL: only a name was printed */
	const struct oops_trace *trace; /* the stack that was judged; NULL: none */
	const char *stepped_over;	/* the first function that was skipped, and why */
	const struct blame_row *why;
};

/* By what the kind's row says. Strings are the event's. */
struct culprit culprit_find(const struct oops_event *ev);

/* The first function of a task's stack that does more than wait, lock or handle an interrupt. */
struct culprit culprit_of_task(const struct oops_trace *trace);

/* Whether an allocator found its memory overwritten: no function on the stack did that. */
bool culprit_is_victim(const struct oops_event *ev);

/* Whether anybody is to blame: a function, or a driver without a known function. */
static inline bool culprit_is_known(const struct culprit *c)
{
	return c->function || c->module;
}

#endif
