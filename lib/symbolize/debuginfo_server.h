/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Debuginfo from servers (debuginfod), into the cache that all debuginfod clients share. */
#ifndef VMT_SYMBOLIZE_DEBUGINFO_SERVER_H
#define VMT_SYMBOLIZE_DEBUGINFO_SERVER_H

#include "base/alloc.h"
#include "base/err.h"

/*
 * *ret is the path of the file with the debuginfo for a build-id, a talloc child of ctx, or NULL if
 * no server has it. Fails if no server could be asked: it does not answer, or the client library is
 * not installed. May take long: up to DEBUGINFOD_TIMEOUT without progress.
 */
int debuginfo_fetch(TALLOC_CTX *ctx, const char *build_id, const char **ret, struct vmt_err *err);

#endif
