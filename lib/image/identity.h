/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who the dead kernel was: utsname, and when it died. */
#ifndef VMT_IMAGE_IDENTITY_H
#define VMT_IMAGE_IDENTITY_H

#include "dump/vmcoreinfo.h"
#include "mem/space.h"

struct identity {
	const char *nodename, *release, *version, *machine; /* NULL: not known */
};

/* Reads init_uts_ns. Strings hang on ctx. */
int identity_read(TALLOC_CTX *ctx, struct mem_space *space, const struct vmcoreinfo *info,
	struct identity *ret, struct vmt_err *err);

#endif
