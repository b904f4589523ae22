/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file that may hold debuginfo: what it is of, by what it says itself. */
#ifndef VMT_SYMBOLIZE_DEBUGINFO_FILE_H
#define VMT_SYMBOLIZE_DEBUGINFO_FILE_H

#include "symbolize/debuginfo.h"

struct debuginfo_identity {
	const char *module;   /* NULL: a kernel, as far as can be told */
	const char *build_id; /* NULL: it has none */
	bool has_dwarf;
};

/*
 * Opens a file, compressed or not, and reads what it says of itself; all of it is a child of ctx.
 * FORMAT where it is no ELF file. ret->proved is left to the caller.
 */
int debuginfo_open(TALLOC_CTX *ctx, const char *path, struct debuginfo_file **ret,
	struct debuginfo_identity *identity, struct vmt_err *err);

/*
 * Release and version of the kernel that it is, or the release of the one that it is for; NULL
 * where it does not say. On ctx; fails for lack of memory.
 */
int debuginfo_banner(TALLOC_CTX *ctx, const struct debuginfo_file *file, const char **release,
	const char **version);

/* The name that the kernel has for the module in a file: "snd-hda-intel.ko.xz" → snd_hda_intel. */
char *debuginfo_module_name(TALLOC_CTX *ctx, const char *path);

#endif
