/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stacks of two reports beside each other. */
#ifndef VMT_TRIAGE_COMPARE_STACK_H
#define VMT_TRIAGE_COMPARE_STACK_H

#include <stdbool.h>

#include "vmtriage.h"

struct compare_stack {
	size_t n_same;		       /* callers of the culprit that agree */
	bool whole;		       /* all of them, up to where the work was dispatched */
	const struct vmt_frame *a, *b; /* the first that do not; NULL: one of the stacks ends */
};

/*
 * Compares the callers of the culprits, up to where the work was dispatched. Inlined calls and
 * doubtful frames do not count.
 */
struct compare_stack compare_stacks(const struct vmt_report *a, const struct vmt_report *b);

/* Whether the culprit of the report who is on the stack of the report where. */
bool compare_stack_has_culprit(const struct vmt_report *where, const struct vmt_report *who);

#endif
