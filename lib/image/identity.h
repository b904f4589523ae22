/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity of the dead kernel: utsname, and when it died. */
#ifndef VMT_IMAGE_IDENTITY_H
#define VMT_IMAGE_IDENTITY_H

#include "dump/vmcoreinfo.h"
#include "mem/space.h"

struct identity {
	const char *nodename, *release, *version, *machine; /* NULL: not known */
};

/* Reads init_uts_ns. The strings are allocated from ctx. */
int identity_read(TALLOC_CTX *ctx, struct mem_space *space, const struct vmcoreinfo *info,
	struct identity *ret, struct vmt_err *err);

#endif
