/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of the machine and kernel that a log states outside of its reports. */
#ifndef VMT_OOPS_FACTS_H
#define VMT_OOPS_FACTS_H

#include "oops/header.h"

/* A boot that nothing is known of yet, at the log's start; false: no memory. */
bool oops_facts_begin(struct oops_log *log);

/* Takes a line that matched a fact's row. */
void oops_facts_take(struct oops_log *log, const struct oops_header *h);

/* This boot only takes a dump: what it is given of the machine is forgotten. */
void oops_facts_capture(struct oops_log *log);

/* What the events say that the log itself did not: hardware, release, architecture. */
void oops_facts_finish(struct oops_log *log);

#endif
