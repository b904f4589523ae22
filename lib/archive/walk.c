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

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/name_index.h"

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
	bool full;   /* at the cap of files: the walk ends */
	bool capped; /* something was left out */
	struct vmt_err *err;
};

static int add(struct walker *w, const struct walk_file *file)
{
	struct walk *walk = w->walk;
	struct walk_file *files;

	if (walk->n == CAP_WALK_FILES && !file->error.code) {
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
	return files[walk->n++].path ? 0 : err_nomem(w->err);
}

static int add_error(struct walker *w, const char *path, size_t folder, int os_errno)
{
	struct walk_file file = {.path = path, .folder = folder};

	err_set_errno(&file.error, os_errno, "cannot read the folder");
	return add(w, &file);
}

static int add_far(struct walker *w, const char *path)
{
	struct walk_file file = {.path = path, .folder = ++w->n_folders};

	err_set(&file.error, VMT_ERR_LIMIT,
		"on another file system: skipped unless it is named itself");
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

static int64_t mtime_of(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static int walk_folder(struct walker *w, const char *path, dev_t dev, unsigned depth);

/* Visits an entry of a folder on dev. The first pass takes files, the second takes folders. */
static int walk_entry(
	struct walker *w, const char *path, size_t folder, dev_t dev, bool folders, unsigned depth)
{
	struct walk_file file = {.path = path, .folder = folder};
	struct stat st;
	int rc;

	if (stat(path, &st) || (folders ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode)))
		return 0; /* a dangling link, a socket */
	rc = first_time(w, &st);
	if (rc <= 0)
		return rc;
	if (folders)
		return st.st_dev == dev ? walk_folder(w, path, dev, depth + 1) : add_far(w, path);
	file.mtime_ns = mtime_of(&st);
	return add(w, &file);
}

static int walk_folder(struct walker *w, const char *path, dev_t dev, unsigned depth)
{
	size_t len = strlen(path), folder = ++w->n_folders;
	struct dirent **names;
	int n, rc = 0;

	if (depth > CAP_WALK_DEPTH) {
		w->capped = true;
		return 0;
	}
	while (len > 1 && path[len - 1] == '/')
		len--;
	n = scandir(path, &names, not_dots, by_bytes);
	if (n < 0)
		return add_error(w, path, folder, errno);
	for (int i = 0; i < 2 * n && !rc && !w->full; i++) {
		char *inside = talloc_asprintf(w->ctx, "%.*s%s%s", (int)len, path,
			path[len - 1] == '/' ? "" : "/", names[i < n ? i : i - n]->d_name);
		rc = inside ? walk_entry(w, inside, folder, dev, i >= n, depth) : err_nomem(w->err);
		talloc_free(inside);
	}
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
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
			file.mtime_ns = mtime_of(&st);
			rc = first_time(w, &st);
			return rc > 0 ? add(w, &file) : rc;
		}
		return add(w, &file); /* its triage will fail and give the reason */
	}
	rc = first_time(w, &st);
	return rc > 0 ? walk_folder(w, path, st.st_dev, 1) : rc;
}

int walk_paths(
	TALLOC_CTX *ctx, const char *const *paths, size_t n, struct walk *ret, struct vmt_err *err)
{
	struct walker w = {.walk = ret, .ctx = ctx, .err = err};
	struct walk_file cap = {.path = n ? paths[0] : "", .folder = SIZE_MAX};
	int rc = 0;

	*ret = (struct walk){0};
	rc = name_index_new(ctx, 0, &w.index, err);
	for (size_t i = 0; i < 2 * n && !rc && !w.full; i++)
		rc = walk_named(&w, paths[i % n], i >= n);
	if (!rc && w.capped) {
		err_set(&cap.error, VMT_ERR_LIMIT,
			"more than %d files or %d levels of folders; the rest was not examined",
			CAP_WALK_FILES, CAP_WALK_DEPTH);
		rc = add(&w, &cap);
	}
	talloc_free(w.index);
	return rc;
}
