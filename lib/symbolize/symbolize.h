/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names for addresses, from the kernel's own symbol table, then from that of the module at the
 * address.
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
 * Fills function, offset, size, module and address of ret; strings are talloc children of ctx.
 * exact: addr is where the CPU was. Otherwise it is a return address, whose call may be the last
 * instruction of its function, so that addr itself is already in the next one. Without a name, only
 * the address is set.
 */
void symbolize_address(const struct symbolizer *sym, TALLOC_CTX *ctx, uint64_t addr, bool exact,
	struct vmt_frame *ret);

#endif
