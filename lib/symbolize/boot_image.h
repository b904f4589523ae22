/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernel inside the image that boots it. */
#ifndef VMT_SYMBOLIZE_BOOT_IMAGE_H
#define VMT_SYMBOLIZE_BOOT_IMAGE_H

#include "io/source.h"

/*
 * The compressed vmlinux in a bzImage (/boot/vmlinuz of x86); *ret is a talloc child of ctx.
 * FORMAT: src is no such image.
 */
int boot_image_open(TALLOC_CTX *ctx, struct source *src, struct source **ret, struct vmt_err *err);

#endif
