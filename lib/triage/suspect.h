/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose bug it is likely to be: the functions that a report shows, ranked by where they are in the
 * kernel, how they took part, and what they are for.
 */
#ifndef VMT_TRIAGE_SUSPECT_H
#define VMT_TRIAGE_SUSPECT_H

#include "triage/culprit.h"
#include "where/area.h"

#define SUSPECTS_MOST 3

/* How a function took part. */
enum suspect_part {
	PART_STACK,	/* on the stack that is judged */
	PART_NAMED,	/* the report names it */
	PART_MESSAGE,	/* what the kernel printed with the report names it */
	PART_ALLOCATED, /* made the object */
	PART_FREED,	/* freed the object */
	PART_PEER,	/* on the stack of another task or CPU */
	PART_HISTORY,	/* on a stack of before: a lock's history, the last queued work */
	PART_WORK,	/* the work item's function */
	PART_HANDLER,	/* of the interrupt that no handler claimed */
	PART_REPORT,	/* in another report of the same boot */
	PART_TEARDOWN,	/* on no stack: takes down what a suspect is part of */
	PART_COUNT
};

struct suspect {
	const char *function, *module;	/* module NULL: the kernel itself */
	size_t len;			/* of function, without the compiler's suffixes */
	const struct oops_frame *frame; /* NULL: only a name was printed */
	enum suspect_part part;
	const char *called; /* on a stack: the function of another file that it called; of
			       PART_TEARDOWN: that suspect */
	struct where_places places;
	bool has_stub;		 /* as area_places */
	const struct area *area; /* NULL: not known */
	unsigned roles, facts;
	int points, distance; /* distance: of functions that serve no one; it counts against it */
};

struct suspects {
	struct suspect *items; /* best first */
	size_t n;
};

/*
 * Ranks the functions of ev. If the best one is another than *c, and the reason for *c is only that
 * it was running in code that serves others, *c becomes the best one. where may be NULL: *c then
 * stays, and is the first. log gives the other reports of the boot. n is 0 if memory runs out.
 */
struct suspects suspects_rank(TALLOC_CTX *ctx, const struct oops_log *log,
	const struct oops_event *ev, const struct where *where, struct culprit *c);

/*
 * VMT_CONFIDENCE_...: how likely the bug is in the first one. "high" if where is NULL. *reason (may
 * be NULL) is why.
 */
const char *suspects_confidence(
	const struct suspects *l, const struct where *where, const char **reason);

/* The word for a part, and a clause after "which": "called napi_enable". NULL: no memory. */
const char *suspect_part_word(enum suspect_part part);
const char *suspect_reason(TALLOC_CTX *ctx, const struct suspect *s);

/* In words, where a function is; module NULL: the kernel itself. NULL: not known. */
const char *suspect_subsystem(const struct where *where, const char *function, const char *module);

/* A fact about a suspect, what it is worth, and why; NULL past the last one. */
struct suspect_rule {
	const char *id;
	int points;
	const char *reason;
};

/* Rule i, from 0; NULL: it is past the last. For tests. */
const struct suspect_rule *suspect_rule(size_t i);
size_t suspect_n_rules(void);

#endif
