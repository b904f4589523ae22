/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a record of the hardware's says beside its text. */
#ifndef VMT_OOPS_HARDWARE_H
#define VMT_OOPS_HARDWARE_H

#include "oops/build.h"

/* Whether the status of a machine check's bank says that the state of the CPU is lost. */
bool oops_hardware_is_corrupt(const struct oops_event *ev);

/* Gives the event the kind that the status of its bank tells. */
void oops_hardware_settle(struct oops_build *b);

#endif
