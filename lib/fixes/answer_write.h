/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_FIXES_ANSWER_WRITE_H
#define VMT_FIXES_ANSWER_WRITE_H

#include "base/alloc.h"
#include "base/err.h"

/* Which firmware is to be updated, as one sentence. NULL: no memory. */
char *answer_firmware_text(TALLOC_CTX *ctx, const struct vmt_fix_firmware *w);

/* The caller checks out for errors. */
int answer_write_json(
	const void *fixes, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err);

#endif
