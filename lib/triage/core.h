/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernel functions that work for others, by the source file that they are in. */
#ifndef VMT_TRIAGE_CORE_H
#define VMT_TRIAGE_CORE_H

#include <stddef.h>

enum core_group {
	CORE_NONE,
	CORE_SERVICE, /* in a file that serves the whole kernel */
	CORE_CHECK,   /* exported, and checks how it is used */
};

/* len is the length to look at: name need not be NUL-terminated there. */
enum core_group core_group_of(const char *name, size_t len);

#endif
