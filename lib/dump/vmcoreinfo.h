/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * VMCOREINFO: the text, lines KEY=VALUE, in which a kernel tells the tools of itself. Parsed once
 * into an index; values are read on demand. Mirrors include/linux/vmcore_info.h.
 */
#ifndef VMT_DUMP_VMCOREINFO_H
#define VMT_DUMP_VMCOREINFO_H

#include <talloc.h>

#include "base/err.h"

struct vmcoreinfo;

/* text need not outlive the call. Lines that are not KEY=VALUE are passed over. */
int vmcoreinfo_parse(TALLOC_CTX *ctx, const char *text, size_t len, struct vmcoreinfo **ret,
	struct vmt_err *err);

/* The value, or NULL. Keys as they stand: "OSRELEASE", "SYMBOL(prb)", "OFFSET(list_head.next)". */
const char *vmcoreinfo_get(const struct vmcoreinfo *info, const char *key);

/* SYMBOL() and KERNELOFFSET values: hexadecimal without 0x. */
bool vmcoreinfo_hex(const struct vmcoreinfo *info, const char *key, uint64_t *ret);

/* SIZE(), OFFSET(), LENGTH(), NUMBER() values: decimal, maybe negative, or hexadecimal with 0x. */
bool vmcoreinfo_number(const struct vmcoreinfo *info, const char *key, uint64_t *ret);

#endif
