/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stack frames and registers on a page. */
#ifndef VMT_REPORT_FRAMES_H
#define VMT_REPORT_FRAMES_H

#include "report/page.h"

/*
 * One line per frame, innermost first. A context is named where it begins; unreliable frames are
 * faint; equal frames in a row (a function that calls itself) share a line. The frame that the
 * verdict of blamed_in (NULL: none) blames is marked. At most max lines; 0: all.
 */
void frames_put(struct page *p, const struct vmt_frame *frames, size_t n,
	const struct vmt_report *blamed_in, size_t max);

/*
 * The frames that matter most, in about room lines: the innermost ones, and those around the blamed
 * one. Guesses are left out. label comes before the first. Returns how many frames are not shown.
 */
size_t frames_put_short(
	struct page *p, const char *label, const struct vmt_report *r, unsigned room);

/* Whether two frames in a row can share a line. */
bool frames_equal(const struct vmt_frame *a, const struct vmt_frame *b);

/* As many per line as fit. */
void frames_put_registers(struct page *p, const struct vmt_register *regs, size_t n);

#endif
