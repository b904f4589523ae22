/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream whose bytes go to a caller's function: what every vmt_..._write_to() writes through. */
#ifndef VMT_BASE_OUT_H
#define VMT_BASE_OUT_H

#include "base/err.h"

struct out {
	FILE *file;
	vmt_write_fn write;
	void *arg;
	int os_errno; /* of the write that was refused; none is tried after it */
};

/* out stays where it is until out_close(). */
int out_open(struct out *out, vmt_write_fn write, void *arg, struct vmt_err *err);

/* rc: how the writing went. Returns it, or VMT_ERR_IO where the function did not take all. */
int out_close(struct out *out, int rc, struct vmt_err *err);

#endif
