/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A clone of a git repository, which may belong to anybody: git is run so that nothing in it is
 * executed, and nothing is fetched.
 */
#ifndef VMT_FIXES_SOURCE_GIT_H
#define VMT_FIXES_SOURCE_GIT_H

#include "fixes/source_draft.h"

/* The folder with HEAD, objects and refs: path/.git, what that file names, or path if it is bare.
 * NULL: it is no clone. */
char *source_git_dir(TALLOC_CTX *ctx, const char *path);

/*
 * Hands out the commits, newest first, but for merges: those of the main line with the releases of
 * all branches that have them first. A backport is handed out only if what it was made of is not
 * in the clone. A release is a tag with a version.
 */
int source_git_read(const char *path, struct fix_reading *r, struct vmt_err *err);

/*
 * Whether its newest files are in folders as the kernel's are, also if git cannot tell. Else it is
 * the repository of a driver, or of something else.
 */
bool source_git_is_kernel(const char *path);

/* What changes whenever a branch or a tag does: a text. */
int source_git_state(TALLOC_CTX *ctx, const char *path, char **ret, struct vmt_err *err);

#endif
