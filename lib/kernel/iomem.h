/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_KERNEL_IOMEM_H
#define VMT_KERNEL_IOMEM_H

#include "image/image.h"

/*
 * Reads how many bytes of RAM the machine has, as in /proc/iomem: this includes what is reserved
 * for the kernel itself and for a crash kernel. VMT_ERR_NOTFOUND: the kernel does not record it.
 */
int iomem_ram_bytes(const struct kernel_image *k, uint64_t *ret, struct vmt_err *err);

#endif
