/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose crashes a tree of files has, where a file in it says so: an sosreport and a problem folder
 * of ABRT have the file "hostname", SUSE's crash folder README.txt, a supportconfig
 * basic-environment.txt.
 */
#ifndef VMT_ARCHIVE_TREE_HOST_H
#define VMT_ARCHIVE_TREE_HOST_H

#include "base/alloc.h"
#include "base/err.h"

struct tree_hosts;

/* A talloc child of ctx; NULL: no memory. */
struct tree_hosts *tree_hosts_new(TALLOC_CTX *ctx);

/* Whether a file of this name may name a host. */
bool tree_hosts_may_name(const char *path);

/* Takes the first bytes of such a file. Fails only for lack of memory. */
int tree_hosts_take(struct tree_hosts *owners, const char *path, const char *head);

/* The host that the files of the nearest folder around path are of; NULL: none is known. */
const char *tree_hosts_find(const struct tree_hosts *owners, const char *path);

#endif
