/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_READINESS_FACTS_CHANNELS_H
#define VMT_READINESS_FACTS_CHANNELS_H

#include "readiness/machine_facts.h"

/* Watchdogs, the service processor, memory errors, debuginfo. False: no memory. */
bool facts_read_hardware(struct facts *f);

#endif
