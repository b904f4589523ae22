/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Follows the lines of one host: when a crash report begins, when it is complete, when it stops. */
#ifndef VMT_NETCONSOLE_WATCH_H
#define VMT_NETCONSOLE_WATCH_H

#include "oops/header.h"

/* Belongs to its user; all 0 at first. Times are nanoseconds since 1970. */
struct netconsole_watch {
	bool open;  /* a report was announced, and nobody was told yet */
	bool ended; /* its end mark was seen: it lacks nothing, but a panic may follow */
	bool final; /* nothing comes after what was seen */
	bool ends;  /* it should have an end mark */
	int64_t began, heard;
	/* Of this boot. */
	bool explained; /* a report says why it ends */
	bool shut_down; /* it is shut down on purpose */
};

/* Takes a line without its time stamp, decoded. */
void netconsole_watch_line(struct netconsole_watch *w, const struct oops_headers *headers,
	const char *line, size_t len, int64_t now);

/*
 * Whether the open report is to be judged now: it is complete, nothing more came for silence, or it
 * takes too long.
 */
bool netconsole_watch_is_due(const struct netconsole_watch *w, int64_t silence, int64_t now);

/* Another boot begins. */
void netconsole_watch_boot(struct netconsole_watch *w);

#endif
