/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stack as a picture in a page, and as a table. */
#ifndef VMT_REPORT_HTML_STACK_H
#define VMT_REPORT_HTML_STACK_H

#include "report/html_doc.h"

/*
 * A box for each frame, innermost first, in bands by context; the frame that the verdict blames is
 * marked. Equal frames in a row share a box.
 */
void html_stack_picture(struct html *h, const struct vmt_report *r);

/* All frames with addresses, folded. */
void html_stack_table(struct html *h, const struct vmt_report *r);

#endif
