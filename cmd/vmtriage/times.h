/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times as people give them to journalctl. */
#ifndef VMTRIAGE_TIMES_H
#define VMTRIAGE_TIMES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads "2026-11-20", "2026-11-20 23:25:12.5", "2026-11-20T23:25:12Z", "23:25", "now", "today",
 * "yesterday", "tomorrow", "2 hours ago", "-1h 30min", "+5min", "@1763680000". Without a zone ("Z",
 * "UTC", "+01:00") a time is UTC, as vmtriage prints it. now and *ret are nanoseconds since 1970.
 * False: it is no time.
 */
bool times_parse(const char *text, int64_t now, int64_t *ret);

#endif
