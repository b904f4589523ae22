/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names for addresses: the kernel's own symbol table, then that of the module the address lies in.
 */
#ifndef VMT_SYMBOLIZE_SYMBOLIZE_H
#define VMT_SYMBOLIZE_SYMBOLIZE_H

#include "image/image.h"
#include "kernel/modules.h"

struct symbolizer {
	const struct kernel_image *image;
	const struct module_list *modules; /* NULL: not known */
};

/*
 * Names addr in ret: function, offset, size, module and address; all strings on ctx. exact: addr is
 * where the CPU was; else it is a return address, whose call may be the last instruction of its
 * function, so that addr itself belongs to the next. What has no name keeps its address alone.
 */
void symbolize_address(const struct symbolizer *sym, TALLOC_CTX *ctx, uint64_t addr, bool exact,
	struct vmt_frame *ret);

#endif
