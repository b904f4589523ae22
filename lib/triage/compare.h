/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether two reports are about one crash, or about one bug. */
#ifndef VMT_TRIAGE_COMPARE_H
#define VMT_TRIAGE_COMPARE_H

#include <talloc.h>

#include "base/err.h"

/*
 * Fills *ret for the pair; its strings are from ctx, or constant, or of the reports, which must
 * outlive it. Returns 0 or VMT_ERR_NOMEM.
 */
int compare_reports(TALLOC_CTX *ctx, const struct vmt_report *a, const struct vmt_report *b,
	struct vmt_comparison *ret, struct vmt_err *err);

#endif
