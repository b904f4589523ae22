/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file that may hold debuginfo, and what it says about itself. */
#ifndef VMT_SYMBOLIZE_DEBUGINFO_FILE_H
#define VMT_SYMBOLIZE_DEBUGINFO_FILE_H

#include "symbolize/debuginfo.h"

struct debuginfo_identity {
	const char *module;   /* NULL: apparently a kernel */
	const char *build_id; /* NULL: it has none */
	bool has_dwarf, has_code;
};

/*
 * Opens a file, compressed or not, and reads what it says about itself. Results are talloc children
 * of ctx. FORMAT: not an ELF file. ret->proved is left to the caller.
 */
int debuginfo_open(TALLOC_CTX *ctx, const char *path, struct debuginfo_file **ret,
	struct debuginfo_identity *identity, struct vmt_err *err);

/*
 * Release and version of a vmlinux, or the release that a module was built for, as talloc children
 * of ctx; NULL: the file does not say. Fails only for lack of memory.
 */
int debuginfo_banner(TALLOC_CTX *ctx, const struct debuginfo_file *file, const char **release,
	const char **version);

/* The srcversion of a module's file, a talloc child of ctx; NULL: it has none. */
const char *debuginfo_srcversion(TALLOC_CTX *ctx, const struct debuginfo_file *file);

/* The kernel's name for the module in a file: "snd-hda-intel.ko.xz" → snd_hda_intel. */
char *debuginfo_module_name(TALLOC_CTX *ctx, const char *path);

#endif
