/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream whose bytes go to the caller's function. Every vmt_..._write_to() writes through one. */
#ifndef VMT_BASE_OUT_H
#define VMT_BASE_OUT_H

#include "base/err.h"

struct out {
	FILE *file;
	vmt_write_fn write;
	void *arg;
	int os_errno; /* from the write that failed; no more writes are attempted */
};

/* `out` must not move before out_close(). */
int out_open(struct out *out, vmt_write_fn write, void *arg, struct vmt_err *err);

/*
 * rc is the result of the writing so far. Returns it, or VMT_ERR_IO if the function did not take
 * all.
 */
int out_close(struct out *out, int rc, struct vmt_err *err);

#endif
