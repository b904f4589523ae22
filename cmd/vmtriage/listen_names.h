/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names that a user gives hosts, in a file: "ADDRESS NAME" a line, '#' begins a comment. */
#ifndef VMTRIAGE_LISTEN_NAMES_H
#define VMTRIAGE_LISTEN_NAMES_H

#include <stdbool.h>

struct listen_names;

/* path NULL: no names. False: complained about. */
bool listen_names_read(const char *path, struct listen_names **ret);
void listen_names_free(struct listen_names *names);

/* The name of an address, as vmt_netconsole_host has it; NULL: it has none. */
const char *listen_names_find(const struct listen_names *names, const char *address);

#endif
