/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about the machine and kernel that a log states outside of its reports. */
#ifndef VMT_OOPS_FACTS_H
#define VMT_OOPS_FACTS_H

#include "oops/header.h"

/* Begins a boot that nothing is known about yet. Returns false if out of memory. */
bool oops_facts_begin(struct oops_log *log);

/* Takes a line that matched a fact's row. */
void oops_facts_take(struct oops_log *log, const struct oops_header *h);

/* Marks this boot as a kdump kernel's and forgets its facts, which are not the machine's. */
void oops_facts_capture(struct oops_log *log);

/* The architecture that a report shows. NULL: none. */
const char *oops_facts_arch(const struct oops_event *ev);

/* Fills in from the events what the log itself did not say: hardware, release, architecture. */
void oops_facts_finish(struct oops_log *log);

#endif
