/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The events of a log in words: of which boot and host, and when. NULL: no memory, unless said. */
#ifndef VMT_REPORT_EVENTS_H
#define VMT_REPORT_EVENTS_H

#include "base/alloc.h"
#include "base/err.h"

/* How many deaths the log tells of, and which is judged; NULL: one at most. */
char *events_deaths(TALLOC_CTX *ctx, const struct vmt_report *r);

/* A single event would only repeat the headline. */
bool events_are_news(const struct vmt_report *r);

/* Whether the events are of several boots or hosts: what events_text() must say. */
struct events_spread {
	bool boots, hosts;
};
struct events_spread events_spread(const struct vmt_report *r);

/* "BUG: ... (fatal, boot 1, web7, Nov 20 23:25:56)" */
char *events_text(TALLOC_CTX *ctx, struct events_spread spread, const struct vmt_event *e);

#endif
