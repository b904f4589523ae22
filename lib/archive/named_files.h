/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of one folder that say how saving a dump went, by name. */
#ifndef VMT_ARCHIVE_NAMED_FILES_H
#define VMT_ARCHIVE_NAMED_FILES_H

#include "base/alloc.h"
#include "base/err.h"

struct named_files;

/* These fail only for lack of memory. The file must outlive the table; others are passed over. */
int named_files_new(TALLOC_CTX *ctx, struct named_files **ret);
int named_files_add(struct named_files *files, const struct vmt_file *file);

/* NULL has none. */
bool named_files_has_any(const struct named_files *files);

/* As vmt_options.beside; arg is the table; NULL: it is empty. */
const struct vmt_file *named_files_find(void *arg, const char *name);

#endif
