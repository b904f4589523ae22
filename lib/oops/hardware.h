/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the status bits of a hardware error record say. */
#ifndef VMT_OOPS_HARDWARE_H
#define VMT_OOPS_HARDWARE_H

#include "oops/build.h"

/* Whether the status of a machine check's bank says that the CPU's context is corrupt (PCC). */
bool oops_hardware_is_corrupt(const struct oops_event *ev);

/* Sets the event's kind from the status of its bank. */
void oops_hardware_settle(struct oops_build *b);

#endif
