/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reports whose first lines are not in the log: a ring buffer, netconsole or whoever pasted it lost
 * them. The rest shows whether it is a report, and usually its kind.
 */
#ifndef VMT_OOPS_HEADLESS_H
#define VMT_OOPS_HEADLESS_H

#include "oops/build.h"

/* Whether the line is one that follows the head of a report. */
bool oops_headless_opens(const char *line, size_t len);

/* Whether the lines read so far are more than a stack that somebody asked for. */
bool oops_headless_is_proven(const struct oops_build *b);

/* Sets the event's kind from the lines that are left. */
void oops_headless_settle(struct oops_build *b);

#endif
