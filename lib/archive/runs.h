/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which files of an archive are read first, if not all of them are. */
#ifndef VMT_ARCHIVE_RUNS_H
#define VMT_ARCHIVE_RUNS_H

#include <stddef.h>
#include <stdint.h>

/* Files that follow each other: those of one input, or of one folder. */
struct run {
	size_t first, n;
	int64_t mtime_ns; /* of the newest; 0: not known */
};

/* The newest first. Of those of one time, the last: names often count. */
void runs_order(struct run *runs, size_t n);

#endif
