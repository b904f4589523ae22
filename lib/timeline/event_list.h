/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happened on a machine, and when: seconds since 1970, UTC. */
#ifndef VMT_TIMELINE_EVENT_LIST_H
#define VMT_TIMELINE_EVENT_LIST_H

#include "base/alloc.h"
#include "base/err.h"
#include "timeline/zone.h"

enum event_source {
	EVENT_UNIT,    /* systemd's own messages */
	EVENT_CRON,    /* cron's or anacron's messages */
	EVENT_KERNEL,  /* lines of the kernel's log */
	EVENT_TIMER,   /* computed from timers */
	EVENT_CRONTAB, /* computed from crontabs */
	EVENT_AT,      /* jobs of at(1) that are still there */
	EVENT_LOGIN,
	EVENT_PACKAGE,
	EVENT_SYSSTAT, /* samples, which are no events */
	EVENT_SOURCES,
};

/* Events with one name. */
struct event_kind {
	enum event_source source;
	/*
	 * Several sources may have the same event. 0: what began, as it was logged; 1: that it was
	 * done, which may be much later; 2: when it was due.
	 */
	unsigned rank;
	const char *name;
	int64_t slack; /* seconds that it may happen later than its times say: the most there are */
	int64_t *times; /* sorted once event_list_sort() was called */
	size_t n;
};

enum event_mark { MARK_BOOT, MARK_SHUTDOWN };

struct event_marks {
	struct {
		int64_t at;
		enum event_mark mark;
	} * items;
	size_t n;
};

/* What a source has records of. */
struct event_span {
	bool known;
	int64_t first, last;
};

struct event_list {
	struct event_kind *kinds;
	size_t n;
	size_t n_times; /* in all */
	struct event_marks marks;
	struct event_span spans[EVENT_SOURCES];
	bool full; /* there were more than fit */
	uint32_t *buckets, *next;
};

/* How the stamps of a text are to be read. */
struct event_clock {
	const struct zone *zone; /* of stamps that name none */
	int64_t latest;		 /* when the text ends, UTC, for stamps without a year */
};

/* An empty list; a talloc child of ctx. */
int event_list_new(TALLOC_CTX *ctx, struct event_list **ret, struct vmt_err *err);

/* What does not fit is left out, and sets full. */
int event_list_add(struct event_list *list, const struct event_kind *kind, size_t name_len,
	int64_t at, struct vmt_err *err);

/* Records that this happened at a time, in seconds since 1970. */
int event_list_mark(struct event_list *list, enum event_mark mark, int64_t at, struct vmt_err *err);

/* A record of this source, whatever it says. */
void event_list_saw(struct event_list *list, enum event_source source, int64_t at);

/* Sorts the times of each kind, and leaves each event once, of which several logs tell. */
void event_list_sort(struct event_list *list);

#endif
