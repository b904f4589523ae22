/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report as one screen of a terminal: what happened, what to do, and the strongest evidence. */
#ifndef VMT_REPORT_BRIEF_H
#define VMT_REPORT_BRIEF_H

#include "report/page.h"

/* height: rows of the screen; 0: 25. A smaller screen, or a narrow one, has to scroll. */
void brief_put(struct page *p, const struct vmt_report *r, size_t height);

#endif
