/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A data file that is mapped into memory: its reader checks each number where it is used. */
#ifndef VMT_BASE_MAPPED_H
#define VMT_BASE_MAPPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/err.h"

struct mapped {
	const uint8_t *data;
	size_t size;
};

struct mapped_kind {
	const char *name; /* "a table of functions" */
	uint64_t most;	  /* bytes */
	bool whole;	  /* all of it is read: at once, not page by page */
};

/*
 * A talloc child of ctx; freeing it unmaps the file. VMT_ERR_NOTFOUND: there is no such file;
 * VMT_ERR_FORMAT: it is no regular file, empty or larger than `most`.
 */
int mapped_open(TALLOC_CTX *ctx, const char *path, const struct mapped_kind *kind,
	struct mapped **ret, struct vmt_err *err);

#endif
