/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unwinding by the debuginfo of the kernel, where it carries no tables of its own. */
#ifndef VMT_FACADE_CFI_STEP_H
#define VMT_FACADE_CFI_STEP_H

#include <elfutils/libdw.h>

#include "facade/core.h"

/* Whether this kernel was built without tables for its unwinder: then others are worth opening. */
bool cfi_step_is_needed(const struct core *core);

/*
 * Adds the step to the unwinder of core, after core_read_cpus(). elf and dwarf are the kernel's and
 * must outlive it; bias is a run-time address less the file's.
 */
int cfi_step_add(struct core *core, Elf *elf, Dwarf *dwarf, uint64_t bias, struct vmt_err *err);

#endif
