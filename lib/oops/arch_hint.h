/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the machine's architecture from a report's form, if no line states it. */
#ifndef VMT_OOPS_ARCH_HINT_H
#define VMT_OOPS_ARCH_HINT_H

#include "oops/build.h"

/* Takes any line of a report, including its head. */
void oops_arch_hint_line(struct oops_build *b, const char *p, const char *end);

/* The architecture by all that was read of the event. NULL: it does not show. */
const char *oops_arch_hint(const struct oops_event *ev);

#endif
