/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which crashes the files of one folder show, so that a log of one of them is not told again. */
#ifndef VMT_ARCHIVE_TOLD_H
#define VMT_ARCHIVE_TOLD_H

#include <talloc.h>

#include "vmtriage.h"

struct told;

/* Functions fail for lack of memory only. */
int told_new(TALLOC_CTX *ctx, struct told **ret);
int told_add_dump(struct told *told, const struct vmt_report *dump);
int told_add_log(struct told *told, const struct vmt_report *log);

/*
 * Whether the log is of the event of a dump: what both know of the kernel, the host and how long
 * it had run agrees. Or of a log that was added: it shows the same crash, at a time that both know.
 */
bool told_has(const struct told *told, const struct vmt_report *log);

#endif
