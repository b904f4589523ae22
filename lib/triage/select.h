/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which report of a log explains the rest, of each boot and of all. */
#ifndef VMT_TRIAGE_SELECT_H
#define VMT_TRIAGE_SELECT_H

#include "oops/event.h"

struct selection {
	size_t event;	  /* its index; SIZE_MAX: the log has no report */
	const char *rule; /* the id of the rule that chose it */
	size_t death;	  /* which of the log's deaths it is, 1 the oldest; 0: none */
	size_t n_deaths;  /* a machine dies once a boot */
};

/* want: which death, from 1; 0, or one that is not there: the newest. Fails for lack of memory. */
int select_event(
	const struct oops_log *log, size_t want, struct selection *ret, struct vmt_err *err);

/*
 * Whether an event is no crash: the kernel did what it is there for, under load, and went on. It is
 * named where a log holds nothing worse.
 */
bool select_is_no_crash(const struct oops_event *ev);

/*
 * Whether the kernel had an oops before this event that the log does not show: the event says that
 * it is not the first one of its boot, and no other one stands before it.
 */
bool select_lacks_first_oops(const struct oops_log *log, size_t index);

/* The ids of the rules, in order; NULL past the last. */
const char *select_rule(size_t i);

/* What the rule means, a sentence. */
const char *select_reason(const char *rule);

#endif
