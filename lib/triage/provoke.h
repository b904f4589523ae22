/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How to see a crash again, and to see more of it then. */
#ifndef VMT_TRIAGE_PROVOKE_H
#define VMT_TRIAGE_PROVOKE_H

#include "base/alloc.h"
#include "base/err.h"

/*
 * Adds to report->verdict.next: commands that put load on the code path of the crash, for the
 * device that report->devices names; the setting that makes the next stall leave a dump; and the
 * hints of hint.h. All strings are from ctx or constant. Returns 0 or VMT_ERR_NOMEM.
 */
int provoke_add(TALLOC_CTX *ctx, struct vmt_report *report, struct vmt_err *err);

#endif
