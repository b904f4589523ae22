// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/caps.h"
#include "io/crash_name.h"
#include "log/pstore.h"

struct named {
	const char *path;
	struct crash_name name;
};

/* What one folder holds. */
struct content {
	const char **parts; /* of logs that pstore kept */
	size_t n_parts;
	struct named *files; /* with known names, the best first */
	size_t n_files, n_dumps;
	size_t n_folders, n_others;
	char *folder; /* the last one seen */
};

static int add_path(TALLOC_CTX *ctx, const char ***paths, size_t *n, const char *path)
{
	const char **more = ARRAY_ROOM(ctx, *paths, *n);

	if (!more)
		return VMT_ERR_NOMEM;
	*paths = more;
	more[(*n)++] = path;
	return 0;
}

static int add_named(TALLOC_CTX *ctx, struct content *c, const char *path, struct crash_name name)
{
	struct named *more = ARRAY_ROOM(ctx, c->files, c->n_files);

	if (!more)
		return VMT_ERR_NOMEM;
	c->files = more;
	more[c->n_files++] = (struct named){path, name};
	c->n_dumps += name.kind == CRASH_NAME_DUMP;
	return 0;
}

static int add_part(TALLOC_CTX *ctx, struct content *c, const char *path, struct vmt_err *err)
{
	if (c->n_parts == CAP_PSTORE_PARTS)
		return err_set(err, VMT_ERR_LIMIT, "more than %u parts of logs", CAP_PSTORE_PARTS);
	return add_path(ctx, &c->parts, &c->n_parts, path) ? err_nomem(err) : 0;
}

/* A link to a folder is not followed, and a folder of another file system is left alone. */
static bool is_folder_of(const char *path, const struct stat *parent)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && parent->st_dev == st.st_dev;
}

static int look(TALLOC_CTX *ctx, struct content *c, char *path, const struct stat *folder,
	struct vmt_err *err)
{
	struct crash_name name = crash_name_of(path);
	struct pstore_part part;
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode)) {
		bool inside = is_folder_of(path, folder);

		c->n_folders += inside;
		c->n_others += !inside;
		if (inside)
			c->folder = path;
		return 0;
	}
	if (pstore_peek(path, NULL, &part))
		return add_part(ctx, c, path, err);
	c->n_others += !name.rank;
	return name.rank && add_named(ctx, c, path, name) ? err_nomem(err) : 0;
}

static int by_rank(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	if (x->name.rank != y->name.rank)
		return x->name.rank < y->name.rank ? -1 : 1;
	return strcmp(x->path, y->path);
}

static int read_content(TALLOC_CTX *ctx, const char *folder, struct content *c, struct vmt_err *err)
{
	DIR *d = opendir(folder);
	struct stat st = {0};
	struct dirent *e;
	size_t seen = 0;
	int rc = 0;

	*c = (struct content){0};
	if (!d || fstat(dirfd(d), &st))
		rc = err_set_errno(err, errno, "the folder could not be read");
	while (!rc && (e = readdir(d))) {
		char *path = talloc_asprintf(ctx, "%s/%s", folder, e->d_name);

		if (++seen > CAP_FOLDER_ENTRIES)
			rc = err_set(err, VMT_ERR_LIMIT, "more than %u files in the folder",
				CAP_FOLDER_ENTRIES);
		else if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			rc = path ? look(ctx, c, path, &st, err) : err_nomem(err);
	}
	if (d)
		closedir(d);
	if (!rc && c->n_files)
		qsort(c->files, c->n_files, sizeof(*c->files), by_rank);
	return rc;
}

/* ---- the inputs -------------------------------------------------------------------------- */

static int add_input(TALLOC_CTX *ctx, struct folder *f, const char *const *paths, size_t n)
{
	struct folder_input *more = ARRAY_ROOM(ctx, f->inputs, f->n);

	if (!more)
		return VMT_ERR_NOMEM;
	f->inputs = more;
	more[f->n++] = (struct folder_input){paths, n};
	return 0;
}

static int make_inputs(
	TALLOC_CTX *ctx, const struct content *c, struct folder *ret, struct vmt_err *err)
{
	int rc = c->n_parts ? add_input(ctx, ret, c->parts, c->n_parts) : 0;

	for (size_t i = 0; i < c->n_files && !rc; i++)
		if (c->files[i].name.kind != CRASH_NAME_STATUS)
			rc = add_input(ctx, ret, &c->files[i].path, 1);
	return rc ? err_nomem(err) : 0;
}

int folder_read(TALLOC_CTX *ctx, const char *path, struct folder *ret, struct vmt_err *err)
{
	struct content c;
	int rc;

	*ret = (struct folder){0};
	/* systemd-pstore's TIME/COUNT: the only entry of a folder is a folder. */
	for (unsigned depth = 0; path && depth < CAP_WALK_DEPTH && !ret->n; depth++) {
		rc = read_content(ctx, path, &c, err);
		if (!rc)
			rc = make_inputs(ctx, &c, ret, err);
		if (rc)
			return rc;
		path = c.n_folders == 1 && !c.n_others && !c.n_files ? c.folder : NULL;
		if (ret->n && (c.n_folders || c.n_dumps > 1))
			ret->n = 0;
	}
	return ret->n ? 0
		      : err_set(err, VMT_ERR_SEVERAL,
				"is a directory, but not one with the files of a single crash");
}

int folder_known_files(TALLOC_CTX *ctx, const char *folder, const char *const **paths, size_t *n,
	struct vmt_err *err)
{
	const char **all = NULL;
	struct content c;
	int rc = 0;

	*n = 0;
	for (unsigned depth = 0; folder && !rc && depth < CAP_WALK_DEPTH; depth++) {
		rc = read_content(ctx, folder, &c, err);
		for (size_t i = 0; i < c.n_parts && !rc; i++)
			rc = add_path(ctx, &all, n, c.parts[i]);
		for (size_t i = 0; i < c.n_files && !rc; i++)
			rc = add_path(ctx, &all, n, c.files[i].path);
		folder = c.n_folders == 1 ? c.folder : NULL;
	}
	*paths = all;
	return rc;
}
