/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers for people: the same in every locale and time zone. Talloc children of ctx. */
#ifndef VMT_REPORT_UNITS_H
#define VMT_REPORT_UNITS_H

#include "base/alloc.h"
#include "base/err.h"

/* Nanoseconds since 1970: "2026-11-20T23:25:12.345678Z"; without a fraction where it is zero. */
char *units_rfc3339(TALLOC_CTX *ctx, int64_t unix_ns);

/* "2026-11-20 23:25:12" (UTC, without saying so). */
char *units_time(TALLOC_CTX *ctx, int64_t unix_ns);

char *units_minute(TALLOC_CTX *ctx, int64_t unix_ns); /* "2026-11-20 23:25" */
char *units_day(TALLOC_CTX *ctx, int64_t unix_ns);    /* "2026-11-20" */

/* "2.534 s", "3 min 20 s", "4 d 2 h": two units are enough above a minute. */
char *units_duration(TALLOC_CTX *ctx, int64_t ns);

/* "812 bytes", "15.8 MiB". */
char *units_bytes(TALLOC_CTX *ctx, uint64_t bytes);

#endif
