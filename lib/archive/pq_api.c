// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/pq_api.h"

#include "base/array.h"

static const char *const names[] = {PQ_FUNCTIONS(DYNLIB_NAME)};
static const struct dynlib pq = {"libpq.so.5", "libpq5", names, ARRAY_SIZE(names)};

int pq_api_load(struct pq_api *ret, struct vmt_err *err)
{
	return dynlib_load(&pq, ret, err);
}
