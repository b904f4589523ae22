/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stack in memory held against the log's call trace. Memory is whole where the console was cut
 * and marks no stale words; the log is what the kernel itself saw at that moment.
 */
#ifndef VMT_TRIAGE_MEMORY_H
#define VMT_TRIAGE_MEMORY_H

#include <talloc.h>

#include "base/err.h"

enum memory_match {
	MEMORY_OTHER,	/* the stack is not the one that the log shows */
	MEMORY_SAME,	/* every reliable frame of the log is there, in order */
	MEMORY_LONGER,	/* the same, and memory goes on where the log ends */
	MEMORY_BETTER,	/* the same, where the log's frames are but guesses: judge by memory's */
	MEMORY_ONLY,	/* the log shows none at all */
	MEMORY_DIFFERS, /* they begin alike, and part */
};

/*
 * Compares the log's frames with a stack from memory. *from is the first frame of the stack that
 * belongs to the crash: what lies before it made the report. On MEMORY_DIFFERS *at is the log's
 * first frame that memory does not have.
 */
enum memory_match memory_compare(const struct vmt_frame *log, size_t n_log,
	const struct vmt_frame *stack, size_t n_stack, size_t *from, size_t *at);

/*
 * Puts contexts that only the log tells ("softirq" on the hard interrupt's stack) on the frames
 * from memory that are the same.
 */
void memory_take_contexts(
	struct vmt_frame *stack, size_t n_stack, const struct vmt_frame *log, size_t n_log);

/* A stack from memory. */
struct memory_stack {
	struct vmt_frame *frames;
	size_t n;
	bool whole;	 /* it was followed to its end */
	const char *who; /* "CPU 0", "task 123" */
	/* What it was found to be before the report was judged by it; MEMORY_OTHER: it was not. */
	enum memory_match before;
};

/*
 * Puts the stack into the report in place of the log's frames, where it is the same stack and the
 * better account, and adds what was seen to the evidence. Does nothing on MEMORY_OTHER.
 */
int memory_join(TALLOC_CTX *ctx, const struct memory_stack *stack, struct vmt_report *report,
	enum memory_match *match, struct vmt_err *err);

#endif
