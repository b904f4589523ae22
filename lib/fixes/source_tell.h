/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What telling, finding and reading sources share. */
#ifndef VMT_FIXES_SOURCE_TELL_H
#define VMT_FIXES_SOURCE_TELL_H

#include "fixes/sources.h"

/* Sets kind and version of the text at ret->path. VMT_ERR_FORMAT: it is none of them. */
int source_tell_text(TALLOC_CTX *ctx, const struct root_files *root, struct fix_source *ret,
	struct vmt_err *err);

/*
 * A folder with dkms.conf: sets package, version and modules, and kind and path to those of its
 * changelog, if it has any. folder: its path in root; prefix: before each path that is told.
 */
int source_dkms_folder(TALLOC_CTX *ctx, const struct root_files *root, const char *folder,
	const char *prefix, struct fix_source *ret, struct vmt_err *err);

/* The installed packages of kernels, by rpm. Nothing if there is no rpm. */
int source_package_list(TALLOC_CTX *ctx, struct fix_source **list, size_t *n, struct vmt_err *err);

/* Reads FIX_SOURCE_INSTALLED and FIX_SOURCE_RPM_FILE, through rpm. */
int source_package_rpm(const struct fix_source *source, struct fix_reading *r, struct vmt_err *err);

/* Reads the changelog in a .deb file. */
int source_package_deb(const char *path, struct fix_reading *r, struct vmt_err *err);

#endif
