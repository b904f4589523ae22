// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/archive_api.h"

#include "base/array.h"

static const char *const names[] = {ARCHIVE_FUNCTIONS(DYNLIB_NAME)};
/* The soname of all versions 3. */
static const struct dynlib libarchive = {
	"libarchive.so.13", "libarchive13", names, ARRAY_SIZE(names)};

int archive_api_load(struct archive_api *la, struct vmt_err *err)
{
	return dynlib_load(&libarchive, la, err);
}
