/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a file beside a crash begins: of which boot a log is, why a dump failed. */
#ifndef VMT_ARCHIVE_LOG_HEAD_H
#define VMT_ARCHIVE_LOG_HEAD_H

#include "base/alloc.h"
#include "vmtriage.h"

/* The first bytes of a file's unpacked contents, as a string; NULL: it cannot be read. */
char *log_head_read(TALLOC_CTX *ctx, const struct vmt_file *file);

/*
 * Whether the log is that of a capture kernel. The report's command line is that of the kernel that
 * crashed, if the log has it.
 */
bool log_head_is_capture(TALLOC_CTX *ctx, const struct vmt_file *file, const struct vmt_report *r);

#endif
