// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether a file that is to be written is one of those that are read, under any name. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/options.h"
#include "facade/folder.h"
#include "facade/member.h"
#include "facade/session.h"
#include "io/crash_name.h"

struct target {
	const char *path;
	struct stat st;
	char real[PATH_MAX];
};

static bool is_target(const struct target *t, const struct stat *st)
{
	return st->st_dev == t->st.st_dev && st->st_ino == t->st.st_ino;
}

static bool names_target(const struct target *t, const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && is_target(t, &st);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* ---- inputs ------------------------------------------------------------------------------ */

/* Whether a folder's crash files include the target, even if a triage would prefer other files. */
static bool in_folder(const struct target *t, const char *folder)
{
	TALLOC_CTX *tmp = talloc_new(NULL);
	const char *const *paths = NULL;
	size_t n = 0;
	bool found = false;

	folder_known_files(tmp, folder, &paths, &n, NULL);
	for (size_t i = 0; i < n && !found; i++)
		found = names_target(t, paths[i]);
	talloc_free(tmp);
	return found;
}

static bool lies_below(const struct target *t, const char *folder)
{
	char real[PATH_MAX];
	size_t n;

	if (!is_folder(folder) || !realpath(folder, real))
		return false;
	n = strcmp(real, "/") == 0 ? 0 : strlen(real);
	return strncmp(t->real, real, n) == 0 && t->real[n] == '/';
}

/*
 * Whether the target shows a crash, or may hold some: then the newest crash of a folder above it
 * may be in it. An earlier report does not.
 */
static bool may_be_crash(const struct target *t)
{
	struct vmt_file file = vmt_file_path(t->path);
	struct vmt_options opts = VMT_OPTIONS_INIT;
	struct vmt_report *report = NULL;
	bool crash;
	int rc;

	if (crash_name_of(t->real).rank)
		return true;
	opts.level = VMT_LEVEL_LOG;
	rc = vmt_triage_files(&opts, &file, 1, &report, NULL);
	crash = rc ? rc != VMT_ERR_FORMAT
		   : report->verdict.kind || strcmp(report->input.format, VMT_INPUT_TEXT) != 0;
	vmt_report_free(report);
	return crash;
}

/* A member of an archive is read from the archive. */
static bool in_archive(const struct target *t, const char *path)
{
	char *archive = member_archive(NULL, path);
	bool found = archive && names_target(t, archive);

	talloc_free(archive);
	return found;
}

static bool is_input(const struct target *t, const char *path)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		return fstat(STDIN_FILENO, &st) == 0 && is_target(t, &st);
	if (is_folder(path))
		return in_folder(t, path) || (lies_below(t, path) && may_be_crash(t));
	return names_target(t, path) || in_archive(t, path);
}

/* The other parts of a split dump are read without being named. */
static int check_parts(const struct target *t, const char *const *paths, size_t n, bool *is_part,
	struct vmt_err *err)
{
	const char **all = talloc_array(NULL, const char *, n + 1);
	size_t *group = talloc_array(all, size_t, n + 1), n_groups;
	int rc = group ? 0 : err_nomem(err);

	for (size_t i = 0; i < n && !rc; i++)
		all[i] = paths[i];
	if (!rc) {
		all[n] = t->path;
		rc = vmt_group_inputs(all, n + 1, group, &n_groups, err);
	}
	for (size_t i = 0; i < n && !rc; i++)
		*is_part |= group[i] == group[n];
	talloc_free(all);
	return rc;
}

/* ---- debuginfo and sources --------------------------------------------------------------- */

/* Whether the target begins like a file with debuginfo, compressed or not. A report does not. */
static bool may_be_debuginfo(const struct target *t)
{
	static const struct {
		unsigned char bytes[4], n;
	} magics[] = {
		{"\177ELF", 4},
		{"\375"
		 "7zX",
			4},
		{"\x28\xb5\x2f\xfd", 4},
		{"\x1f\x8b", 2},
		{"BZh", 3},
	};
	unsigned char head[4] = {0};
	int fd = open(t->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t got = fd >= 0 ? read(fd, head, sizeof(head)) : 0;
	bool may = false;

	if (fd >= 0)
		close(fd);
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		may |= got >= magics[i].n && memcmp(head, magics[i].bytes, magics[i].n) == 0;
	return may;
}

static bool may_be_source(const struct target *t)
{
	static const char *const suffixes[] = {".c", ".h", ".S", ".rs"};
	const char *dot = strrchr(t->real, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(suffixes); i++)
		if (strcmp(dot, suffixes[i]) == 0)
			return true;
	return false;
}

/* It is not known yet which files of a folder will be read. */
static bool is_aid(const struct target *t, const struct vmt_options *opts)
{
	for (size_t i = 0; i < opts->n_debuginfo; i++)
		if (names_target(t, opts->debuginfo[i]) ||
			(lies_below(t, opts->debuginfo[i]) && may_be_debuginfo(t)))
			return true;
	for (size_t i = 0; i < opts->n_sources; i++)
		if (names_target(t, opts->sources[i]) ||
			(lies_below(t, opts->sources[i]) && may_be_source(t)))
			return true;
	return false;
}

int vmt_check_output(const struct vmt_options *opts, const char *const *paths, size_t n,
	const char *out, struct vmt_err *err)
{
	struct target t = {.path = out};
	struct vmt_options own;
	bool found = false;
	int rc = options_read(&own, opts, err);

	if (rc)
		return rc;
	/* A device or a pipe has no contents to lose. */
	if (stat(out, &t.st) || !S_ISREG(t.st.st_mode) || !realpath(out, t.real))
		return 0;
	for (size_t i = 0; i < n && !found; i++)
		found = is_input(&t, paths[i]);
	if (!found)
		found = is_aid(&t, &own);
	if (!found)
		rc = check_parts(&t, paths, n, &found, err);
	if (!rc && found)
		rc = err_set(
			err, VMT_ERR_USAGE, "%s: this is also an input: nothing was written", out);
	return rc;
}
