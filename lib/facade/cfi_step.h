/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unwinding by the debuginfo of the kernel and its modules, for kernels without unwind tables. */
#ifndef VMT_FACADE_CFI_STEP_H
#define VMT_FACADE_CFI_STEP_H

#include "facade/kernel_view.h"

/* Whether this kernel was built without ORC tables, so that it is worth opening debuginfo. */
bool cfi_step_is_needed(const struct kernel_view *view);

/*
 * Adds a stepper to the unwinder of view. It uses the kernel's debuginfo, if that was found, and
 * that of modules, which it looks for when a frame is in one. NOTFOUND: neither is available.
 */
int cfi_step_add(struct kernel_view *view, struct vmt_err *err);

#endif
