/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as bytes, to hand it from one process to another of the same program. The bytes may be
 * hostile: what is unpacked is safe to write out, whatever it says.
 */
#ifndef VMT_REPORT_PACK_H
#define VMT_REPORT_PACK_H

#include "base/alloc.h"
#include "base/err.h"

/* A talloc child of ctx, whose talloc size is the number of bytes; NULL: no memory. */
uint8_t *report_pack(TALLOC_CTX *ctx, const struct vmt_report *report);

/* The report is a talloc child of ctx. VMT_ERR_CORRUPT: the bytes are no report. */
int report_unpack(TALLOC_CTX *ctx, const void *bytes, size_t len, struct vmt_report **ret,
	struct vmt_err *err);

#endif
