// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/runs.h"

#include <stdlib.h>

static int newest_first(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	if (x->mtime_ns != y->mtime_ns)
		return x->mtime_ns < y->mtime_ns ? 1 : -1;
	return x->first < y->first ? 1 : -1;
}

void runs_order(struct run *runs, size_t n)
{
	qsort(runs, n, sizeof(*runs), newest_first);
}
