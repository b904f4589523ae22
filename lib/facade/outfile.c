// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A file that appears only when it is complete: written under a temporary name in its folder, then
 * renamed. What a rename cannot replace (a device, a pipe, an open file) is written to directly.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"

#define MAX_LINKS 40 /* as the kernel */
#define MAX_NAMES 16 /* of 64 random bits each: one is enough */

struct vmt_outfile {
	FILE *stream;
	char *path;	 /* as the caller gave it */
	char *target;	 /* the same with links followed */
	char *temporary; /* NULL: written to directly */
	bool exists, fresh;
	struct stat old; /* of the file that is replaced */
};

static int drop(struct vmt_outfile *f)
{
	if (f->stream)
		fclose(f->stream);
	if (f->temporary)
		unlink(f->temporary);
	return 0;
}

static int refuse(const struct vmt_outfile *f, int os_errno, struct vmt_err *err)
{
	if (!os_errno)
		return err_set(err, VMT_ERR_IO, "%s: cannot write", f->path);
	return err_set_errno(err, os_errno, "%s: cannot write", f->path);
}

/* ---- what a path names ------------------------------------------------------------------- */

/* A link in procfs refers to an open file, whatever path it shows. */
static bool is_open_file(const char *link)
{
	int fd = open(link, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct statfs fs;
	bool proc = fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;

	if (fd >= 0)
		close(fd);
	return proc;
}

static char *beside(TALLOC_CTX *ctx, const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return talloc_asprintf(ctx, "%.*s%s", slash ? (int)(slash - path) + 1 : 0, path, name);
}

/*
 * Follows links one by one instead of by realpath(), as the last may point to a file that does not
 * exist yet.
 */
static int follow(struct vmt_outfile *f, bool *open_file, struct vmt_err *err)
{
	char text[PATH_MAX];
	struct stat st;

	for (unsigned i = 0; i < MAX_LINKS; i++) {
		ssize_t n;

		if (!f->target)
			return err_nomem(err);
		if (lstat(f->target, &st) || !S_ISLNK(st.st_mode))
			return 0;
		*open_file = is_open_file(f->target);
		if (*open_file)
			return 0;
		n = readlink(f->target, text, sizeof(text) - 1);
		if (n < 0)
			return refuse(f, errno, err);
		text[n] = '\0';
		f->target = text[0] == '/' ? talloc_strdup(f, text) : beside(f, f->target, text);
	}
	return refuse(f, ELOOP, err);
}

/* ---- directly ---------------------------------------------------------------------------- */

/*
 * This process's own descriptor that the path names, or -1. A duplicate of it keeps position and
 * O_APPEND.
 */
static int own_descriptor(const char *path)
{
	const char *name = strrchr(path, '/');
	struct stat named, own;
	char *end;
	long fd = name ? strtol(name + 1, &end, 10) : -1;

	if (fd < 0 || fd > INT_MAX || end == name + 1 || *end || stat(path, &named) ||
		fstat((int)fd, &own) || named.st_dev != own.st_dev || named.st_ino != own.st_ino)
		return -1;
	return (int)fd;
}

static int open_directly(struct vmt_outfile *f, bool open_file, struct vmt_err *err)
{
	int own = open_file ? own_descriptor(f->target) : -1;
	int fd = own >= 0 ? fcntl(own, F_DUPFD_CLOEXEC, 3)
			  : open(f->target, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);

	f->stream = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (f->stream)
		return 0;
	refuse(f, errno, err);
	if (fd >= 0)
		close(fd);
	return VMT_ERR_IO;
}

/* ---- to a temporary file ----------------------------------------------------------------- */

/* A rename does not check whether the old file is writable. */
static int check_old(struct vmt_outfile *f, unsigned flags, struct vmt_err *err)
{
	f->fresh = flags & VMT_OUTFILE_NEW;
	if (!f->exists)
		return 0;
	if (f->fresh)
		return err_set(
			err, VMT_ERR_USAGE, "%s: exists already: nothing was written", f->path);
	return faccessat(AT_FDCWD, f->target, W_OK, AT_EACCESS) ? refuse(f, errno, err) : 0;
}

static char *temporary_name(const struct vmt_outfile *f)
{
	char name[sizeof(".vmtriage-") + 16];
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		random = (uint64_t)getpid();
	snprintf(name, sizeof(name), ".vmtriage-%016llx", (unsigned long long)random);
	return beside(NULL, f->target, name);
}

static int open_aside(struct vmt_outfile *f, unsigned flags, struct vmt_err *err)
{
	/* A file that replaces another gets that one's mode at the end. */
	mode_t mode = f->exists || flags & VMT_OUTFILE_PRIVATE ? 0600 : 0666;
	int fd = -1;

	for (unsigned i = 0; fd < 0 && i < MAX_NAMES; i++) {
		char *name = temporary_name(f);

		if (!name)
			return err_nomem(err);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (fd >= 0)
			f->temporary = talloc_steal(f, name);
		else
			talloc_free(name);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	f->stream = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (f->stream)
		return 0;
	if (f->exists && fd < 0)
		return err_set_errno(err, errno, "%s: cannot write to its folder", f->path);
	refuse(f, errno, err);
	if (fd >= 0)
		close(fd);
	return VMT_ERR_IO;
}

/* ---- the calls --------------------------------------------------------------------------- */

static bool names_folder(const char *path)
{
	size_t n = strlen(path);

	return n && path[n - 1] == '/';
}

static int open_target(struct vmt_outfile *f, unsigned flags, struct vmt_err *err)
{
	bool open_file = false;
	int rc = follow(f, &open_file, err);

	if (rc)
		return rc;
	f->exists = stat(f->target, &f->old) == 0;
	if (!*f->target || (!f->exists && errno != ENOENT))
		return refuse(f, *f->target ? errno : ENOENT, err);
	if (names_folder(f->target) || (f->exists && S_ISDIR(f->old.st_mode)))
		return refuse(f, EISDIR, err);
	if (open_file || (f->exists && !S_ISREG(f->old.st_mode)))
		return open_directly(f, open_file, err);
	rc = check_old(f, flags, err);
	return rc ? rc : open_aside(f, flags, err);
}

int vmt_outfile_open(
	const char *path, unsigned flags, struct vmt_outfile **ret, struct vmt_err *err)
{
	struct vmt_outfile *f = talloc_zero(NULL, struct vmt_outfile);
	int rc;

	if (!f)
		return err_nomem(err);
	talloc_set_destructor(f, drop);
	f->path = talloc_strdup(f, path);
	f->target = talloc_strdup(f, path);
	rc = f->path ? open_target(f, flags, err) : err_nomem(err);
	if (rc) {
		talloc_free(f);
		return rc;
	}
	*ret = f;
	return 0;
}

FILE *vmt_outfile_stream(const struct vmt_outfile *f)
{
	return f->stream;
}

const char *vmt_outfile_temporary(const struct vmt_outfile *f)
{
	return f->temporary;
}

/* A file system without sync is no reason to fail. */
static bool sync_failed(int fd)
{
	return fsync(fd) && errno != EINVAL && errno != ENOTSUP && errno != EROFS;
}

/*
 * Takes over owner, group and mode, as far as the system permits; failing that, 0600 exposes
 * nothing. The mode comes last, since chown() may clear some of its bits.
 */
static void take_over(const struct vmt_outfile *f, int fd)
{
	bool same_group =
		!fchown(fd, f->old.st_uid, f->old.st_gid) || !fchown(fd, (uid_t)-1, f->old.st_gid);
	int rc;

	/* What the old group could read must not become readable by another group. */
	rc = fchmod(fd, f->old.st_mode & (same_group ? 0777 : 0707));
	(void)rc;
}

/* Flushes, syncs and closes. */
static int finish(struct vmt_outfile *f, struct vmt_err *err)
{
	int fd = fileno(f->stream), why = 0;
	bool failed = ferror(f->stream); /* an earlier write failed; its errno is lost */

	if (f->temporary && f->exists)
		take_over(f, fd);
	if (fflush(f->stream) || (f->temporary && sync_failed(fd)))
		why = errno;
	errno = 0;
	if (fclose(f->stream) && !why)
		why = errno;
	f->stream = NULL;
	return failed || why ? refuse(f, why, err) : 0;
}

/* Fails if a file with that name was created meanwhile. */
static int name_new(const char *from, const char *to)
{
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return link(from, to) ? -1 : unlink(from);
}

int vmt_outfile_commit(struct vmt_outfile *f, struct vmt_err *err)
{
	int rc = finish(f, err);

	if (!rc && f->temporary) {
		if ((f->fresh ? name_new : rename)(f->temporary, f->target))
			rc = refuse(f, errno, err);
		else
			f->temporary = NULL;
	}
	talloc_free(f);
	return rc;
}

void vmt_outfile_discard(struct vmt_outfile *f)
{
	talloc_free(f);
}
