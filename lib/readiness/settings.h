/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of settings: shell variables (/etc/default/kdump-tools, /etc/sysconfig/kdump, os-release)
 * and kdump.conf(5) of RHEL and Fedora. The last value of a key counts.
 */
#ifndef VMT_READINESS_SETTINGS_H
#define VMT_READINESS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/alloc.h"

struct setting {
	const char *key, *value;
	bool expands; /* the value has a '$' or a '`' that a shell would replace */
};

struct settings {
	struct setting *items;
	size_t n;
	const char **problems; /* what the reader of the file refuses */
	size_t n_problems;
};

/* A talloc child of ctx; NULL: no memory. The text may be NULL: nothing is set. */
struct settings *settings_shell(TALLOC_CTX *ctx, const char *text);
struct settings *settings_kdump_conf(TALLOC_CTX *ctx, const char *text);

/* The value; NULL: not set, or not to be known without a shell. */
const char *settings_get(const struct settings *s, const char *key);

/* Where the dump goes to by kdump.conf: the key ("ssh", "xfs"), and its value. False: the root. */
bool settings_target(const struct settings *s, const char **key, const char **value);

#endif
