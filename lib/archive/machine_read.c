// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/machine_read.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/array.h"
#include "io/layers.h"

#define MOST_BYTES (256u << 20) /* of a file; what follows is left out */
#define MOST_FILES 4096		/* of a folder */

static int read_source(
	TALLOC_CTX *ctx, struct source *src, struct machine_text *ret, struct vmt_err *err)
{
	struct layers layers = {0};
	struct source *inside = src;
	int64_t n;
	int rc = 0;

	if (layers_is_packed(src))
		rc = layers_peel(src, src, &inside, &layers, err);
	if (rc)
		return rc;
	ret->len = inside->size < MOST_BYTES ? (size_t)inside->size : MOST_BYTES;
	ret->bytes = talloc_zero_size(ctx, ret->len + 1);
	if (!ret->bytes)
		return err_nomem(err);
	n = source_read(inside, 0, ret->bytes, ret->len, err);
	ret->len = n > 0 ? (size_t)n : 0;
	return n < 0 ? (int)n : 0;
}

int machine_read(TALLOC_CTX *ctx, const char *path, struct machine_text *ret, struct vmt_err *err)
{
	TALLOC_CTX *tmp = talloc_new(NULL);
	struct source *src;
	struct stat st;
	int rc;

	*ret = (struct machine_text){0};
	if (!tmp)
		return err_nomem(err);
	if (stat(path, &st) || !S_ISREG(st.st_mode) || source_open_file(tmp, path, &src, NULL)) {
		talloc_free(tmp);
		return 0;
	}
	ret->changed = st.st_mtime;
	rc = read_source(ctx, src, ret, err);
	talloc_free(tmp);
	return rc == VMT_ERR_NOMEM ? rc : !rc;
}

static int open_input(
	TALLOC_CTX *ctx, const struct vmt_file *file, struct source **ret, struct vmt_err *err)
{
	const char *name = file->name ? file->name : "the journal";

	switch (file->kind) {
	case VMT_FILE_FD:
		return source_open_fd(ctx, file->fd, name, ret, err);
	case VMT_FILE_MEMORY:
		return source_open_memory(ctx, name, file->data, file->size, ret, err);
	case VMT_FILE_SLICE:
		return source_open_slice(ctx, file, ret, err);
	case VMT_FILE_PATH:
	default:
		return source_open_operand(ctx, file->name, ret, err);
	}
}

/* Nothing was written to it: a journal without such lines. */
static bool is_empty(const struct vmt_file *file)
{
	struct stat st;

	if (file->kind == VMT_FILE_PATH)
		return !stat(file->name, &st) && S_ISREG(st.st_mode) && !st.st_size;
	return file->kind == VMT_FILE_FD && !fstat(file->fd, &st) && !S_ISDIR(st.st_mode);
}

int machine_read_input(
	TALLOC_CTX *ctx, const struct vmt_file *file, struct machine_text *ret, struct vmt_err *err)
{
	TALLOC_CTX *tmp = talloc_new(NULL);
	struct source *src;
	struct stat st;
	int rc = tmp ? open_input(tmp, file, &src, err) : err_nomem(err);

	*ret = (struct machine_text){.changed = time(NULL)};
	if (!rc && file->kind == VMT_FILE_PATH && !stat(file->name, &st) && S_ISREG(st.st_mode))
		ret->changed = st.st_mtime;
	if (!rc)
		rc = read_source(ctx, src, ret, err);
	else if (rc == VMT_ERR_FORMAT && is_empty(file))
		rc = 0;
	talloc_free(tmp);
	return rc;
}

/* ---- folders ----------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_names(TALLOC_CTX *ctx, DIR *d, char ***ret, size_t *n, struct vmt_err *err)
{
	const struct dirent *e;

	while (*n < MOST_FILES && (e = readdir(d))) {
		char **room;

		if (e->d_name[0] == '.')
			continue;
		room = ARRAY_ROOM(ctx, *ret, *n);
		if (!room)
			return err_nomem(err);
		*ret = room;
		room[*n] = talloc_strdup(ctx, e->d_name);
		if (!room[(*n)++])
			return err_nomem(err);
	}
	return 0;
}

int machine_read_folder(const char *path,
	int (*take)(void *arg, const char *path, const char *name, struct vmt_err *err), void *arg,
	struct vmt_err *err)
{
	DIR *d = opendir(path);
	TALLOC_CTX *ctx;
	char **names = NULL;
	size_t n = 0;
	int rc;

	if (!d)
		return 0;
	ctx = talloc_new(NULL);
	rc = ctx ? read_names(ctx, d, &names, &n, err) : err_nomem(err);
	closedir(d);
	if (n)
		qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n && !rc; i++) {
		char *file = talloc_asprintf(ctx, "%s/%s", path, names[i]);

		rc = file ? take(arg, file, names[i], err) : err_nomem(err);
		talloc_free(file);
	}
	talloc_free(ctx);
	return rc;
}
