/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two crashes with the same cause should have the same signature, on any machine and build. */
#ifndef VMT_TRIAGE_SIGNATURE_H
#define VMT_TRIAGE_SIGNATURE_H

#include "base/alloc.h"
#include "triage/culprit.h"

/* Fills *sig; its strings are allocated from ctx. Returns 0 or VMT_ERR_NOMEM. */
int signature_make(TALLOC_CTX *ctx, const struct oops_event *ev, const struct culprit *c,
	struct vmt_signature *sig, struct vmt_err *err);

#endif
