/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of machines. */
#ifndef VMT_BASE_HOST_NAME_H
#define VMT_BASE_HOST_NAME_H

#include <stdbool.h>

/* Whether a name tells machines apart: not NULL, and not what is there before one is set. */
bool host_name_is_own(const char *name);

/* "web1" is the same machine as "web1.example.org". */
bool host_name_is_same(const char *a, const char *b);

#endif
