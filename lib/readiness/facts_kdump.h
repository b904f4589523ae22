/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_READINESS_FACTS_KDUMP_H
#define VMT_READINESS_FACTS_KDUMP_H

#include "readiness/machine_facts.h"

/* Where the dump goes to, and whether it fits there. After the service is known. */
void facts_read_target(struct facts *f);

#endif
