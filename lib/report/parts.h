/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts that the short and the complete text have in common; each is empty where it has nothing. */
#ifndef VMT_REPORT_PARTS_H
#define VMT_REPORT_PARTS_H

#include "report/page.h"

/* The headline, and how far to trust it. */
void parts_put_verdict(struct page *p, const struct vmt_report *r);

/* A label, and what is known. */
void parts_put_row(struct page *p, const char *label, const char *text);

/* With a title. */
void parts_put_events(struct page *p, const struct vmt_report *r);

/* Puts the section of --explain, if the report has an explanation. */
void parts_put_why(struct page *p, const struct vmt_report *r);

/* Without a title. */
void parts_put_maintainers(struct page *p, const struct vmt_report *r);

/* All other parts of the complete text. */
void parts_put_all(struct page *p, const struct vmt_report *r);

#endif
