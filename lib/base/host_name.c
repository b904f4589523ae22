// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/host_name.h"

#include <string.h>

bool host_name_is_own(const char *name)
{
	return name && *name && strcmp(name, "(none)") != 0 &&
	       !host_name_is_same(name, "localhost");
}

bool host_name_is_same(const char *a, const char *b)
{
	size_t n = strcspn(a, ".");

	return n == strcspn(b, ".") && !strncmp(a, b, n);
}
