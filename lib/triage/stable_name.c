// SPDX-License-Identifier: GPL-3.0-or-later
/* See stable_name.h. */
#include "triage/stable_name.h"

#include <string.h>

#include "base/array.h"
#include "triage/blame.h"

/* What the macros that define a system call put before its name, since 2.6.29. */
static const struct {
	const char *from, *to;
} calls[] = {
	{"__do_compat_sys_", "compat_sys_"},
	{"__se_compat_sys_", "compat_sys_"},
	{"compat_SYSC_", "compat_sys_"},
	{"compat_SyS_", "compat_sys_"},
	{"__do_sys_", "sys_"},
	{"__se_sys_", "sys_"},
	{"SYSC_", "sys_"},
	{"SyS_", "sys_"},
};

/* What a machine puts before it, since 4.17. */
static const char *const machines[] = {
	"__x64_", "__ia32_", "__x32_", "__arm64_", "__s390x_", "__s390_", "__riscv_", "__powerpc_"};

/* Functions that differ in whom they call, and do the same. Each is a family, without a tail. */
static const char *const families[] = {"smp_call_function"};

static const char *after(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) == 0 ? s + n : NULL;
}

/* Whether the name is that of a system call: *name is left without what its machine adds. */
static const char *call_prefix(const char **name)
{
	const char *rest;

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		rest = after(*name, machines[i]);
		if (rest && (after(rest, "sys_") || after(rest, "compat_sys_"))) {
			*name = rest;
			return "";
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		rest = after(*name, calls[i].from);
		if (rest) {
			*name = rest;
			return calls[i].to;
		}
	}
	return "";
}

static size_t family_length(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (after(name, families[i]))
			return strlen(families[i]);
	return 0;
}

struct stable_name stable_name(const char *function, const char *module)
{
	struct stable_name n = {"", function ? function : "", 0};

	if (!module)
		n.prefix = call_prefix(&n.rest);
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
