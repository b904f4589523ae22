/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Crash reports that arrived are judged by a thread of their own, each in a worker process: the
 * verdict is printed, kept beside the log, remembered, and given to the hooks.
 */
#ifndef VMTRIAGE_LISTEN_JUDGE_H
#define VMTRIAGE_LISTEN_JUDGE_H

#include "common.h"
#include "hooks.h"
#include "listen_store.h"
#include "vmtriage.h"

struct listen_judge_options {
	const struct common *common;
	const struct hooks *hooks;
	struct listen_store *store;
};

struct listen_judge;

/* NULL: complained about. */
struct listen_judge *listen_judge_start(const struct listen_judge_options *opts);

struct listen_event {
	const struct vmt_netconsole_host *host;
	const char *name; /* the host's folder */
	enum vmt_heard what;
	const char *log; /* may be NULL */
	size_t len;
	int64_t now; /* nanoseconds since 1970 */
};

/* Copies all that it needs. */
void listen_judge_add(struct listen_judge *j, const struct listen_event *event);

/* How many crashes were found so far. */
uint64_t listen_judge_crashes(const struct listen_judge *j);

/* Waits until all is judged. */
void listen_judge_stop(struct listen_judge *j);

#endif
