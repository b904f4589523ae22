/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judgement: from what the log (and memory) say to who, where and what. */
#ifndef VMT_TRIAGE_TRIAGE_H
#define VMT_TRIAGE_TRIAGE_H

#include "base/alloc.h"
#include "base/diag.h"
#include "oops/event.h"
#include "oops/oom.h"
#include "where/where.h"

/* What memory shows of the pointer that a fault went through; NULL: not known. */
struct triage_pointer {
	const char *type, *member; /* that it should point to: "struct foo", "a.b[2]" */
	struct vmt_u64 member_offset;
	const char *expression; /* the pointer in C: "host->stats" */
	unsigned argument;	/* which argument of the function it is; 0: none */
	struct vmt_u64 value;
	const char *how;       /* a sentence: how all of this is known */
	const char *container; /* a sentence: how the struct around an argument is known */
	const char *source;    /* a sentence: where in memory the pointer was */
	const char *cache;     /* the slab cache of the object that it was in, if it is certain */
	bool freed, overrun;   /* that object is free; it was written over from the one before it */
	const char *insn,
		*reg; /* by memory, for a log without code: the instruction, its register */
	struct vmt_u64 in_reg; /* the value in it */
};

/* A judgement that can be judged again. */
struct judge;

/* The facts to judge. */
struct triage_facts {
	const struct oops_log *log; /* required */
	size_t death;		    /* which death in the log, 1 is the oldest; 0: the newest */
	/*
	 * Callers, innermost first, in place of the judged event's own trace; NULL: use the log's.
	 */
	const struct vmt_frame *callers;
	size_t n_callers;
	/*
	 * The event found in memory (triage/witness.h), judged in place of the log's events; NULL:
	 * none.
	 */
	const struct oops_event *witnessed;
	const struct oops_memory *memory;     /* who holds it, by the dump; NULL: not asked */
	const struct triage_pointer *pointer; /* NULL: nothing is known */
	const char *one_bit; /* a sentence: how memory shows one wrong bit; NULL: it does not */
	const struct where *where; /* where functions are defined; NULL: not known */
	bool explain;		   /* report->explanation is wanted */
	const char *dump_advice;   /* about a dump that kdump could not save; NULL: none failed */
	struct judge **kept;	   /* for triage_judge_pointer(); NULL if not wanted */
};

/*
 * Fills in what a judgement adds to report: verdict, events, crash (cpu, task, context, uptime, and
 * time if the log has it), frames, registers, fault, modules, signature, and facts about the kernel
 * and the machine that the log states and report does not have yet. All memory is allocated from
 * ctx. If the log has no crash, verdict.kind stays NULL, and *kept is not set.
 */
int triage_judge(TALLOC_CTX *ctx, const struct triage_facts *facts, struct vmt_report *report,
	struct vmt_err *err);

/*
 * Judges again what depends on the fault's pointer, in the report of that judgement. The log must
 * still be there. pointer and one_bit as in struct triage_facts.
 */
int triage_judge_pointer(struct judge *kept, const struct triage_pointer *pointer,
	const char *one_bit, struct vmt_err *err);

#endif
