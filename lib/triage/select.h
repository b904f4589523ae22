/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Selects the report of a log that explains the others, for each boot and for the complete log. */
#ifndef VMT_TRIAGE_SELECT_H
#define VMT_TRIAGE_SELECT_H

#include "oops/event.h"

struct selection {
	size_t event;	  /* its index; SIZE_MAX: the log has no report */
	const char *rule; /* the id of the rule that chose it */
	size_t death;	  /* number of the death in the log, 1 is the oldest; 0: none */
	size_t n_deaths;  /* a machine dies at most once per boot */
};

/*
 * want: the number of the death, from 1. 0 or a number that does not exist: the newest. Fails only
 * if memory runs out.
 */
int select_event(
	const struct oops_log *log, size_t want, struct selection *ret, struct vmt_err *err);

/*
 * Whether an event is no crash: under load, the kernel did what it is designed to do, and kept
 * running. Such an event is selected only if the log has nothing worse.
 */
bool select_is_no_crash(const struct oops_event *ev);

/*
 * Whether the kernel had an earlier oops that the log does not show: the event says that it is not
 * the first one of its boot, but no other oops precedes it.
 */
bool select_lacks_first_oops(const struct oops_log *log, size_t index);

/* The ids of the rules, in order; NULL past the last one. */
const char *select_rule(size_t i);

/* The meaning of the rule, as a sentence. */
const char *select_reason(const char *rule);

#endif
