/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What led to a report: its own instruction pointer, then a trace. */
#ifndef VMT_TRIAGE_TRAIL_H
#define VMT_TRIAGE_TRAIL_H

#include "triage/culprit.h"

struct trail {
	const struct oops_frame *ip; /* NULL: none */
	const struct oops_trace *trace;
	bool take_unreliable; /* it has no reliable frame */
};

/* Its frames, from the innermost. */
size_t trail_size(const struct trail *s);
const struct oops_frame *trail_at(const struct trail *s, size_t i);

/* Whether the frame counts: it has a name of its own, and is not just a stale word on the stack. */
bool trail_counts(const struct trail *s, const struct oops_frame *f);

/* BLAME_...: what the function is for. 0 for a module's own. */
unsigned trail_roles(const struct oops_frame *f);

/* A header's inline function is part of the function that it was compiled into. */
bool trail_is_header(const struct oops_frame *f);

/* Of a trace, which may be NULL. */
struct trail trail_of_trace(const struct oops_trace *t);

/* The same, after the event's own place, if it has one. */
struct trail trail_of_event(const struct oops_event *ev, const struct oops_trace *t);

/* The trace of the report itself; NULL: it has none. */
const struct oops_trace *trail_main(const struct oops_event *ev);

/* The function of a frame as the culprit. */
struct culprit trail_found(
	const struct trail *s, const struct oops_frame *f, enum culprit_basis basis);

/*
 * Whether the name contains a word that is typical of functions that only stop on behalf of others.
 */
bool trail_has_stop_word(const char *name);

/* Whether it only reports damage of the file system that its caller found, and may stop it. */
bool trail_reports_damage(const char *name);

/*
 * Inline functions of the kernel's headers (fortify-string.h, uaccess.h), which the compiler may
 * leave as functions of a module: no module can have its own ones by these names.
 */
bool trail_is_header_copy(const char *function);

/* Whether a frame from i on, before any of the kernel that does not only report, is the module's.
 */
bool trail_is_below(const struct trail *s, size_t i, const char *module);

/* The first frame from i on whose function has none of the roles. */
struct culprit trail_walk(const struct trail *s, size_t i, unsigned skip, enum culprit_basis first);

/* The index of a function in the stack; the size of the stack if it is not there. */
size_t trail_find(const struct trail *s, const char *function);

#endif
