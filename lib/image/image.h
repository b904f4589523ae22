/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is at hand of a dead kernel when its structures are read: memory, symbols, layouts. */
#ifndef VMT_IMAGE_IMAGE_H
#define VMT_IMAGE_IMAGE_H

#include "image/kallsyms.h"
#include "image/layout.h"

/* Borrowed by all that reads the kernel's structures; members may be NULL where not to be had. */
struct kernel_image {
	struct mem_space *space;
	const struct vmcoreinfo *info;
	struct kallsyms *symbols;
	struct layout *layout;
};

/* Reads the integer member of the struct at addr; the size is the member's. */
int kernel_read_member(const struct kernel_image *k, uint64_t addr, const char *type,
	const char *member, uint64_t *ret, struct vmt_err *err);

/* Address of a symbol; err names it when it is not there. */
int kernel_symbol(
	const struct kernel_image *k, const char *name, uint64_t *ret, struct vmt_err *err);

/* Reads the integer of size bytes at a symbol. */
int kernel_read_symbol(const struct kernel_image *k, const char *name, unsigned size, uint64_t *ret,
	struct vmt_err *err);

#endif
