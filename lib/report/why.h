/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the verdict is what it is, as text. */
#ifndef VMT_REPORT_WHY_H
#define VMT_REPORT_WHY_H

#include "report/page.h"
#include "vmtriage.h"

/* Puts the rules that made the verdict, and the runners-up. r->explanation is not NULL. */
void why_put(struct page *p, const struct vmt_report *r);

#endif
