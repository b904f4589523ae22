/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What options and surroundings say of how to triage, for the library. */
#ifndef VMTRIAGE_WISHES_H
#define VMTRIAGE_WISHES_H

#include "opts.h"
#include "vmtriage.h"

struct wishes {
	const char *level;	   /* NULL: all */
	struct opt_list debuginfo; /* of --debuginfo */
	struct opt_list sources;   /* of --source */
};

/* They refer to w and to the environment. */
struct vmt_options wishes_options(const struct wishes *w);

extern const char *const wishes_levels[];

#define WISHES_DEBUGINFO_HELP                                                                      \
	"a file with debuginfo, or a folder of such; may be given again;\n"                        \
	"                          the system's own places are looked at after it"

#endif
