/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converts frames of the report to the form that the judgement uses. */
#ifndef VMT_TRIAGE_TRACE_H
#define VMT_TRIAGE_TRACE_H

#include "oops/event.h"

/* A frame of the report as one of a log; strings are the report's. */
struct oops_frame trace_frame(const struct vmt_frame *frame);

/* A main trace made of these frames. The strings are borrowed. NULL: no memory. */
struct oops_trace *trace_make(TALLOC_CTX *ctx, const struct vmt_frame *frames, size_t n);

#endif
