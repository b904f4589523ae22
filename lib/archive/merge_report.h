/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report that a record of a batch stands for. */
#ifndef VMT_ARCHIVE_MERGE_REPORT_H
#define VMT_ARCHIVE_MERGE_REPORT_H

#include <jansson.h>

#include "base/alloc.h"
#include "base/err.h"

/*
 * All that a history keeps of a crash; what the record does not have is not known. A talloc child
 * of ctx, for talloc_free(). NULL: no memory.
 */
struct vmt_report *merge_report(TALLOC_CTX *ctx, const json_t *record);

#endif
