/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which report of a log explains the rest. */
#ifndef VMT_TRIAGE_SELECT_H
#define VMT_TRIAGE_SELECT_H

#include "oops/event.h"

/* Its index, and in *rule the id of the rule that chose it; SIZE_MAX: the log has no report. */
size_t select_event(const struct oops_log *log, const char **rule);

/* The ids of the rules, in order; NULL past the last. */
const char *select_rule(size_t i);

/* What the rule means, a sentence. */
const char *select_reason(const char *rule);

#endif
