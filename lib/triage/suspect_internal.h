/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the suspects share: the facts that they are judged by. */
#ifndef VMT_TRIAGE_SUSPECT_INTERNAL_H
#define VMT_TRIAGE_SUSPECT_INTERNAL_H

#include <string.h>

#include "triage/suspect.h"

/* The bits of struct suspect.facts. */
enum fact {
	FACT_CULPRIT,
	FACT_SPECIFIC,
	FACT_SHARED,
	FACT_CORE,
	FACT_UNKNOWN,
	FACT_RENAMED,
	FACT_INTERFACE,
	FACT_HELPER,
	FACT_DISPATCHER,
	FACT_SERVICE,
	FACT_WAIT,
	FACT_REPORT,
	FACT_USES_CORE,
	FACT_CHECKS,
	FACT_ALLOCATED,
	FACT_FREED,
	FACT_OWNER,
	FACT_OTHER_REPORT,
	FACT_INTERRUPTED,
	FACT_MODULE,
	FACT_BESIDE,
	FACT_COUNT
};

static inline unsigned bit(enum fact f)
{
	return 1u << f;
}

#define SERVES_OTHERS (bit(FACT_CORE) | bit(FACT_SHARED) | bit(FACT_INTERFACE))

static inline bool is_header(const struct area *a)
{
	return strcmp(a->path, "include/") == 0;
}

/* Reports that complain about a caller: the innermost code found its mistake. */
bool suspects_complains(const struct oops_event *ev);

/*
 * Settles who the culprit is: *c gives way to the first of the list, or becomes the first. The
 * list is sorted, best first.
 */
void suspects_settle(const struct oops_event *ev, struct suspects *l, struct culprit *c);

#endif
