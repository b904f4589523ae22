/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would show more of such a crash, which fact the report lacks, and whom to tell. */
#ifndef VMT_TRIAGE_HINT_H
#define VMT_TRIAGE_HINT_H

#include "base/alloc.h"
#include "oops/kind.h"

/*
 * The functions with *ret set it to a sentence, from ctx or constant, or to NULL if there is none.
 * They return 0 or VMT_ERR_NOMEM.
 */

/* An option of the kernel or a kernel built with a check, by the kind and by what memory shows. */
int hint_debug(TALLOC_CTX *ctx, const struct vmt_report *r, const struct oops_kind *kind,
	const char **ret, struct vmt_err *err);

/* A fact that a text lacks, and how to get it; NULL: none. */
const char *hint_missing(const struct vmt_report *r, const struct oops_kind *kind);

/* What comes before the command that searches for the fix. */
#define HINT_FIXES "Search newer releases for the fix: "

/* The command that searches for the fix; for code that is to blame. */
int hint_fixes(TALLOC_CTX *ctx, const struct vmt_report *r, const struct oops_kind *kind,
	const char **ret, struct vmt_err *err);

/* The mailing list and the tracker of report->maintainers. */
int hint_tracker(TALLOC_CTX *ctx, const struct vmt_report *r, const struct oops_kind *kind,
	const char **ret, struct vmt_err *err);

#endif
