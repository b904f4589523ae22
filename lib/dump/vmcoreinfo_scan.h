/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Last resort: VMCOREINFO searched for in the dump's own memory. */
#ifndef VMT_DUMP_VMCOREINFO_SCAN_H
#define VMT_DUMP_VMCOREINFO_SCAN_H

#include "dump/dump.h"

/*
 * Reads pages until one holds the kernel's VMCOREINFO text; *ret is a copy of *len bytes on ctx.
 * Costs time with the size of the dump. VMT_ERR_NODATA: it is nowhere.
 */
int vmcoreinfo_scan(
	TALLOC_CTX *ctx, struct dump *dump, const char **ret, size_t *len, struct vmt_err *err);

#endif
