/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A tar or zip file: several files in one. Its members are slices of it where it has their bytes as
 * they are, else of a temporary file. The names in it are only compared and shown: nothing is ever
 * created by them, and links in it lead nowhere.
 */
#ifndef VMT_IO_BUNDLE_H
#define VMT_IO_BUNDLE_H

#include "io/source.h"

struct bundle_member {
	const char *name; /* as in the archive, but without a leading "./" */
	int fd;		  /* the member is size bytes of this file, from offset on */
	uint64_t offset, size;
	size_t number;	  /* in the archive's order */
	int64_t mtime_ns; /* since 1970; 0: not known */
};

struct bundle {
	struct bundle_member *members; /* regular files, by folder, then by name */
	size_t n;
	const char
		*missing; /* a sentence if members could not be read or are too many; else NULL */
	struct source *copies; /* of members that the archive does not have as they are */
};

/* Whether src, without its outer layers, is such an archive. */
bool bundle_probe(struct source *src);

/*
 * Reads the archive's table of contents. src must outlive the bundle, which closes the descriptors
 * of its members when it is freed. What is left of a damaged archive is read.
 */
int bundle_open(TALLOC_CTX *ctx, struct source *src, struct bundle **ret, struct vmt_err *err);

/* The member of that name; of several, the one added last. NULL: there is none. */
const struct bundle_member *bundle_find(const struct bundle *bundle, const char *name);

/* Opens a member under a name for messages, which is copied. */
int bundle_open_member(TALLOC_CTX *ctx, const struct bundle_member *m, const char *name,
	struct source **ret, struct vmt_err *err);

/* How many of the first n members, from the i-th on, have the folder of the i-th. */
size_t bundle_folder(const struct bundle *bundle, size_t i);

#endif
