/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small files of a machine: of this one, or of a tree that has some of a machine's files (a mounted
 * disk, a sosreport). Paths begin with '/'. In a tree, no link leads out of it: "/boot/x" is below
 * the tree, and ".." ends at its top.
 */
#ifndef VMT_BASE_ROOT_FILES_H
#define VMT_BASE_ROOT_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/err.h"

struct root_files;

/* path NULL: this machine. A talloc child of ctx. */
int root_files_open(
	TALLOC_CTX *ctx, const char *path, struct root_files **ret, struct vmt_err *err);

/* Whether it is a folder with the files of a machine, not this machine itself. */
bool root_files_is_tree(const struct root_files *root);

/*
 * Reads a regular file, or its first `most` bytes, with a NUL after them. *len may be NULL. Returns
 * 0 or an errno: ENOENT, EACCES, ENOMEM, ...
 */
int root_files_read(TALLOC_CTX *ctx, const struct root_files *root, const char *path, size_t most,
	char **ret, size_t *len);

/* Follows links. Returns 0 or an errno. */
int root_files_stat(const struct root_files *root, const char *path, struct stat *ret);

/* What a symbolic link says; NULL: it is none, or no memory. */
char *root_files_link(TALLOC_CTX *ctx, const struct root_files *root, const char *path);

/* The entries of a folder by name, without hidden ones. Returns 0 or an errno. */
int root_files_names(
	TALLOC_CTX *ctx, const struct root_files *root, const char *path, char ***ret, size_t *n);

struct root_files_pattern {
	const char *begin, *end; /* of a name; "": any */
};

/* Those that fit, of a folder with very many: /usr/share/doc has one for each package. */
int root_files_names_of(TALLOC_CTX *ctx, const struct root_files *root, const char *path,
	const struct root_files_pattern *of, char ***ret, size_t *n);

/*
 * Opens a regular file to read; the descriptor is the caller's. Returns 0 or an errno.
 */
int root_files_fd(const struct root_files *root, const char *path, int *ret);

/* Bytes that users may still write to the file system of a path, and its size. 0 or an errno. */
int root_files_space(
	const struct root_files *root, const char *path, uint64_t *available, uint64_t *size);

#endif
