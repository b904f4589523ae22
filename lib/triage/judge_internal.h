/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Only for judge*.c. */
#ifndef VMT_TRIAGE_JUDGE_INTERNAL_H
#define VMT_TRIAGE_JUDGE_INTERNAL_H

#include "triage/operand.h"
#include "triage/sentence.h"
#include "triage/suspect.h"
#include "triage/triage.h"

struct judge {
	TALLOC_CTX *ctx;
	const struct oops_log *log;
	const struct oops_event *ev;
	const struct where *where;
	struct culprit culprit;
	struct suspects suspects;
	struct operand op;		    /* of the instruction at fault, by the log */
	struct sentence_facts facts, basis; /* basis: what does not depend on the fault */
	const struct triage_pointer *pointer;
	const char *one_bit; /* from triage.h */
	struct vmt_report *report;
	bool explain;
	bool failed; /* memory ran out */
};

/* Returns p, and notes that memory ran out if that is NULL. */
void *judge_need(struct judge *j, void *p);

/* The log's strings live as long as the log: the report gets its own. NULL stays NULL. */
const char *judge_copy(struct judge *j, const char *s);

/* The architecture; if several machines wrote to the log, that of the one that crashed. */
const char *judge_arch(const struct judge *j);

/* judge_fill.c */
void judge_fill_machine(struct judge *j);
void judge_fill_events(struct judge *j);
void judge_fill_frames(struct judge *j);
void judge_fill_registers(struct judge *j);
void judge_fill_modules(struct judge *j);
void judge_set(struct judge *j, const char **field, const char *s);

/* judge_address.c: the fault and what is said about it. */
void judge_address(struct judge *j);

#endif
