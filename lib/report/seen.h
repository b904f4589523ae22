/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a history holds of the crash of a report. */
#ifndef VMT_REPORT_SEEN_H
#define VMT_REPORT_SEEN_H

#include "base/alloc.h"
#include "report/json_stream.h"
#include "vmtriage.h"

/*
 * "4 times since 2026-10-12, on 3 hosts, always on 6.1.0-55 with vhba 7.3.1". NULL: no memory.
 * report->seen is set.
 */
char *seen_text(TALLOC_CTX *ctx, const struct vmt_report *report);

/* null for NULL */
void seen_put(struct json_stream *j, const char *key, const struct vmt_seen *seen);

#endif
