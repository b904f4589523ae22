/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The crashes of a machine, when it was up, and what of its events counts. */
#ifndef VMT_ARCHIVE_TIMELINE_H
#define VMT_ARCHIVE_TIMELINE_H

#include "archive/machine_files.h"
#include "base/alloc.h"
#include "timeline/statistics.h"

/* Seconds before a crash in which events are named; a timer that may elapse later has more. */
#define TIMELINE_NEAR 900

/*
 * Seconds. A crash so soon after another one, in the same boot, may be its consequence, as in a
 * report. The slowest console prints the report of the first one meanwhile, and no machine boots.
 */
#define TIMELINE_FOLLOWS 10

struct timeline_crash {
	const struct vmt_list_entry *entry;
	int64_t at;
	struct vmt_time uptime;
	bool repeated;
	const char *known_by; /* one of timeline_ways; NULL: it is not known to be of the machine */
};

struct timeline_crashes {
	struct timeline_crash *items; /* the oldest first */
	size_t n;
	size_t undated, other_hosts, repeated, unproven;
};

enum timeline_owner { OWNER_UNKNOWN, OWNER_THIS, OWNER_OTHER };

/* How a crash is known to be of the machine. */
enum timeline_way { WAY_HOST, WAY_FOLDER, WAY_HARDWARE, TIMELINE_WAYS };

extern const char *const timeline_ways[TIMELINE_WAYS];

/* Whose crash this is. *how: if it is of this machine, one of timeline_ways; else NULL. */
enum timeline_owner timeline_owner(
	const struct machine_files *m, const struct vmt_list_entry *e, const char **how);

/*
 * The crashes of the list that are of this machine and have a time, sorted by it; items is a talloc
 * child of ctx. The others are counted.
 * claimed: the caller says that the files are of the machine that crashed.
 */
int timeline_crashes(TALLOC_CTX *ctx, const struct vmt_list *list, const struct machine_files *m,
	bool claimed, struct timeline_crashes *ret, struct vmt_err *err);

struct timeline_up {
	struct moments *spans;
	size_t n;
	bool known; /* boots are known */
	/* After a crash until ten minutes after the reboot: what happens then follows from it. */
	struct moments *after;
	size_t n_after;
};

/* observed: the time that anything is known about. */
int timeline_up(TALLOC_CTX *ctx, const struct event_list *list,
	const struct timeline_crashes *crashes, const struct moments *observed,
	struct timeline_up *ret, struct vmt_err *err);

/* Leaves those events that happened while the machine was up, and not because of a crash. */
void timeline_leave_out(struct event_list *list, const struct timeline_up *up);

#endif
