/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list shows of a crash, in one piece of memory: see vmt_options.brief. */
#ifndef VMT_ARCHIVE_SLIM_H
#define VMT_ARCHIVE_SLIM_H

#include "base/alloc.h"
#include "vmtriage.h"

/* A copy that does not depend on the report; NULL: no memory. */
struct vmt_report *slim_copy(TALLOC_CTX *ctx, const struct vmt_report *full);

#endif
