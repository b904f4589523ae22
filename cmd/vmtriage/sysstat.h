/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of sysstat, which sadf reads: their format changes with each version of sysstat. */
#ifndef VMTRIAGE_SYSSTAT_H
#define VMTRIAGE_SYSSTAT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What sadf prints of all of them below root (NULL: of this machine), one after another: for
 * free(). NULL: there are none, or sadf is not installed. *missed: so many cannot be read.
 */
char *sysstat_read(const char *root, size_t *len, size_t *missed);

#endif
