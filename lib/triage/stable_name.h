/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One name for a function that releases, machines and compilers name differently. */
#ifndef VMT_TRIAGE_STABLE_NAME_H
#define VMT_TRIAGE_STABLE_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* A name in two parts, of which the first may be empty. They are borrowed from the function. */
struct stable_name {
	const char *prefix, *rest;
	size_t len; /* of rest */
};

/*
 * "sys_" "futex" for __x64_sys_futex and SyS_futex; "" "smp_call_function" for its variants; else
 * the name without the compiler's suffix. module NULL: the kernel itself, which alone has such
 * families. function NULL gives an empty name.
 */
struct stable_name stable_name(const char *function, const char *module);

/* Whether they are the same but for what changes from build to build. */
bool stable_name_equal(struct stable_name a, struct stable_name b);

#endif
