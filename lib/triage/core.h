/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of the kernel that work for others, by the source file that they live in. */
#ifndef VMT_TRIAGE_CORE_H
#define VMT_TRIAGE_CORE_H

#include <stddef.h>

enum core_group {
	CORE_NONE,
	CORE_SERVICE, /* of a file that serves the whole kernel */
	CORE_CHECK,   /* exported, and checks how it is used */
};

/* name need not end at len. */
enum core_group core_group_of(const char *name, size_t len);

#endif
