/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that name others: .gnu_debuglink of a stripped one, .gnu_debugaltlink of dwz's. */
#ifndef VMT_SYMBOLIZE_DEBUGINFO_LINK_H
#define VMT_SYMBOLIZE_DEBUGINFO_LINK_H

#include "symbolize/debuginfo_file.h"

#define DEBUGINFO_LINK_PATHS 3

/* Where the debuginfo of a stripped file may be, and the checksum that it has. */
struct debuginfo_link {
	const char *paths[DEBUGINFO_LINK_PATHS];
	size_t n; /* 0: the file names none */
	uint32_t crc;
};

/*
 * As gdb and elfutils look for it; the paths are talloc children of ctx. root is put before the
 * system's own places.
 */
int debuginfo_link_paths(TALLOC_CTX *ctx, const struct debuginfo_file *file, const char *root,
	struct debuginfo_link *ret, struct vmt_err *err);

/* Whether the bytes of a file have this checksum. Reads all of it. */
bool debuginfo_link_fits(const char *path, uint32_t crc);

/*
 * Opens the file with what dwz moved out of this one and its siblings, by its build-id, and hands
 * it to libdw. Not to find it is no error: then what it has is not known.
 */
int debuginfo_link_common(struct debuginfo_file *file, const char *root, struct vmt_err *err);

#endif
