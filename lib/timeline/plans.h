/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When jobs were due by the machine's configuration: crontabs, timers of systemd, jobs of at. */
#ifndef VMT_TIMELINE_PLANS_H
#define VMT_TIMELINE_PLANS_H

#include "timeline/event_list.h"

/* The time to compute. Boots are those of the list. */
struct plan_span {
	const struct zone *zone;
	int64_t first, last;
};

/* system: lines name a user, as in /etc/crontab. */
int plans_crontab(struct event_list *list, const struct plan_span *span, bool system,
	const char *text, size_t len, struct vmt_err *err);

/*
 * A file of at's spool folder. Only jobs that have not run to their end are there: the one that ran
 * when the machine died, and those that are due later.
 */
int plans_at(struct event_list *list, const struct plan_span *span, const char *name,
	const char *text, size_t len, struct vmt_err *err);

/*
 * NAME.timer, whose drop-ins follow it in the text. name is without the path. Only OnCalendar=,
 * OnBootSec= and OnStartupSec= are known beforehand; by AccuracySec= and RandomizedDelaySec= it may
 * happen later.
 */
int plans_timer(struct event_list *list, const struct plan_span *span, const char *name,
	const char *text, size_t len, struct vmt_err *err);

#endif
