/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is needed to read a dead kernel's structures: memory, symbols, layouts. */
#ifndef VMT_IMAGE_IMAGE_H
#define VMT_IMAGE_IMAGE_H

#include "image/kallsyms.h"
#include "image/layout.h"

/*
 * Borrowed by all code that reads the kernel's structures. Members that are not available are NULL.
 */
struct kernel_image {
	struct mem_space *space;
	const struct vmcoreinfo *info;
	struct kallsyms *symbols;
	struct layout *layout;
};

/* Reads an integer member of the struct at addr, with the size from the layout. */
int kernel_read_member(const struct kernel_image *k, uint64_t addr, const char *type,
	const char *member, uint64_t *ret, struct vmt_err *err);

/* Finds the address of a symbol. err names the symbol if it does not exist. */
int kernel_symbol(
	const struct kernel_image *k, const char *name, uint64_t *ret, struct vmt_err *err);

/* Reads the integer of size bytes at a symbol. */
int kernel_read_symbol(const struct kernel_image *k, const char *name, unsigned size, uint64_t *ret,
	struct vmt_err *err);

#endif
