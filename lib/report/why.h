/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the verdict is what it is, as text. */
#ifndef VMT_REPORT_WHY_H
#define VMT_REPORT_WHY_H

#include "report/page.h"
#include "vmtriage.h"

void why_put(struct page *p, const struct vmt_report *r);

#endif
