/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which report of a log explains the rest. */
#ifndef VMT_TRIAGE_SELECT_H
#define VMT_TRIAGE_SELECT_H

#include "oops/event.h"

/* Its index, and in *rule the id of the rule that chose it; SIZE_MAX: the log has no report. */
size_t select_event(const struct oops_log *log, const char **rule);

/*
 * Whether an event is no crash: the kernel did what it is there for, under load, and went on. It is
 * named where a log holds nothing worse.
 */
bool select_is_no_crash(const struct oops_event *ev);

/* The ids of the rules, in order; NULL past the last. */
const char *select_rule(size_t i);

/* What the rule means, a sentence. */
const char *select_reason(const char *rule);

#endif
