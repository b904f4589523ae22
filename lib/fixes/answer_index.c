// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Indexes of sources, and where they are kept. A source of which anything changed has another name
 * of its index, so that what is found is of the source as it is. Several processes may write the
 * same one: each writes aside and renames.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/seconds.h"
#include "fixes/answer.h"

#define KEPT 32 /* indexes of the folder: a few MB each */

struct reading {
	struct answer *a;
	const struct fix_source *source;
	struct index_builder *builder;
	bool full;
};

static int take(const struct fix *fix, void *arg, struct vmt_err *err)
{
	struct reading *r = arg;
	int rc = index_add(fix, r->builder, err);

	r->full = rc == VMT_ERR_LIMIT;
	return rc;
}

static int tell_progress(void *arg, uint64_t done, uint64_t whole)
{
	const struct reading *r = arg;
	const struct vmt_fixes_options *o = r->a->opts;

	o->progress(o->progress_arg, done, whole, r->source->path);
	return 0;
}

/* What is full has the newest: that comes first. */
static int build(struct answer *a, const struct fix_source *source, const uint8_t **data,
	size_t *size, struct vmt_err *err)
{
	struct reading reading = {.a = a, .source = source};
	struct fix_reading r = {.take = take, .arg = &reading};
	int rc = index_builder_new(a->tmp, &reading.builder, err);

	if (rc)
		return rc;
	/* fix_reading has one arg for both. */
	if (a->opts->progress)
		r.progress = tell_progress;
	rc = fix_source_read(a->root, source, &r, err);
	if (rc && reading.full)
		rc = 0;
	if (!rc)
		rc = index_finish(a->tmp, reading.builder, data, size, err);
	talloc_free(reading.builder);
	return rc;
}

/* ---- the folder -------------------------------------------------------------------------- */

/* With the folders above it. It holds nothing that is secret. */
static bool make_folder(const char *path)
{
	char *copy = talloc_strdup(NULL, path);
	bool good = copy != NULL;

	for (char *p = copy; p && (p = strchr(p + 1, '/'));) {
		*p = '\0';
		mkdir(copy, 0777);
		*p = '/';
	}
	good = good && (!mkdir(path, 0777) || errno == EEXIST);
	talloc_free(copy);
	return good;
}

static bool write_all(int fd, const uint8_t *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		size -= (size_t)n;
	}
	return true;
}

struct kept {
	char *path;
	int64_t mtime_ns;
};

static int newest_first(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;

	if (x->mtime_ns != y->mtime_ns)
		return x->mtime_ns > y->mtime_ns ? -1 : 1;
	return strcmp(x->path, y->path);
}

/*
 * Removes the indexes of the folder that were written longest ago, all but KEPT. Unfinished ones,
 * with a suffix, count too: a process that was killed leaves them.
 */
static void tidy(const char *folder)
{
	TALLOC_CTX *tmp = talloc_new(NULL);
	struct root_files *root;
	struct kept *list;
	char **names;
	size_t n = 0, found = 0;

	if (!tmp || root_files_open(tmp, folder, &root, NULL) ||
		root_files_names(tmp, root, "/", &names, &n) ||
		!(list = talloc_array(tmp, struct kept, n + 1))) {
		talloc_free(tmp);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		char *path = talloc_asprintf(tmp, "%s/%s", folder, names[i]);
		struct stat st;

		if (path && strstr(names[i], ".index") && !lstat(path, &st) && S_ISREG(st.st_mode))
			list[found++] = (struct kept){path, seconds_mtime_ns(&st)};
	}
	qsort(list, found, sizeof(*list), newest_first);
	for (size_t i = KEPT; i < found; i++)
		unlink(list[i].path);
	talloc_free(tmp);
}

/* A failure is none of the user's: the answer is the same without. */
static void keep(
	TALLOC_CTX *tmp, const char *folder, const char *path, const uint8_t *data, size_t size)
{
	char *aside = talloc_asprintf(tmp, "%s.XXXXXX", path);
	int fd;

	if (!aside || !make_folder(folder))
		return;
	fd = mkostemp(aside, O_CLOEXEC);
	if (fd < 0)
		return;
	if (!write_all(fd, data, size) || fchmod(fd, 0644) || fsync(fd) || close(fd) ||
		rename(aside, path))
		unlink(aside);
	else
		tidy(folder);
}

/* ---- all --------------------------------------------------------------------------------- */

/* *ret NULL: there is none. */
static int folder_of(TALLOC_CTX *ctx, const char *given, char **ret, struct vmt_err *err)
{
	*ret = NULL;
	if (!given)
		return fix_cache_folder(ctx, ret, err);
	if (*given)
		*ret = talloc_strdup(ctx, given);
	return *ret || !*given ? 0 : err_nomem(err);
}

/* What can be read only once has no name that means the same next time. */
static int name_of(struct answer *a, const struct fix_source *source, char **folder, char **path,
	struct vmt_err *err)
{
	char *name;
	int rc = 0;

	*folder = *path = NULL;
	if (source->open)
		return 0;
	rc = folder_of(a->tmp, a->opts->cache, folder, err);
	if (rc || !*folder)
		return rc;
	rc = fix_cache_name(a->tmp, a->root && root_files_is_tree(a->root) ? a->opts->root : NULL,
		source, &name, err);
	if (rc)
		return rc;
	*path = talloc_asprintf(a->tmp, "%s/%s", *folder, name);
	return *path ? 0 : err_nomem(err);
}

int answer_index(struct answer *a, const struct fix_source *source, struct fixes_index **ret,
	struct vmt_err *err)
{
	const uint8_t *data;
	char *folder, *path;
	size_t size;
	int rc = name_of(a, source, &folder, &path, err);

	if (rc)
		return rc;
	/* Whatever is wrong with one that was kept: it is made again. */
	if (path && !index_open(a->tmp, path, ret, NULL))
		return 0;
	if (a->kept)
		return err_set(err, VMT_ERR_NOTFOUND, "%s: has no index", source->path);
	rc = build(a, source, &data, &size, err);
	if (rc)
		return rc;
	if (path)
		keep(a->tmp, folder, path, data, size);
	return index_from(a->tmp, data, size, ret, err);
}

bool answer_index_any(const char *cache, const char *begin)
{
	char *folder = NULL;
	bool any = false;
	DIR *dir = NULL;
	const struct dirent *entry;

	if (!folder_of(NULL, cache, &folder, NULL) && folder)
		dir = opendir(folder);
	while (dir && !any && (entry = readdir(dir))) {
		const char *end = strrchr(entry->d_name, '.');

		any = end && !strcmp(end, ".index") &&
		      !strncmp(entry->d_name, begin, strlen(begin));
	}
	if (dir)
		closedir(dir);
	talloc_free(folder);
	return any;
}

bool answer_index_kept(struct answer *a, const struct fix_source *source)
{
	char *folder, *path;

	return !name_of(a, source, &folder, &path, NULL) && path && !access(path, R_OK);
}
