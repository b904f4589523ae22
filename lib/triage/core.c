// SPDX-License-Identifier: GPL-3.0-or-later
/* See core.h. The table is sorted by name. */
#include <string.h>

#include "triage/core.h"

#include "base/array.h"

static const struct {
	const char *name;
	enum core_group group;
} functions[] = {
#define SERVICE(name) {#name, CORE_SERVICE},
#define CHECK(name) {#name, CORE_CHECK},
#include "triage/core_functions.def"
#undef SERVICE
#undef CHECK
};

static int compare(const char *name, size_t len, const char *other)
{
	int order = strncmp(name, other, len);

	return order ? order : other[len] ? -1 : 0;
}

enum core_group core_group_of(const char *name, size_t len)
{
	size_t low = 0, high = ARRAY_SIZE(functions);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = compare(name, len, functions[mid].name);

		if (!order)
			return functions[mid].group;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return CORE_NONE;
}
