/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A time zone, read here because the C library has only one for the whole process: a file of
 * zoneinfo (RFC 9636), or the text of a rule as POSIX has it in TZ.
 */
#ifndef VMT_TIMELINE_ZONE_H
#define VMT_TIMELINE_ZONE_H

#include "base/alloc.h"
#include "base/err.h"

struct zone;

/* VMT_ERR_FORMAT: it is none. */
int zone_read(
	TALLOC_CTX *ctx, const void *data, size_t len, struct zone **ret, struct vmt_err *err);

/* "CET-1CEST,M3.5.0,M10.5.0/3". VMT_ERR_FORMAT: it is none. */
int zone_parse(TALLOC_CTX *ctx, const char *text, struct zone **ret, struct vmt_err *err);

/* Seconds east of UTC at a time since 1970, UTC. A zone that is NULL is UTC. */
int64_t zone_offset(const struct zone *zone, int64_t utc);

/*
 * The times, UTC, at which the clocks show these local seconds since 1970: none in the hour that is
 * left out in spring, two in the one that comes twice in autumn.
 */
size_t zone_to_utc(const struct zone *zone, int64_t local, int64_t ret[2]);

#endif
