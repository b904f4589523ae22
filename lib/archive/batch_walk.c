// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/batch_walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/mounts.h"
#include "base/array.h"
#include "base/caps.h"
#include "base/seconds.h"

struct walker {
	struct batch_walk *walk;
	struct mounts *mounts;
	struct vmt_err *err;
};

/* The files of one folder. */
struct files {
	struct batch_file *items; /* talloc child of the folder's context, as the paths are */
	size_t n;
};

struct folder {
	const char *path;
	dev_t dev;
	unsigned depth;
	TALLOC_CTX *ctx;
	struct files files, folders;
};

static int skip(struct batch_file *file, const char *why)
{
	file->skipped = true;
	return err_set(&file->why, VMT_ERR_FORMAT, "%s", why);
}

static void describe(struct batch_file *file, const struct stat *st, bool named)
{
	file->known = S_ISREG(st->st_mode);
	file->size = (uint64_t)st->st_size;
	file->mtime_ns = seconds_mtime_ns(st);
	if (file->known || (named && (S_ISFIFO(st->st_mode) || S_ISSOCK(st->st_mode))))
		return;
	if (S_ISDIR(st->st_mode))
		skip(file, "a link to a folder: it is not followed");
	else if (S_ISFIFO(st->st_mode))
		skip(file, "a FIFO");
	else if (S_ISSOCK(st->st_mode))
		skip(file, "a socket");
	else
		skip(file, "a device");
}

static bool is_own(const struct batch_walk *walk, const struct stat *st)
{
	for (size_t i = 0; i < walk->n_except; i++)
		if (walk->except[i].dev == st->st_dev && walk->except[i].ino == st->st_ino)
			return true;
	return false;
}

/* The path becomes a talloc child of ctx. */
static int add_any(TALLOC_CTX *ctx, struct files *files, const struct batch_file *file,
	const char *path, struct vmt_err *err)
{
	struct batch_file *more = ARRAY_ROOM(ctx, files->items, files->n);
	const char *copy = more ? talloc_strdup(more, path) : NULL;

	if (more)
		files->items = more;
	if (!copy)
		return err_nomem(err);
	more[files->n] = *file;
	more[files->n++].path = copy;
	return 0;
}

/* The same, if the file belongs to this batch. */
static int add(struct walker *w, TALLOC_CTX *ctx, struct files *files,
	const struct batch_file *file, const char *path)
{
	if (shard_has(&w->walk->shard, path))
		return add_any(ctx, files, file, path, w->err);
	w->walk->n_elsewhere++;
	return 0;
}

static int add_skipped(struct walker *w, struct folder *f, const char *path, const char *why)
{
	struct batch_file file = {.skipped = false};

	skip(&file, why);
	return add(w, f->ctx, &f->files, &file, path);
}

/* ---- a folder ---------------------------------------------------------------------------- */

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_dots(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static int walk_folder(struct walker *w, const char *path, dev_t dev, unsigned depth);

static bool is_of_kernel(const struct walker *w, const struct stat *st)
{
	const char *type;

	return mounts_kind(w->mounts, st->st_dev, &type) == MOUNT_KERNEL;
}

static int take_subfolder(
	struct walker *w, struct folder *f, const char *path, const struct stat *st)
{
	const struct batch_file file = {.skipped = false};
	const char *why = NULL;

	if (st->st_dev != f->dev)
		why = is_of_kernel(w, st) ? "a file system of the kernel's own"
					  : "on another file system: skipped unless it is named "
					    "itself";
	else if (f->depth >= CAP_WALK_DEPTH)
		why = "a folder too deep below the one that was named";
	return why ? add_skipped(w, f, path, why)
		   : add_any(f->ctx, &f->folders, &file, path, w->err);
}

static int look_at(struct walker *w, struct folder *f, const char *path)
{
	struct batch_file file = {.skipped = false};
	struct stat own, st;
	bool gone = lstat(path, &own);

	st = own;
	if (!gone && S_ISLNK(own.st_mode))
		gone = stat(path, &st);
	if (gone) {
		err_set_errno(&file.why, errno, "cannot read");
		return add(w, f->ctx, &f->files, &file, path);
	}
	if (is_own(w->walk, &st))
		return 0;
	if (S_ISDIR(own.st_mode))
		return take_subfolder(w, f, path, &st);
	/* A link to /proc/kmsg never ends. */
	if (st.st_dev != f->dev && is_of_kernel(w, &st))
		return add_skipped(w, f, path, "a file of the kernel's own file systems");
	describe(&file, &st, false);
	return add(w, f->ctx, &f->files, &file, path);
}

static int read_folder(struct walker *w, struct folder *f)
{
	size_t len = strlen(f->path);
	struct dirent **names;
	int n = scandir(f->path, &names, not_dots, by_bytes), rc = 0;

	if (n < 0) {
		struct batch_file file = {.skipped = false};

		err_set_errno(&file.why, errno, "cannot read the folder");
		return add(w, f->ctx, &f->files, &file, f->path);
	}
	while (len > 1 && f->path[len - 1] == '/')
		len--;
	for (int i = 0; i < n; i++) {
		char *path = rc ? NULL
				: talloc_asprintf(f->ctx, "%.*s%s%s", (int)len, f->path,
					  f->path[len - 1] == '/' ? "" : "/", names[i]->d_name);

		if (path && names[i]->d_type == DT_REG && !shard_has(&w->walk->shard, path))
			w->walk->n_elsewhere++;
		else if (!rc)
			rc = path ? look_at(w, f, path) : err_nomem(w->err);
		talloc_free(path);
		free(names[i]);
	}
	free(names);
	return rc;
}

/* As deep as CAP_WALK_DEPTH. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static int walk_folder(struct walker *w, const char *path, dev_t dev, unsigned depth)
{
	struct folder f = {.path = path, .dev = dev, .depth = depth, .ctx = talloc_new(NULL)};
	int rc = f.ctx ? read_folder(w, &f) : err_nomem(w->err);

	if (!rc && f.files.n)
		rc = w->walk->take(w->walk->arg, f.files.items, f.files.n);
	talloc_free(f.files.items);
	for (size_t i = 0; i < f.folders.n && !rc; i++)
		rc = walk_folder(w, f.folders.items[i].path, dev, depth + 1);
	talloc_free(f.ctx);
	return rc;
}

/* ---- what was named ---------------------------------------------------------------------- */

static bool is_folder(const char *path, struct stat *st)
{
	return strcmp(path, "-") != 0 && !stat(path, st) && S_ISDIR(st->st_mode);
}

static int take_named_files(struct walker *w)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct files files = {0};
	int rc = ctx ? 0 : err_nomem(w->err);

	for (size_t i = 0; i < w->walk->n && !rc; i++) {
		const char *path = w->walk->paths[i];
		struct batch_file file = {.skipped = false};
		struct stat st;

		if (is_folder(path, &st))
			continue;
		/* One that is not there may be a member of an archive: its triage says so. */
		if (strcmp(path, "-") != 0 && !stat(path, &st))
			describe(&file, &st, true);
		rc = add(w, ctx, &files, &file, path);
	}
	if (!rc && files.n)
		rc = w->walk->take(w->walk->arg, files.items, files.n);
	talloc_free(ctx);
	return rc;
}

static int take_named_folder(struct walker *w, const char *path, const struct stat *st)
{
	struct batch_file file = {.path = path};
	const char *type;

	if (mounts_kind(w->mounts, st->st_dev, &type) != MOUNT_KERNEL)
		return walk_folder(w, path, st->st_dev, 1);
	err_set(&file.why, VMT_ERR_FORMAT,
		"a folder of the kernel's own file system %s: no crash is kept there", type);
	if (shard_has(&w->walk->shard, path))
		return w->walk->take(w->walk->arg, &file, 1);
	w->walk->n_elsewhere++;
	return 0;
}

int batch_walk(struct batch_walk *walk, struct vmt_err *err)
{
	struct walker w = {.walk = walk, .mounts = mounts_read(NULL), .err = err};
	int rc = w.mounts ? take_named_files(&w) : err_nomem(err);
	struct stat st;

	for (size_t i = 0; i < walk->n && !rc; i++)
		if (is_folder(walk->paths[i], &st))
			rc = take_named_folder(&w, walk->paths[i], &st);
	talloc_free(w.mounts);
	return rc;
}
