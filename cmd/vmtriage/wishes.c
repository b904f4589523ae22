// SPDX-License-Identifier: GPL-3.0-or-later
#include "wishes.h"

#include <stdlib.h>

const char *const wishes_levels[] = {VMT_LEVEL_FULL, VMT_LEVEL_CORE, VMT_LEVEL_LOG, NULL};

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

struct vmt_options wishes_options(const struct wishes *w)
{
	return (struct vmt_options){
		.struct_size = sizeof(struct vmt_options),
		.level = w->level,
		.debuginfo = w->debuginfo.items,
		.n_debuginfo = w->debuginfo.n,
		.sources = w->sources.items,
		.n_sources = w->sources.n,
		.sysroot = environment("VMTRIAGE_SYSROOT"),
		.debuginfod_urls = environment("DEBUGINFOD_URLS"),
	};
}
