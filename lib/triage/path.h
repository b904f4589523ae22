/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel was doing, determined by the functions on the stack. */
#ifndef VMT_TRIAGE_PATH_H
#define VMT_TRIAGE_PATH_H

#include "triage/culprit.h"

/* The word for the path, and in *by the function that determined it; NULL: not known. */
const char *path_find(const struct oops_event *ev, const struct culprit *c, const char **by);

/* The execution context: "task", "softirq", "hardirq", "nmi", "idle"; NULL: not known. */
const char *path_context(const struct oops_event *ev, const struct oops_trace *t);

/* A walk along a trace. Initialize trace, and leave the rest zero. */
struct path_walk {
	const struct oops_trace *trace;
	size_t upto; /* irq is the context of the interrupt frames before this one */
	const char *irq;
};

/* The context of one frame of a trace. Ask for the frames in order. */
const char *path_frame_context(struct path_walk *walk, size_t i);

/*
 * Frames on the hard interrupts' stack that ran for a soft interrupt get that context: the ones
 * that its dispatcher called, unless a hard interrupt came in between.
 */
void path_mark_softirqs(struct vmt_frame *frames, size_t n);

/* The ids of the table's rows, in order; NULL past the last one. For tests that walk the table. */
const char *path_rule(size_t i);

/* The words for the path in a sentence: "receive path". */
const char *path_words(const char *path);

#endif
