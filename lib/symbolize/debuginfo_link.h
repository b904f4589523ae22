/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that name others: .gnu_debuglink in stripped files, .gnu_debugaltlink after dwz. */
#ifndef VMT_SYMBOLIZE_DEBUGINFO_LINK_H
#define VMT_SYMBOLIZE_DEBUGINFO_LINK_H

#include "symbolize/debuginfo_file.h"

#define DEBUGINFO_LINK_PATHS 3

/* Where the debuginfo of a stripped file may be, and its checksum. */
struct debuginfo_link {
	const char *paths[DEBUGINFO_LINK_PATHS];
	size_t n; /* 0: the file names none */
	uint32_t crc;
};

/*
 * Where gdb and elfutils would look; the paths are talloc children of ctx. root is the prefix of
 * the system's own folders.
 */
int debuginfo_link_paths(TALLOC_CTX *ctx, const struct debuginfo_file *file, const char *root,
	struct debuginfo_link *ret, struct vmt_err *err);

/* Whether a file has this checksum. Reads all of it. */
bool debuginfo_link_fits(const char *path, uint32_t crc);

/*
 * Opens the file to which dwz moved parts of this one, checks its build-id, and gives it to libdw.
 * Not to find it is no error: those parts are then missing.
 */
int debuginfo_link_common(struct debuginfo_file *file, const char *root, struct vmt_err *err);

#endif
