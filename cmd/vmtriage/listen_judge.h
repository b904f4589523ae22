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

/* Takes an event of a host; copies all that it needs. name: the host's folder. */
void listen_judge_add(struct listen_judge *j, const struct vmt_netconsole_host *host,
	const char *name, enum vmt_heard what, const char *log, size_t len, int64_t now);

uint64_t listen_judge_crashes(const struct listen_judge *j);

/* Waits until all is judged. */
void listen_judge_stop(struct listen_judge *j);

#endif
