/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A member of a tar or zip file by the path that a list shows: "a.tar:folder/vmcore". */
#ifndef VMT_FACADE_MEMBER_H
#define VMT_FACADE_MEMBER_H

#include "io/source.h"

/*
 * Opens it; the archive may be compressed, and inside another one. VMT_ERR_FORMAT: no file before a
 * ':' is an archive. VMT_ERR_NOTFOUND: one is, but it has no such member.
 */
int member_open(TALLOC_CTX *ctx, const char *path, struct source **ret, struct vmt_err *err);

/* The archive that the path leads into, a talloc child of ctx; NULL: it leads into none. */
char *member_archive(TALLOC_CTX *ctx, const char *path);

#endif
