/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding System.map, which is part of many kernel packages. */
#ifndef VMT_SYMBOLIZE_SYSTEM_MAP_H
#define VMT_SYMBOLIZE_SYSTEM_MAP_H

#include "symbolize/data_symbols.h"
#include "symbolize/debuginfo.h"

struct system_map_want {
	const struct debuginfo_places *places;
	const char *dump;    /* the path of the dump; NULL: not known */
	const char *release; /* of the kernel; NULL: not known */
};

/*
 * Finds the map that belongs to the kernel k: among the named files and folders, beside the dump,
 * and where distributions install it. *ret, a talloc child of ctx, is placed already; NULL: there
 * is none (no error).
 */
int system_map_find(TALLOC_CTX *ctx, const struct system_map_want *want,
	const struct kernel_image *k, struct data_symbols **ret, struct vmt_err *err);

/* Whether this is how such a file is called. */
bool system_map_is_name(const char *path);

#endif
