/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hung task waits for and who holds it, in words and as a suspect. */
#ifndef VMT_TRIAGE_HOLDER_H
#define VMT_TRIAGE_HOLDER_H

#include "base/alloc.h"
#include "base/err.h"
#include "where/where.h"
#include "vmtriage.h"

/* "the mutex vhba_lock [vhba], held by udevd (pid 311)". NULL: no memory. */
const char *holder_words(TALLOC_CTX *ctx, const struct vmt_wait *wait);

/* Finds the first function that does more than wait: sets function and module of w. */
int holder_find_place(TALLOC_CTX *ctx, struct vmt_waiter *w, struct vmt_err *err);

/*
 * Adds report->waits to the headline, the evidence and the advice of the verdict, and the last
 * holder's function to the suspects, after the culprit. where may be NULL.
 */
int holder_tell(
	TALLOC_CTX *ctx, struct vmt_report *report, const struct where *where, struct vmt_err *err);

#endif
