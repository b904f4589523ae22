/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stack frames and registers on a page. */
#ifndef VMT_REPORT_FRAMES_H
#define VMT_REPORT_FRAMES_H

#include "report/page.h"

/*
 * One line per frame, innermost first. A context is named where it begins; unreliable frames are
 * faint. The frame that the verdict of blamed_in (NULL: none) blames is marked.
 */
void frames_put(struct page *p, const struct vmt_frame *frames, size_t n,
	const struct vmt_report *blamed_in);

/* As many per line as fit. */
void frames_put_registers(struct page *p, const struct vmt_register *regs, size_t n);

#endif
