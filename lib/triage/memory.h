/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compares the stack in memory with the call trace in the log. Memory is complete where the console
 * was cut, and it has no stale words. The log is what the kernel itself saw at that moment.
 */
#ifndef VMT_TRIAGE_MEMORY_H
#define VMT_TRIAGE_MEMORY_H

#include "base/alloc.h"
#include "base/err.h"

enum memory_match {
	MEMORY_OTHER,	/* the stack is not the one that the log shows */
	MEMORY_SAME,	/* every reliable frame of the log is there, in order */
	MEMORY_LONGER,	/* the same, and memory continues after the end of the log */
	MEMORY_BETTER,	/* the same, but the log's frames are only guesses: judge by memory */
	MEMORY_ONLY,	/* the log shows no trace */
	MEMORY_DIFFERS, /* they begin alike, then differ */
};

/*
 * Compares the log's frames with a stack from memory. *from is the first frame of the stack that
 * belongs to the crash: the frames before it made the report. On MEMORY_DIFFERS, *at is the log's
 * first frame that memory does not have.
 */
enum memory_match memory_compare(const struct vmt_frame *log, size_t n_log,
	const struct vmt_frame *stack, size_t n_stack, size_t *from, size_t *at);

/*
 * Copies contexts that only the log shows ("softirq" on the hard interrupts' stack) to the same
 * frames from memory.
 */
void memory_take_contexts(
	struct vmt_frame *stack, size_t n_stack, const struct vmt_frame *log, size_t n_log);

/* A stack from memory. */
struct memory_stack {
	struct vmt_frame *frames;
	size_t n;
	bool whole;	 /* it was unwound to its end */
	const char *who; /* "CPU 0", "task 123" */
	/*
	 * The result of the comparison before the report was judged by this stack; MEMORY_OTHER: it
	 * was not.
	 */
	enum memory_match before;
};

/*
 * Puts the stack into the report in place of the log's frames if it is the same stack and more
 * complete, and adds the result to the evidence. Does nothing on MEMORY_OTHER.
 */
int memory_join(TALLOC_CTX *ctx, const struct memory_stack *stack, struct vmt_report *report,
	enum memory_match *match, struct vmt_err *err);

#endif
