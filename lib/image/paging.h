/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets up the kernel's address space from what a dump records. */
#ifndef VMT_IMAGE_PAGING_H
#define VMT_IMAGE_PAGING_H

#include "arch/arch.h"
#include "dump/dump.h"
#include "dump/vmcoreinfo.h"
#include "mem/space.h"

/*
 * Finds the row of the dump's architecture. VMT_ERR_UNSUPPORTED, with its name, if there is none.
 */
int kernel_arch_find(const struct dump *dump, const struct arch **ret, struct vmt_err *err);

/*
 * Sets up the address space of the dump's kernel. info may be NULL (no VMCOREINFO): then only what
 * the container itself maps can be read. VMT_ERR_UNSUPPORTED for an architecture without a row in
 * arch/. The dump must outlive the space.
 */
int kernel_space_open(TALLOC_CTX *ctx, struct dump *dump, const struct vmcoreinfo *info,
	struct mem_space **ret, struct vmt_err *err);

#endif
