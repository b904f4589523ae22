/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the functions of the kernel are defined: a table that scripts/where-functions makes from
 * source trees. It is a file of its own, and what is not in it is not known.
 *
 * Format, version 1, numbers little-endian:
 *
 *   header    "VMTWHERE"; then u32: version, bits, names, files, lists, members, bytes of paths
 *   starts    u32 for each 64 buckets: index of their first name
 *   blocks    u32 for each 32 files, and one more: offset of their paths
 *   ends      u32 for each list: index after its last member
 *   prints    u16 for each name: the low bits of its hash
 *   places    u16 for each name: a file; or, from the number of files on, a list of files
 *   members   u16: the files of the lists
 *   counts    u8 for each of the 2^bits buckets: how many names it has
 *   paths     for each file: u8 how many bytes it shares with the path before it (0 at the start of
 *             a block), u8 how many follow, and these
 *
 * The bucket of a name is given by the high bits of its hash: FNV-1a (64 bits), then multiplied.
 * Names of one bucket are in order of their prints. A name that is not in the table is taken for
 * one that is, once in 14000.
 */
#ifndef VMT_WHERE_WHERE_H
#define VMT_WHERE_WHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/err.h"

#define WHERE_MOST_FILES 8
#define WHERE_PATH_SIZE 256

struct where;

/* The files that define a function of one name. */
struct where_places {
	uint16_t file[WHERE_MOST_FILES];
	size_t n; /* 0: not in the table */
};

/* Maps the file. *ret is a talloc child of ctx. VMT_ERR_NOTFOUND: there is no such file. */
int where_open(TALLOC_CTX *ctx, const char *path, struct where **ret, struct vmt_err *err);

/* The same for a table in memory, which must outlive *ret. */
int where_from(
	TALLOC_CTX *ctx, const void *data, size_t size, struct where **ret, struct vmt_err *err);

/* name is without the suffixes of the compiler, and need not end at len. w may be NULL. */
struct where_places where_find(const struct where *w, const char *name, size_t len);

/* The path of a file: buf, or NULL if the table is damaged. */
const char *where_path(const struct where *w, uint16_t file, char buf[WHERE_PATH_SIZE]);

#endif
