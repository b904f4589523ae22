/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Code that memory and its file disagree about, and modules that were replaced, in words. */
#ifndef VMT_TRIAGE_DAMAGE_H
#define VMT_TRIAGE_DAMAGE_H

#include "base/alloc.h"
#include "base/err.h"
#include "vmtriage.h"

/*
 * Adds report->code_differences to the verdict: as evidence, advice and caution. The stack is then
 * a victim's. A module that is not the one on disk becomes evidence, if it is the culprit's.
 */
int damage_tell(TALLOC_CTX *ctx, struct vmt_report *report, struct vmt_err *err);

#endif
