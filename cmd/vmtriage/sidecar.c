// SPDX-License-Identifier: GPL-3.0-or-later
#include "sidecar.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "complain.h"

#define MIB (UINT64_C(1) << 20)
#define FREE_FLOOR                                                                                 \
	(64 * MIB) /* that stays free, or a hundredth of the file system if that is more */
#define TEXT_MOST (1 * MIB)
#define JSON_MOST (4 * MIB) /* a machine with hundreds of CPUs takes two */

/* ---- names ------------------------------------------------------------------------------- */

/* What follows "PLACE/" in the path; NULL: it is not below it. */
static const char *below(const struct sidecar *s)
{
	size_t n = strlen(s->place);

	while (n && s->place[n - 1] == '/')
		n--;
	if (strncmp(s->path, s->place, n) != 0 || s->path[n] != '/')
		return NULL;
	n += strspn(s->path + n, "/");
	return s->path[n] ? s->path + n : NULL;
}

static const char *last(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "vmtriage.txt", or with the dump's name where several are in one folder. */
static bool name_of(const struct sidecar *s, const char *suffix, char *buf, size_t size)
{
	const char *rest = below(s);
	int n;

	if (!rest)
		return false;
	if (s->shared || !strchr(rest, '/'))
		n = snprintf(buf, size, "vmtriage-of-%s.%s", last(rest), suffix);
	else
		n = snprintf(buf, size, "vmtriage.%s", suffix);
	return n > 0 && (size_t)n < size;
}

bool sidecar_path(const struct sidecar *s, char *buf, size_t size)
{
	char name[NAME_MAX + 1];
	size_t folder = (size_t)(last(s->path) - s->path);
	int n;

	if (!name_of(s, "txt", name, sizeof(name)))
		return false;
	n = snprintf(buf, size, "%.*s%s", (int)folder, s->path, name);
	return n > 0 && (size_t)n < size;
}

bool sidecar_exists(const struct sidecar *s)
{
	char path[PATH_MAX];
	struct stat st;

	return sidecar_path(s, path, sizeof(path)) && !lstat(path, &st);
}

/* ---- the folder -------------------------------------------------------------------------- */

enum trust {
	TRUST_NONE,
	TRUST_STICKY, /* others may add files, but not exchange those of root */
	TRUST_ALL,
};

static bool is_ours(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

static enum trust trust_of(const struct stat *st)
{
	bool others = st->st_mode & (S_IWOTH | S_IWGRP);

	if (!is_ours(st))
		return TRUST_NONE;
	if (!others || (!(st->st_mode & S_IWOTH) && st->st_gid == 0))
		return TRUST_ALL;
	return st->st_mode & S_ISVTX ? TRUST_STICKY : TRUST_NONE;
}

static bool is_kernels_own(int dir)
{
	struct statfs fs;

	return fstatfs(dir, &fs) || fs.f_type == PSTOREFS_MAGIC || fs.f_type == SYSFS_MAGIC ||
	       fs.f_type == PROC_SUPER_MAGIC;
}

/*
 * Goes down from dir, which it closes, to the folder of rest, through no link. Each folder on the
 * way must be safe. -1: it is not, or is not there.
 */
static int descend(int dir, const char *rest, struct stat *st)
{
	while (dir >= 0 && strchr(rest, '/')) {
		char name[NAME_MAX + 1];
		size_t n = strcspn(rest, "/");
		enum trust trust = trust_of(st);
		int next = -1;

		snprintf(name, sizeof(name), "%.*s", (int)n, rest);
		if (n < sizeof(name) && strcmp(name, "..") != 0 && trust != TRUST_NONE)
			next = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(dir);
		dir = next;
		if (dir >= 0 && (fstat(dir, st) || (trust == TRUST_STICKY && !is_ours(st)))) {
			close(dir);
			dir = -1;
		}
		rest += n + strspn(rest + n, "/");
	}
	return dir;
}

/* The folder of the dump, and what the dump is. -1: nothing is to be written there. */
static int open_folder(const struct sidecar *s, struct stat *dump)
{
	const char *rest = below(s);
	int dir = rest ? open(s->place, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	struct stat st;
	enum trust trust;

	if (dir < 0 || fstat(dir, &st)) {
		if (dir >= 0)
			close(dir);
		return -1;
	}
	dir = descend(dir, rest, &st);
	if (dir < 0)
		return -1;
	trust = trust_of(&st);
	if (is_kernels_own(dir) || trust == TRUST_NONE ||
		fstatat(dir, last(rest), dump, AT_SYMLINK_NOFOLLOW) || !S_ISREG(dump->st_mode) ||
		(trust == TRUST_STICKY && !is_ours(dump))) {
		close(dir);
		return -1;
	}
	return dir;
}

/* ---- the files --------------------------------------------------------------------------- */

struct text {
	char *data;
	size_t len, size, most;
};

static int take(void *arg, const void *data, size_t len)
{
	struct text *t = arg;

	if (len > t->most - t->len)
		return EFBIG;
	if (len > t->size - t->len) {
		size_t size = 2 * t->size + len;
		char *more = realloc(t->data, size);

		if (!more)
			return ENOMEM;
		t->data = more;
		t->size = size;
	}
	memcpy(t->data + t->len, data, len);
	t->len += len;
	return 0;
}

static bool has_room(int dir, uint64_t bytes)
{
	struct statvfs fs;
	uint64_t floor, avail;

	if (fstatvfs(dir, &fs))
		return false;
	floor = (uint64_t)fs.f_blocks / 100 * fs.f_frsize;
	floor = floor > FREE_FLOOR ? floor : FREE_FLOOR;
	avail = (uint64_t)fs.f_bavail * fs.f_frsize;
	return avail >= floor && avail - floor >= bytes;
}

/* Returns an errno. */
static int write_all(int fd, const struct text *t)
{
	for (size_t at = 0; at < t->len;) {
		ssize_t n = write(fd, t->data + at, t->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? errno : EIO;
		at += (size_t)n;
	}
	return 0;
}

/* Returns an errno. Nobody else can make files here that root does not see as theirs. */
static int put(int dir, const char *name, const struct stat *dump, const struct text *t)
{
	char temporary[NAME_MAX + 1];
	int fd, rc = 0;

	if ((size_t)snprintf(temporary, sizeof(temporary), ".%s.new", name) >= sizeof(temporary))
		return ENAMETOOLONG;
	unlinkat(dir, temporary, 0); /* of a run that was interrupted */
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;
	if ((dump->st_uid != geteuid() || dump->st_gid != getegid()) &&
		fchown(fd, dump->st_uid, dump->st_gid))
		rc = errno;
	if (!rc && fchmod(fd, dump->st_mode & 0600))
		rc = errno;
	rc = rc ? rc : write_all(fd, t);
	if (!rc && fsync(fd)) /* this machine is known to crash */
		rc = errno;
	if (close(fd) && !rc)
		rc = errno;
	if (!rc && renameat(dir, temporary, dir, name))
		rc = errno;
	if (rc)
		unlinkat(dir, temporary, 0);
	return rc;
}

struct form {
	const char *format, *suffix;
	size_t most; /* bytes */
};

static bool write_one(const struct sidecar *s, int dir, const struct stat *dump,
	const struct form *form, const struct vmt_report *report)
{
	struct text t = {.most = form->most};
	char name[NAME_MAX + 1];
	struct vmt_err err;
	int rc = 0;

	if (!name_of(s, form->suffix, name, sizeof(name)))
		return false;
	if (vmt_report_write_to(report, form->format, NULL, take, &t, &err))
		rc = err.os_errno ? err.os_errno : ENOMEM;
	if (!rc && !has_room(dir, t.len))
		rc = ENOSPC;
	rc = rc ? rc : put(dir, name, dump, &t);
	free(t.data);
	if (rc == ENOSPC)
		complain(s->path, "%s is not written beside it: too little space is free", name);
	else if (rc)
		complain(s->path, "%s is not written beside it: %s", name, strerror(rc));
	return !rc;
}

bool sidecar_write(const struct sidecar *s, const struct vmt_report *report)
{
	static const struct form text = {VMT_FORMAT_TEXT, "txt", TEXT_MOST};
	static const struct form json = {VMT_FORMAT_JSON, "json", JSON_MOST};
	struct stat dump;
	int dir = open_folder(s, &dump);
	bool good;

	if (dir < 0)
		return false;
	good = write_one(s, dir, &dump, &text, report);
	good &= write_one(s, dir, &dump, &json, report);
	close(dir);
	return good;
}
