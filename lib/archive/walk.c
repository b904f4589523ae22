// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * RHEL and SUSE keep /var/crash/HOST-STAMP/vmcore, Debian and Ubuntu /var/crash/STAMP/dump.STAMP,
 * others anything. So names mean nothing here, and depth little.
 */
#include "archive/walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/mounts.h"
#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/name_index.h"
#include "base/seconds.h"

struct inode {
	dev_t dev;
	ino_t ino;
};

CAP_FITS(2 * CAP_WALK_FILES, sizeof(struct walk_file));

struct walker {
	struct walk *walk;
	TALLOC_CTX *ctx;
	struct inode *seen;
	size_t n_seen;
	struct name_index *index; /* of seen */
	size_t n_folders;
	struct mounts *mounts;
	const struct walk_progress *progress;
	bool full;   /* at the cap of files: the walk ends */
	bool capped; /* something was left out */
	struct vmt_err *err;
};

static int add(struct walker *w, const struct walk_file *file)
{
	struct walk *walk = w->walk;
	struct walk_file *files;

	if (walk->n >= CAP_WALK_FILES && !file->error) {
		w->full = w->capped = true;
		return 0;
	}
	files = ARRAY_ROOM(w->ctx, walk->files, walk->n);
	if (!files)
		return err_nomem(w->err);
	walk->files = files;
	files[walk->n] = *file;
	files[walk->n].path = talloc_strdup(w->ctx, file->path);
	files[walk->n].file = vmt_file_path(files[walk->n].path);
	if (file->error)
		files[walk->n].error = talloc_memdup(w->ctx, file->error, sizeof(*file->error));
	if (!files[walk->n].path || (file->error && !files[walk->n].error))
		return err_nomem(w->err);
	walk->n++;
	return 0;
}

/* At the cap of files, no more are named. */
static int add_left(struct walker *w, const char *path, const char *reason)
{
	struct walk *walk = w->walk;
	struct walk_left *left;

	if (walk->n_left >= CAP_WALK_FILES)
		return 0;
	left = ARRAY_ROOM(w->ctx, walk->left, walk->n_left);
	if (!left)
		return err_nomem(w->err);
	walk->left = left;
	left[walk->n_left] = (struct walk_left){talloc_strdup(w->ctx, path), reason};
	return left[walk->n_left++].path ? 0 : err_nomem(w->err);
}

static int add_kernels(struct walker *w, const char *path)
{
	w->walk->n_skipped++;
	return add_left(w, path, "in a file system of the kernel's own");
}

static int add_error(struct walker *w, const char *path, size_t folder, int os_errno)
{
	struct vmt_err e;
	struct walk_file file = {.path = path, .folder = folder, .error = &e};

	err_set_errno(&e, os_errno, "cannot read the folder");
	return add(w, &file);
}

static int add_far(struct walker *w, const char *path)
{
	struct vmt_err e;
	struct walk_file file = {.path = path, .folder = ++w->n_folders, .error = &e};

	err_set(&e, VMT_ERR_LIMIT, "on another file system: skipped unless it is named itself");
	return add(w, &file);
}

/* Returns 1 the first time, 0 after that, or an error code. */
static int first_time(struct walker *w, const struct stat *st)
{
	uint64_t sum = name_index_start(w->index);
	uint32_t hash, cursor = 0, i;
	struct inode *seen;

	sum = name_index_more(sum, &st->st_dev, sizeof(st->st_dev));
	hash = name_index_hash(name_index_more(sum, &st->st_ino, sizeof(st->st_ino)));
	while (name_index_next(w->index, hash, &cursor, &i))
		if (w->seen[i].dev == st->st_dev && w->seen[i].ino == st->st_ino)
			return 0;
	seen = ARRAY_ROOM(w->index, w->seen, w->n_seen);
	if (!seen)
		return err_nomem(w->err);
	w->seen = seen;
	seen[w->n_seen] = (struct inode){st->st_dev, st->st_ino};
	return name_index_add(w->index, hash, (uint32_t)w->n_seen++, w->err) ? VMT_ERR_NOMEM : 1;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_dots(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

/* A folder while it is walked. */
struct place {
	const char *path;
	const char *real; /* absolute, without links; NULL: not known */
	dev_t dev;
	size_t number;
	unsigned depth;
};

static int walk_folder(struct walker *w, const struct place *place);

/* The entry's own absolute path; NULL: not known. */
static char *real_path(struct walker *w, const struct place *place, const struct dirent *e)
{
	if (!place->real || e->d_type != DT_DIR)
		return NULL;
	return talloc_asprintf(w->ctx, "%s/%s", place->real[1] ? place->real : "", e->d_name);
}

static int walk_inside(struct walker *w, const struct place *place, char *real, const char *path)
{
	char *followed = real ? NULL : realpath(path, NULL);
	struct place inside = {path, real ? real : followed, place->dev, 0, place->depth + 1};
	int rc = walk_folder(w, &inside);

	free(followed);
	return rc;
}

/* A folder on another file system. */
static int walk_apart(struct walker *w, const char *path, enum mount_kind kind)
{
	if (kind == MOUNT_PLAIN)
		return add_far(w, path);
	return add_kernels(w, path);
}

/* A mount point is not even looked at: its server may be dead. */
static int walk_subfolder(
	struct walker *w, const struct place *place, const struct dirent *e, const char *path)
{
	char *real = real_path(w, place, e);
	enum mount_kind kind;
	const char *type;
	struct stat st;
	int rc = 0;

	if (real && mounts_has_point(w->mounts, real, &kind))
		rc = walk_apart(w, path, kind);
	else if (!stat(path, &st) && S_ISDIR(st.st_mode) && (rc = first_time(w, &st)) > 0)
		rc = st.st_dev == place->dev
			     ? walk_inside(w, place, real, path)
			     : walk_apart(w, path, mounts_kind(w->mounts, st.st_dev, &type));
	talloc_free(real);
	return rc;
}

/* Visits an entry of a folder. The first pass takes files, the second takes folders. */
static int walk_entry(struct walker *w, const struct place *place, const struct dirent *e,
	bool folders, const char *path)
{
	struct walk_file file = {.path = path, .folder = place->number};
	const char *type;
	struct stat st;
	int rc;

	/* A folder, or what may be a link to one. */
	if (folders)
		return e->d_type == DT_UNKNOWN || e->d_type == DT_LNK || e->d_type == DT_DIR
			       ? walk_subfolder(w, place, e, path)
			       : 0;
	if (e->d_type == DT_DIR)
		return 0;
	if (stat(path, &st))
		return add_left(w, path, "a link to nothing");
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? 0 : add_left(w, path, "no regular file");
	/* A link to /proc/kmsg never ends. */
	if (st.st_dev != place->dev && mounts_kind(w->mounts, st.st_dev, &type) == MOUNT_KERNEL)
		return add_kernels(w, path);
	rc = first_time(w, &st);
	if (rc <= 0)
		return rc;
	file.mtime_ns = seconds_mtime_ns(&st);
	return add(w, &file);
}

static int walk_folder(struct walker *w, const struct place *place)
{
	size_t len = strlen(place->path);
	struct place here = *place;
	struct dirent **names;
	int n, rc = 0;

	here.number = ++w->n_folders;
	if (here.depth > CAP_WALK_DEPTH) {
		w->capped = true;
		return 0;
	}
	while (len > 1 && here.path[len - 1] == '/')
		len--;
	if (w->progress->show)
		w->progress->show(w->progress->arg, w->walk->n, 0, here.path);
	n = scandir(here.path, &names, not_dots, by_bytes);
	if (n < 0)
		return add_error(w, here.path, here.number, errno);
	for (int i = 0; i < 2 * n && !rc && !w->full; i++) {
		const struct dirent *e = names[i < n ? i : i - n];
		char *inside = talloc_asprintf(w->ctx, "%.*s%s%s", (int)len, here.path,
			here.path[len - 1] == '/' ? "" : "/", e->d_name);

		rc = inside ? walk_entry(w, &here, e, i >= n, inside) : err_nomem(w->err);
		talloc_free(inside);
	}
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return rc;
}

static int walk_top(struct walker *w, const char *path, const struct stat *st)
{
	struct vmt_err e;
	struct walk_file file = {.path = path, .folder = ++w->n_folders, .error = &e};
	struct place place = {.path = path, .dev = st->st_dev, .depth = 1};
	const char *type;
	char *real;
	int rc;

	if (mounts_kind(w->mounts, st->st_dev, &type) == MOUNT_KERNEL) {
		err_set(&e, VMT_ERR_FORMAT,
			"a folder of the kernel's own file system %s: no crash is kept there",
			type);
		return add(w, &file);
	}
	real = realpath(path, NULL);
	place.real = real;
	rc = walk_folder(w, &place);
	free(real);
	return rc;
}

/* Visits a named path; folders are for the second pass. */
static int walk_named(struct walker *w, const char *path, bool folders)
{
	struct walk_file file = {.path = path, .named = true};
	struct stat st;
	bool is_folder = strcmp(path, "-") != 0 && !stat(path, &st) && S_ISDIR(st.st_mode);
	int rc;

	if (is_folder != folders)
		return 0;
	if (!is_folder) {
		if (strcmp(path, "-") != 0 && !stat(path, &st)) {
			file.mtime_ns = seconds_mtime_ns(&st);
			rc = first_time(w, &st);
			return rc > 0 ? add(w, &file) : rc;
		}
		return add(w, &file); /* its triage will fail and give the reason */
	}
	rc = first_time(w, &st);
	return rc > 0 ? walk_top(w, path, &st) : rc;
}

int walk_paths(TALLOC_CTX *ctx, const char *const *paths, size_t n,
	const struct walk_progress *progress, struct walk *ret, struct vmt_err *err)
{
	struct walker w = {.walk = ret, .ctx = ctx, .err = err, .progress = progress};
	struct vmt_err e;
	struct walk_file cap = {.path = n ? paths[0] : "", .folder = SIZE_MAX, .error = &e};
	int rc = 0;

	*ret = (struct walk){0};
	rc = name_index_new(ctx, 0, &w.index, err);
	if (!rc)
		w.mounts = mounts_read(w.index);
	if (!rc && !w.mounts)
		rc = err_nomem(err);
	for (size_t i = 0; i < 2 * n && !rc && !w.full; i++)
		rc = walk_named(&w, paths[i % n], i >= n);
	if (!rc && w.capped) {
		err_set(&e, VMT_ERR_LIMIT,
			"more than %d files or %d levels of folders; the rest was not examined",
			CAP_WALK_FILES, CAP_WALK_DEPTH);
		rc = add(&w, &cap);
	}
	talloc_free(w.index);
	return rc;
}
