/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The layout of struct module where nothing tells it (a kernel without BTF, no debuginfo): read off
 * the modules in memory themselves. Each has its struct inside its own memory, with pointers to
 * tables that lie there too and are easy to know. Mirrors include/linux/module.h.
 */
#ifndef VMT_KERNEL_MODULE_PROBE_H
#define VMT_KERNEL_MODULE_PROBE_H

#include "image/image.h"

/*
 * A provider that knows where, in struct module and mod_kallsyms, the list, the name, the memory,
 * the symbols and the ORC tables are. NOTFOUND: there is no module, or none that looks like one.
 * The provider hangs on ctx; k's layout is not asked.
 */
int module_probe(TALLOC_CTX *ctx, const struct kernel_image *k, struct layout_provider *ret,
	struct vmt_err *err);

#endif
