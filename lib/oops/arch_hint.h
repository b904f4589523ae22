/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What in a report tells the machine's architecture, where nothing says it. */
#ifndef VMT_OOPS_ARCH_HINT_H
#define VMT_OOPS_ARCH_HINT_H

#include "oops/build.h"

/* Looks at a line of a report, its head included. */
void oops_arch_hint_line(struct oops_build *b, const char *p, const char *end);

/* By all that was read of the event; NULL: it does not tell. */
const char *oops_arch_hint(const struct oops_event *ev);

#endif
