/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report of a crash as files beside its dump: vmtriage.txt and vmtriage.json. A log holds
 * secrets, a crash loop fills disks, and in some folders anybody may make files: so only into
 * folders that nobody but root and this user can change, only for the dump's owner, only a few MiB,
 * and never into the last free space.
 */
#ifndef VMTRIAGE_SIDECAR_H
#define VMTRIAGE_SIDECAR_H

#include <limits.h>
#include <stdbool.h>

#include "vmtriage.h"

struct sidecar {
	const char *place; /* the folder that crashes are kept in */
	const char *path;  /* of the dump or log, below the place */
	bool shared;	   /* the dump's folder holds other crashes, too */
};

/* The path of the text. false: the path is not below the place. */
bool sidecar_path(const struct sidecar *s, char *buf, size_t size);

/* Whether the report was written before, by its name alone. */
bool sidecar_exists(const struct sidecar *s);

/*
 * Writes both, by a temporary name, with the dump's owner, and readable by that one at most. An
 * older report is replaced. false: not both are there, which was complained about; where no file
 * can be (in pstore, in an archive) that is no complaint.
 */
bool sidecar_write(const struct sidecar *s, const struct vmt_report *report);

#endif
