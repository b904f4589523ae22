/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the lines of a log say that happened: the journal's, and those of syslog. */
#ifndef VMT_TIMELINE_LOG_EVENTS_H
#define VMT_TIMELINE_LOG_EVENTS_H

#include "timeline/event_list.h"

struct log_event {
	int64_t at;
	const char *program; /* "CRON", "systemd", "kernel" */
	size_t program_len;
	bool is_init; /* the program is process 1, or the log does not say */
	const char *message;
	size_t len;
};

/* Adds what the line tells, if it is of the kernel, systemd, cron or logind. */
int log_events_add(struct event_list *list, const struct log_event *e, struct vmt_err *err);

/* A service: "backup@sda.service" counts as "backup@*.service". Other units are left out. */
int log_events_unit(struct event_list *list, const char *unit, size_t len, unsigned rank,
	int64_t at, struct vmt_err *err);

/* Lines of syslog, or of journalctl's short forms. */
int log_events_text(struct event_list *list, const struct event_clock *clock, const char *text,
	size_t len, struct vmt_err *err);

/* Lines of `journalctl -o json`. */
int log_events_json(struct event_list *list, const char *text, size_t len, struct vmt_err *err);

#endif
