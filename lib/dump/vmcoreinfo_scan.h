/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Last resort: searching the dump's memory for VMCOREINFO. */
#ifndef VMT_DUMP_VMCOREINFO_SCAN_H
#define VMT_DUMP_VMCOREINFO_SCAN_H

#include "dump/dump.h"

/*
 * Reads pages until one holds the kernel's VMCOREINFO text. *ret is a copy of *len bytes, a talloc
 * child of ctx. The cost grows with the size of the dump. VMT_ERR_NODATA: not found.
 */
int vmcoreinfo_scan(
	TALLOC_CTX *ctx, struct dump *dump, const char **ret, size_t *len, struct vmt_err *err);

#endif
