/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The crashes that the files of one folder show, so that a log of one of them is not listed again.
 */
#ifndef VMT_ARCHIVE_TOLD_H
#define VMT_ARCHIVE_TOLD_H

#include "base/alloc.h"
#include "vmtriage.h"

struct told;

/* These fail only for lack of memory. */
int told_new(TALLOC_CTX *ctx, struct told **ret);
int told_add_dump(struct told *told, const struct vmt_report *dump, size_t id);
int told_add_log(struct told *told, const struct vmt_report *log, size_t id);

/*
 * Whether the log is about the event of a dump that was added: release, host and uptime agree as
 * far as both are known. Or about that of an added log: also the same crash, at a known time. *id
 * becomes that of the dump or log; of several, of the first that was added.
 */
bool told_has(const struct told *told, const struct vmt_report *log, size_t *id);

#endif
