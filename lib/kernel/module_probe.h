/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The layout of struct module if nothing describes it (a kernel without BTF, no debuginfo):
 * inferred from the modules in memory. Each module's struct is in the module's own memory, and has
 * pointers to tables there that are easy to recognize. Mirrors include/linux/module.h.
 */
#ifndef VMT_KERNEL_MODULE_PROBE_H
#define VMT_KERNEL_MODULE_PROBE_H

#include "image/image.h"

/*
 * Makes a provider that knows the offsets, in struct module and mod_kallsyms, of the list, the
 * name, the memory, the symbols and the ORC tables. VMT_ERR_NOTFOUND: there is no module, or none
 * that is recognized. The provider's data is a talloc child of ctx. k->layout is not used.
 */
int module_probe(TALLOC_CTX *ctx, const struct kernel_image *k, struct layout_provider *ret,
	struct vmt_err *err);

#endif
