/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_KERNEL_IOMEM_H
#define VMT_KERNEL_IOMEM_H

#include "image/image.h"

/*
 * Bytes of the machine's RAM, as /proc/iomem tells them: with what the kernel reserved for itself
 * and for a crash kernel. NOTFOUND: this kernel does not tell.
 */
int iomem_ram_bytes(const struct kernel_image *k, uint64_t *ret, struct vmt_err *err);

#endif
