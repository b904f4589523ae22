/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When packages were installed or upgraded. */
#ifndef VMT_TIMELINE_PACKAGES_H
#define VMT_TIMELINE_PACKAGES_H

#include "timeline/event_list.h"

/* An event of EVENT_PACKAGE with this rank is one change, named by its packages; rank 0: any. */
#define PACKAGES_CHANGE 1

/* apt's history.log. */
int packages_apt(struct event_list *list, const struct event_clock *clock, const char *text,
	size_t len, struct vmt_err *err);

/* dpkg.log, or dnf.rpm.log: a line for each package. */
int packages_lines(struct event_list *list, const struct event_clock *clock, const char *text,
	size_t len, struct vmt_err *err);

#endif
