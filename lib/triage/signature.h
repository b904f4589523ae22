/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two crashes with one cause should have one signature, whatever the machine or build. */
#ifndef VMT_TRIAGE_SIGNATURE_H
#define VMT_TRIAGE_SIGNATURE_H

#include <talloc.h>

#include "triage/culprit.h"

/* Fills *sig; strings hang on ctx. Returns 0 or VMT_ERR_NOMEM. */
int signature_make(TALLOC_CTX *ctx, const struct oops_event *ev, const struct culprit *c,
	struct vmt_signature *sig, struct vmt_err *err);

#endif
