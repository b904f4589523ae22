/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reports whose first lines are not in the log: a ring buffer, netconsole or whoever pasted it lost
 * them. What is left tells whether it is a report, and mostly of which kind.
 */
#ifndef VMT_OOPS_HEADLESS_H
#define VMT_OOPS_HEADLESS_H

#include "oops/build.h"

/* Whether the line is one of a report's that comes after its head. */
bool oops_headless_opens(const char *line, size_t len);

/* Whether what was read so far is more than a stack that somebody asked for. */
bool oops_headless_is_proven(const struct oops_build *b);

/* Gives the event the kind that what is left tells. */
void oops_headless_settle(struct oops_build *b);

#endif
