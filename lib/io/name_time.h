/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time of a crash in the name of its folder or file, as services that save crashes give it. */
#ifndef VMT_IO_NAME_TIME_H
#define VMT_IO_NAME_TIME_H

#include "base/alloc.h"
#include "vmtriage.h"

/*
 * Of the last part of the path that has one: *text as it stands, a talloc child of ctx, and *local
 * as if its zone, the machine's, were UTC. False: none has, or there is no memory.
 */
bool name_time_find(TALLOC_CTX *ctx, const char *path, const char **text, struct vmt_time *local);

/*
 * The host, by name or address, that kdump puts before the time where it saves to another machine:
 * "10.0.0.5-2026-11-20-23:25:01". A talloc child of ctx. NULL: none is named, or it is this
 * machine's own address, or there is no memory.
 */
char *name_time_host(TALLOC_CTX *ctx, const char *path);

#endif
