/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that name others: .gnu_debuglink of a stripped one, .gnu_debugaltlink of dwz's. */
#ifndef VMT_SYMBOLIZE_DEBUGINFO_LINK_H
#define VMT_SYMBOLIZE_DEBUGINFO_LINK_H

#include "symbolize/debuginfo_file.h"

/*
 * Where the debuginfo of a stripped file may be, as gdb and elfutils look for it; names hang on
 * ctx. root stands before the system's own places. *n is 0 where it names none.
 */
int debuginfo_link_paths(TALLOC_CTX *ctx, const struct debuginfo_file *file, const char *root,
	const char *const **ret, size_t *n, uint32_t *crc, struct vmt_err *err);

/* Whether the bytes of a file have this checksum. Reads all of it. */
bool debuginfo_link_fits(const char *path, uint32_t crc);

/*
 * Opens the file with what dwz moved out of this one and its siblings, by its build-id, and hands
 * it to libdw. Not to find it is no error: then what it has is not known.
 */
int debuginfo_link_common(struct debuginfo_file *file, const char *root, struct vmt_err *err);

#endif
