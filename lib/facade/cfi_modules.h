/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The call frame information of modules; opened when the first frame is in a module. */
#ifndef VMT_FACADE_CFI_MODULES_H
#define VMT_FACADE_CFI_MODULES_H

#include "kernel/modules.h"
#include "symbolize/cfi.h"
#include "symbolize/debuginfo.h"

struct cfi_modules;

/* Where modules are, and where their debuginfo may be; all borrowed. */
struct cfi_places {
	const struct kernel_image *image;
	const struct module_list *list;
	struct debuginfo_search *search;
	const char *release; /* of the kernel; NULL: not known */
};

/* A talloc child of ctx. Files are opened when the first frame needs them. */
int cfi_modules_new(TALLOC_CTX *ctx, const struct cfi_places *places, struct cfi_modules **ret,
	struct vmt_err *err);

/*
 * Finds the call frame information for the code at addr, which is in that module, and converts addr
 * to the addresses of its file. NOTFOUND: no debuginfo, or none that is usable.
 */
int cfi_modules_find(struct cfi_modules *m, const struct kernel_module *module, uint64_t addr,
	struct cfi **cfi, uint64_t *ret, struct vmt_err *err);

#endif
