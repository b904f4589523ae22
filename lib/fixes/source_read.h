/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The readers of texts that tell fixes: one for each form. Each reads to the end of its input. */
#ifndef VMT_FIXES_SOURCE_READ_H
#define VMT_FIXES_SOURCE_READ_H

#include "fixes/source_draft.h"
#include "fixes/source_input.h"

/* Returns 0, a negative code, or what the taker or the progress returned. */
typedef int (*fix_reader)(struct fix_input *in, struct fix_reading *r, struct vmt_err *err);

/* changelog.gz of a Debian or Ubuntu package. */
int source_debian_read(struct fix_input *in, struct fix_reading *r, struct vmt_err *err);

/* `rpm -q --changelog`, of any distribution. */
int source_rpm_read(struct fix_input *in, struct fix_reading *r, struct vmt_err *err);

/* kernel.org's ChangeLog-X.Y.Z, or `git log`, also with --name-only. */
int source_gitlog_read(struct fix_input *in, struct fix_reading *r, struct vmt_err *err);

/* Records of JSON, one in a line: id, subject, body, files, fix, fixes, branches, mainline. */
int source_records_read(struct fix_input *in, struct fix_reading *r, struct vmt_err *err);

/* The ChangeLog or the release notes of a driver: lists below lines with a version. */
int source_vendor_read(struct fix_input *in, struct fix_reading *r, struct vmt_err *err);

/* Counts a line, and reports the progress now and then. Other than 0 ends the reading. */
int source_step(const struct fix_input *in, struct fix_reading *r, uint64_t *lines);

#endif
