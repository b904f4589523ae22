/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity of the dead kernel: utsname, and when it died. */
#ifndef VMT_IMAGE_IDENTITY_H
#define VMT_IMAGE_IDENTITY_H

#include "dump/vmcoreinfo.h"
#include "image/image.h"
#include "mem/space.h"

struct identity {
	const char *nodename, *release, *version, *machine; /* NULL: not known */
};

/* Reads init_uts_ns. The strings are allocated from ctx. */
int identity_read(TALLOC_CTX *ctx, struct mem_space *space, const struct vmcoreinfo *info,
	struct identity *ret, struct vmt_err *err);

/*
 * The boot's id, from the variable behind /proc/sys/kernel/random/boot_id; a child of ctx. NULL: it
 * cannot be read, or nothing asked for it before the crash.
 */
const char *identity_boot_id(TALLOC_CTX *ctx, const struct kernel_image *k);

#endif
