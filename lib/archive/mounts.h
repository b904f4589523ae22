/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which file systems are mounted where: a walk must not enter those that have no end, or may hang.
 */
#ifndef VMT_ARCHIVE_MOUNTS_H
#define VMT_ARCHIVE_MOUNTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/alloc.h"

enum mount_kind {
	MOUNT_PLAIN,  /* of a disk or in memory, or unknown */
	MOUNT_KERNEL, /* made up by the kernel or a daemon: proc, sysfs, cgroup, autofs, ... */
};

struct mounts;

/* Reads /proc/self/mountinfo; without it, all file systems are plain. NULL: no memory. */
struct mounts *mounts_read(TALLOC_CTX *ctx);

/* The kind of a device, as in struct stat. *type: the name of the kernel's file system. */
enum mount_kind mounts_kind(const struct mounts *mounts, dev_t dev, const char **type);

/* Whether something is mounted on the absolute path, which is not looked at. */
bool mounts_has_point(const struct mounts *mounts, const char *path, enum mount_kind *kind);

#endif
