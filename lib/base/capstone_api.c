// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/capstone_api.h"

#include "base/array.h"

/* Its structures differ from one major version to the next. */
#define TEXT(number) #number
#define TEXT_OF(macro) TEXT(macro)
#define VERSION TEXT_OF(CS_API_MAJOR)

int capstone_api_load(struct capstone_api *cs, struct vmt_err *err)
{
	static const char *const names[] = {CAPSTONE_FUNCTIONS(DYNLIB_NAME)};
	static const struct dynlib capstone = {
		"libcapstone.so." VERSION, "libcapstone" VERSION, names, ARRAY_SIZE(names)};

	return dynlib_load(&capstone, cs, err);
}
