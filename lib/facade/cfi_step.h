/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unwinding by the debuginfo of the kernel and its modules, where it carries no tables of its own.
 */
#ifndef VMT_FACADE_CFI_STEP_H
#define VMT_FACADE_CFI_STEP_H

#include "facade/kernel_view.h"

/* Whether this kernel was built without tables for its unwinder: then others are worth opening. */
bool cfi_step_is_needed(const struct kernel_view *view);

/*
 * Adds the step to the unwinder of view, with what was found of the kernel's debuginfo, and with
 * that of modules as frames turn up in them. NOTFOUND: neither can tell anything.
 */
int cfi_step_add(struct kernel_view *view, struct vmt_err *err);

#endif
