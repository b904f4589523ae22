/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of files, as find -print0 writes them. */
#ifndef VMTRIAGE_NAMES0_H
#define VMTRIAGE_NAMES0_H

#include <stdbool.h>
#include <stddef.h>

struct names0 {
	char **items;
	size_t n, room;
};

/* All complain where something is wrong, and return false then. */
bool names0_add(struct names0 *names, const char *name);

/* Adds the names in a file; "-": standard input. */
bool names0_read(struct names0 *names, const char *path);

/* Frees the names. */
void names0_done(struct names0 *names);

#endif
