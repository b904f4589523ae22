/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel's variables by a file: the symbol table of vmlinux, or System.map. A kernel that was
 * built without CONFIG_KALLSYMS_ALL (Debian's for arm64) has only its functions in kallsyms.
 */
#ifndef VMT_SYMBOLIZE_DATA_SYMBOLS_H
#define VMT_SYMBOLIZE_DATA_SYMBOLS_H

#include <libelf.h>

#include "image/image.h"

struct data_symbols;

/* *ret is a talloc child of ctx. NOTFOUND: the file has no symbols. elf must outlive it. */
int data_symbols_of_elf(TALLOC_CTX *ctx, Elf *elf, struct data_symbols **ret, struct vmt_err *err);
int data_symbols_of_map(TALLOC_CTX *ctx, const char *text, size_t len, struct data_symbols **ret,
	struct vmt_err *err);

/*
 * Moves the symbols to where the kernel was loaded. Fails if they are not of this kernel: the
 * sections must begin and end where kallsyms has their marks, and the kernel's banner, with this
 * release, must be where the symbols say.
 */
int data_symbols_place(struct data_symbols *ds, const struct kernel_image *k, const char *release,
	struct vmt_err *err);

/* To be given to kallsyms_add(). ds must outlive its use. */
struct kallsyms_more data_symbols_more(struct data_symbols *ds);

#endif
