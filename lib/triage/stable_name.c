// SPDX-License-Identifier: GPL-3.0-or-later
/* See stable_name.h. */
#include "triage/stable_name.h"

#include <string.h>

#include "base/array.h"
#include "base/syscall.h"
#include "triage/blame.h"

/* Functions that differ in whom they call, and do the same. Each is a family, without a tail. */
static const char *const families[] = {"smp_call_function"};

static size_t family_length(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (strncmp(name, families[i], strlen(families[i])) == 0)
			return strlen(families[i]);
	return 0;
}

struct stable_name stable_name(const char *function, const char *module)
{
	struct stable_name n = {"", function ? function : "", 0};

	if (!module)
		n.rest += syscall_prefix(n.rest, strlen(n.rest), &n.prefix);
	n.len = module ? 0 : family_length(n.rest);
	if (!n.len && *n.rest)
		n.len = blame_base_length(n.rest);
	return n;
}

static char at(const struct stable_name *n, size_t i)
{
	size_t len = strlen(n->prefix);

	if (i < len)
		return n->prefix[i];
	return i - len < n->len ? n->rest[i - len] : '\0';
}

bool stable_name_equal(struct stable_name a, struct stable_name b)
{
	size_t i = 0;

	while (at(&a, i) && at(&a, i) == at(&b, i))
		i++;
	return at(&a, i) == at(&b, i);
}
