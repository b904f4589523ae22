/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Crashes over time, as pictures in a page. */
#ifndef VMT_ARCHIVE_LIST_HTML_CHARTS_H
#define VMT_ARCHIVE_LIST_HTML_CHARTS_H

#include "archive/list_counts.h"
#include "report/html_doc.h"

/* The time from the first crash to the last one; zeros: no time is known. */
struct span charts_span(const struct vmt_list *list);

/* A column for each day, or for a number of days. */
void charts_put_time(struct html *h, const struct vmt_list *list, const struct span *span);

/* A column for each hour or weekday. */
void charts_put_clock(struct html *h, const struct breakdown *b, const char *title);

/* A mark for each crash of a group, on a line that is the same for all groups. */
void charts_put_strip(struct html *h, const struct list_group *g, const struct span *span);

/* A bar beside a number; most: the largest number. */
void charts_put_bar(struct html *h, size_t n, size_t most);

#endif
