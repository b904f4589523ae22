/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether two reports are about one crash, or about one bug. */
#ifndef VMT_TRIAGE_COMPARE_H
#define VMT_TRIAGE_COMPARE_H

#include "vmtriage.h"

/* Fills *ret for the pair. Its strings are constant, or of the reports, which must outlive it. */
void compare_reports(
	const struct vmt_report *a, const struct vmt_report *b, struct vmt_comparison *ret);

#endif
