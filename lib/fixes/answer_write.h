/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_FIXES_ANSWER_WRITE_H
#define VMT_FIXES_ANSWER_WRITE_H

#include "base/err.h"

/* The caller checks out for errors. */
int answer_write_json(
	const void *fixes, const struct vmt_write_options *opts, FILE *out, struct vmt_err *err);

#endif
