/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The latest lines of one host, which a report is judged with. */
#ifndef VMT_NETCONSOLE_RECENT_H
#define VMT_NETCONSOLE_RECENT_H

#include <stdbool.h>

#include "base/alloc.h"

/*
 * Bytes that are kept: what came before a report tells of the machine; a report with the stacks of
 * many CPUs is long.
 */
#define NETCONSOLE_RECENT (64u << 10)
#define NETCONSOLE_RECENT_OPEN (512u << 10)

/* All 0 at first. */
struct netconsole_recent {
	char *text;
	size_t len, size;
	bool cut; /* a report was too long: its last lines are left out */
};

/*
 * Adds complete lines. open: a report has begun, and its beginning must stay. Without memory they
 * are left out. *total: bytes of all these buffers.
 */
void netconsole_recent_add(struct netconsole_recent *r, TALLOC_CTX *ctx, const char *lines,
	size_t len, bool open, size_t *total);

/* Frees the text, and takes its size off *total. */
void netconsole_recent_clear(struct netconsole_recent *r, size_t *total);

#endif
