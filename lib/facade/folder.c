// SPDX-License-Identifier: GPL-3.0-or-later
#include "facade/folder.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/caps.h"
#include "log/pstore.h"

/* ---- folders ----------------------------------------------------------------------------- */

/* Names that crash-saving services use; the first that exists is taken. */
static const char *const names[] = {
	"vmcore",				    /* kdump of most distributions */
	"vmcore.flat",				    /* RHEL, over ssh */
	"vmcore-dmesg.txt",			    /* RHEL, ABRT */
	"vmcore-dmesg-incomplete.txt", "dmesg.txt", /* systemd-pstore, old SUSE */
	"dmesg",				    /* SUSE, ABRT */
	"console-ramoops-0",			    /* pstore: the console's log */
	"console-ramoops", "backtrace",		    /* ABRT */
};

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int add_path(TALLOC_CTX *ctx, const char ***paths, size_t *n, const char *path)
{
	const char **more = talloc_realloc(ctx, *paths, const char *, *n + 1);

	if (!more || !path)
		return VMT_ERR_NOMEM;
	*paths = more;
	more[(*n)++] = path;
	return 0;
}

static int list_parts(
	TALLOC_CTX *ctx, const char *folder, const char ***paths, size_t *n, struct vmt_err *err)
{
	DIR *d = opendir(folder);
	struct pstore_part part;
	struct dirent *e;
	size_t seen = 0;
	int rc = 0;

	if (!d)
		return err_set_errno(err, errno, "the folder could not be read");
	while (!rc && (e = readdir(d))) {
		char *path;

		if (++seen > CAP_FOLDER_ENTRIES) {
			rc = err_set(err, VMT_ERR_LIMIT, "more than %u files in the folder",
				CAP_FOLDER_ENTRIES);
			break;
		}
		path = talloc_asprintf(ctx, "%s/%s", folder, e->d_name);

		if (path && !pstore_peek(path, NULL, &part))
			talloc_free(path);
		else if (*n == CAP_PSTORE_PARTS)
			rc = err_set(
				err, VMT_ERR_LIMIT, "more than %u parts of logs", CAP_PSTORE_PARTS);
		else if (add_path(ctx, paths, n, path))
			rc = err_nomem(err);
	}
	closedir(d);
	return rc;
}

static bool is_folder_of(const char *path, const char *parent)
{
	struct stat st, above;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && stat(parent, &above) == 0 &&
	       st.st_dev == above.st_dev;
}

/*
 * The only entry of a folder, if it is a folder itself: systemd-pstore's TIME/COUNT. It must not be
 * a link, and be on the same file system.
 */
static char *only_folder(TALLOC_CTX *ctx, const char *folder)
{
	DIR *d = opendir(folder);
	char *only = NULL;
	struct dirent *e;
	size_t n = 0;

	while (d && n < 2 && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		talloc_free(only);
		only = talloc_asprintf(ctx, "%s/%s", folder, e->d_name);
		n++;
	}
	if (d)
		closedir(d);
	return n == 1 && only && is_folder_of(only, folder) ? only : NULL;
}

/*
 * Collects the pstore parts, then the files with known names: all of them, or the first if there
 * are no parts.
 */
static int collect(TALLOC_CTX *ctx, const char *folder, bool all, const char ***paths, size_t *n,
	struct vmt_err *err)
{
	int rc = list_parts(ctx, folder, paths, n, err);

	for (size_t i = 0; i < ARRAY_SIZE(names) && !rc && (all || !*n); i++) {
		char *path = talloc_asprintf(ctx, "%s/%s", folder, names[i]);

		if (!path || (is_file(path) && add_path(ctx, paths, n, path)))
			rc = err_nomem(err);
	}
	return rc;
}

static int walk(TALLOC_CTX *ctx, const char *folder, bool all, const char *const **paths, size_t *n,
	struct vmt_err *err)
{
	const char **found = NULL;
	int rc = 0;

	*n = 0;
	for (unsigned depth = 0; folder && !rc && (all || !*n) && depth < CAP_WALK_DEPTH; depth++) {
		rc = collect(ctx, folder, all, &found, n, err);
		folder = only_folder(ctx, folder);
	}
	*paths = found;
	return rc;
}

int folder_files(TALLOC_CTX *ctx, const char *folder, const char *const **paths, size_t *n,
	struct vmt_err *err)
{
	int rc = walk(ctx, folder, false, paths, n, err);

	return rc || *n ? rc
			: err_set(err, VMT_ERR_FORMAT,
				  "is a directory, but not one with the files of a single crash");
}

int folder_known_files(TALLOC_CTX *ctx, const char *folder, const char *const **paths, size_t *n,
	struct vmt_err *err)
{
	return walk(ctx, folder, true, paths, n, err);
}
