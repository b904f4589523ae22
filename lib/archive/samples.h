/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How busy the machine was: samples of sysstat, as `sadf -j` prints them. */
#ifndef VMT_ARCHIVE_SAMPLES_H
#define VMT_ARCHIVE_SAMPLES_H

#include <talloc.h>

#include "base/err.h"

struct sample {
	int64_t at;	  /* seconds since 1970, UTC */
	const char *text; /* "load 12.31, 3 blocked tasks, 96 % of the memory used" */
};

struct samples {
	struct sample *items; /* sorted by time */
	size_t n;
};

/*
 * Objects one after another, each of one file of sysstat. What is cut off or damaged is left out.
 * Times are UTC, unless the reader chose local ones: then they are not used.
 */
int samples_read(
	TALLOC_CTX *ctx, const char *text, size_t len, struct samples *ret, struct vmt_err *err);

/* The last one up to this time; NULL: there is none. */
const struct sample *samples_before(const struct samples *s, int64_t at);

#endif
