/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * VMCOREINFO: the text of KEY=VALUE lines in which a kernel describes itself to tools. It is parsed
 * once into an index. Values are converted on demand. Mirrors include/linux/vmcore_info.h.
 */
#ifndef VMT_DUMP_VMCOREINFO_H
#define VMT_DUMP_VMCOREINFO_H

#include "base/alloc.h"
#include "base/err.h"

struct vmcoreinfo;

/*
 * *ret is a talloc child of ctx. text need not outlive the call. Lines other than KEY=VALUE are
 * skipped.
 */
int vmcoreinfo_parse(TALLOC_CTX *ctx, const char *text, size_t len, struct vmcoreinfo **ret,
	struct vmt_err *err);

/*
 * The value, or NULL. Keys are as in the text: "OSRELEASE", "SYMBOL(prb)",
 * "OFFSET(list_head.next)".
 */
const char *vmcoreinfo_get(const struct vmcoreinfo *info, const char *key);

/* For SYMBOL() and KERNELOFFSET: hexadecimal without 0x. False: absent, or not a number. */
bool vmcoreinfo_hex(const struct vmcoreinfo *info, const char *key, uint64_t *ret);

/*
 * For SIZE(), OFFSET(), LENGTH() and NUMBER(): decimal, possibly negative, or hexadecimal with 0x.
 * False: absent, or not a number.
 */
bool vmcoreinfo_number(const struct vmcoreinfo *info, const char *key, uint64_t *ret);

#endif
