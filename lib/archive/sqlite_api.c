// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/sqlite_api.h"

#include "base/array.h"

static const char *const names[] = {SQLITE_FUNCTIONS(DYNLIB_NAME)};
/* The soname of all versions 3. */
static const struct dynlib sqlite = {"libsqlite3.so.0", "libsqlite3-0", names, ARRAY_SIZE(names)};

int sqlite_api_load(struct sqlite_api *sq, struct vmt_err *err)
{
	return dynlib_load(&sqlite, sq, err);
}
