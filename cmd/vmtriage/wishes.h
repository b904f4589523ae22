/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How to triage, from the options and the environment, for the library. */
#ifndef VMTRIAGE_WISHES_H
#define VMTRIAGE_WISHES_H

#include "opts.h"
#include "vmtriage.h"

struct wishes {
	const char *level;	   /* NULL: all */
	struct opt_list debuginfo; /* of --debuginfo */
	struct opt_list sources;   /* of --source */
};

/* The result points into w and the environment. */
struct vmt_options wishes_options(const struct wishes *w);

extern const char *const wishes_levels[];

#define WISHES_DEBUGINFO_HELP                                                                      \
	"a file with debuginfo, or a folder with such files; may be\n"                             \
	"                          repeated; the system's own places are searched after it"

#endif
