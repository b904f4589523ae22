/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The name of the kernel itself where a report names a module. */
#ifndef VMT_BASE_VMLINUX_H
#define VMT_BASE_VMLINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "vmtriage.h"

#define VMLINUX VMT_MODULE_KERNEL

/* Whether this module is the kernel itself. NULL: the code is in no module. */
static inline bool is_vmlinux(const char *module)
{
	return !module || strcmp(module, VMLINUX) == 0;
}

#endif
