/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement: from what the log (and memory) state to who, where and what. */
#ifndef VMT_TRIAGE_TRIAGE_H
#define VMT_TRIAGE_TRIAGE_H

#include <talloc.h>

#include "base/diag.h"
#include "oops/event.h"

/* Facts to judge by. */
struct triage_facts {
	const struct oops_log *log; /* required */
	size_t death;		    /* which of the log's deaths, 1 the oldest; 0: the newest */
	/* Callers, innermost first, in place of the judged event's own trace; NULL: as logged. */
	const struct vmt_frame *callers;
	size_t n_callers;
	/* What memory tells (triage/witness.h), judged in place of the log's events; NULL: nothing.
	 */
	const struct oops_event *witnessed;
};

/*
 * Fills what a judgement yields in report: verdict, events, crash (cpu, task, context, uptime,
 * and time where the log tells it), frames, registers, fault, modules, signature, and the kernel's
 * and machine's facts as far as the log states them and report has them not yet. All memory hangs
 * on ctx. With no crash in the log verdict.kind stays NULL.
 */
int triage_judge(TALLOC_CTX *ctx, const struct triage_facts *facts, struct vmt_report *report,
	struct vmt_err *err);

#endif
