// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * In a tree, openat2(2) with RESOLVE_IN_ROOT follows links (Linux 5.6). Where a kernel or a sandbox
 * does not have it, paths are walked one name at a time, and links are not followed.
 */
#include "base/root_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/array.h"

#define MOST_NAMES 4096 /* of a folder */
#define MOST_NAMES_OF (1u << 17)
#define MOST_LINK 4096 /* bytes of a link */
#define MOST_NAME 255

struct root_files {
	int fd;
	bool tree;
};

static int close_root(struct root_files *root)
{
	close(root->fd);
	return 0;
}

int root_files_open(TALLOC_CTX *ctx, const char *path, struct root_files **ret, struct vmt_err *err)
{
	struct root_files *root = talloc_zero(ctx, struct root_files);

	if (!root)
		return err_nomem(err);
	root->tree = path != NULL;
	root->fd = open(path ? path : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root->fd < 0) {
		int os_errno = errno;

		talloc_free(root);
		return err_set_errno(err, os_errno, "%s", path ? path : "/");
	}
	talloc_set_destructor(root, close_root);
	*ret = root;
	return 0;
}

bool root_files_is_tree(const struct root_files *root)
{
	return root->tree;
}

/* The path without what makes it absolute; "." for the root. */
static const char *relative(const char *path)
{
	while (*path == '/')
		path++;
	return *path ? path : ".";
}

/* One name after the other, without links. Returns a descriptor, or -1 with errno. */
static int open_walking(int root, const char *path, int flags)
{
	int at = dup(root), next;
	char name[MOST_NAME + 1];

	for (path = relative(path); at >= 0; at = next) {
		size_t len = strcspn(path, "/");
		const char *more = path + len + strspn(path + len, "/");

		if (len > MOST_NAME || (len == 2 && !memcmp(path, "..", 2))) {
			close(at);
			errno = ENOENT;
			return -1;
		}
		memcpy(name, path, len);
		name[len] = '\0';
		next = openat(
			at, name, (*more ? O_PATH | O_DIRECTORY : flags) | O_NOFOLLOW | O_CLOEXEC);
		close(at);
		if (!*more)
			return next;
		path = more;
	}
	return at;
}

static int open_in(const struct root_files *root, const char *path, int flags)
{
	struct open_how how = {.flags = (uint64_t)flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	long fd;

	if (!root->tree)
		return openat(root->fd, relative(path), flags | O_CLOEXEC);
	fd = syscall(SYS_openat2, root->fd, relative(path), &how, sizeof(how));
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return open_walking(root->fd, path, flags);
	return (int)fd;
}

/* ---- files ------------------------------------------------------------------------------- */

/* Files of proc and sysfs do not say how long they are. */
static int read_all(TALLOC_CTX *ctx, int fd, size_t most, char **ret, size_t *len)
{
	size_t room = 4096, n = 0;
	char *bytes = NULL, *more;
	ssize_t got = 1;

	while (n < most && got > 0) {
		more = talloc_realloc(ctx, bytes, char, room + 1);
		if (!more) {
			talloc_free(bytes);
			return ENOMEM;
		}
		bytes = more;
		while (n < room && n < most && got > 0) {
			got = read(fd, bytes + n, (room < most ? room : most) - n);
			n += got > 0 ? (size_t)got : 0;
		}
		room *= 2;
	}
	if (got < 0 && !n) {
		int os_errno = errno;

		talloc_free(bytes);
		return os_errno;
	}
	if (!bytes)
		return ENOMEM;
	bytes[n] = '\0';
	*ret = bytes;
	if (len)
		*len = n;
	return 0;
}

int root_files_fd(const struct root_files *root, const char *path, int *ret)
{
	struct stat st = {0};
	int fd, rc = root_files_stat(root, path, &st);

	if (rc || !S_ISREG(st.st_mode)) /* to open a device may set it off */
		return rc ? rc : EINVAL;
	fd = open_in(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return errno;
	rc = fstat(fd, &st) ? errno : S_ISREG(st.st_mode) ? 0 : EINVAL;
	if (rc)
		close(fd);
	else
		*ret = fd;
	return rc;
}

int root_files_read(TALLOC_CTX *ctx, const struct root_files *root, const char *path, size_t most,
	char **ret, size_t *len)
{
	int fd = -1, rc = root_files_fd(root, path, &fd);

	if (rc)
		return rc;
	rc = read_all(ctx, fd, most, ret, len);
	close(fd);
	return rc;
}

int root_files_stat(const struct root_files *root, const char *path, struct stat *ret)
{
	int fd = open_in(root, path, O_PATH), rc;

	if (fd < 0)
		return errno;
	rc = fstat(fd, ret) ? errno : 0;
	close(fd);
	return rc;
}

char *root_files_link(TALLOC_CTX *ctx, const struct root_files *root, const char *path)
{
	int fd = open_in(root, path, O_PATH | O_NOFOLLOW);
	char target[MOST_LINK];
	ssize_t n;

	if (fd < 0)
		return NULL;
	n = readlinkat(fd, "", target, sizeof(target));
	close(fd);
	return n > 0 ? talloc_strndup(ctx, target, (size_t)n) : NULL;
}

/* ---- folders ----------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Which names of a folder are wanted. */
struct wanted {
	const char *begin, *end;
	size_t most;
};

static bool is_wanted(const struct wanted *w, const char *name)
{
	size_t n = strlen(name), begin = strlen(w->begin), end = strlen(w->end);

	return name[0] != '.' && n >= begin + end && !memcmp(name, w->begin, begin) &&
	       !memcmp(name + n - end, w->end, end);
}

static int add_names(TALLOC_CTX *ctx, DIR *d, const struct wanted *w, char ***ret, size_t *n)
{
	const struct dirent *e;

	while (*n < w->most && (e = readdir(d))) {
		char **room;

		if (!is_wanted(w, e->d_name))
			continue;
		room = ARRAY_ROOM(ctx, *ret, *n);
		if (!room)
			return ENOMEM;
		*ret = room;
		room[*n] = talloc_strdup(room, e->d_name);
		if (!room[*n])
			return ENOMEM;
		++*n;
	}
	return 0;
}

static int read_names(TALLOC_CTX *ctx, const struct root_files *root, const char *path,
	const struct wanted *w, char ***ret, size_t *n)
{
	int fd = open_in(root, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK), rc;
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

	*ret = NULL;
	*n = 0;
	if (!d) {
		rc = errno;
		if (fd >= 0)
			close(fd);
		return rc;
	}
	rc = add_names(ctx, d, w, ret, n);
	closedir(d);
	if (*n)
		qsort(*ret, *n, sizeof(**ret), by_name);
	return rc;
}

int root_files_names(
	TALLOC_CTX *ctx, const struct root_files *root, const char *path, char ***ret, size_t *n)
{
	return read_names(ctx, root, path, &(struct wanted){"", "", MOST_NAMES}, ret, n);
}

int root_files_names_of(TALLOC_CTX *ctx, const struct root_files *root, const char *path,
	const struct root_files_pattern *of, char ***ret, size_t *n)
{
	const struct wanted w = {of->begin, of->end, MOST_NAMES_OF};

	return read_names(ctx, root, path, &w, ret, n);
}

int root_files_space(
	const struct root_files *root, const char *path, uint64_t *available, uint64_t *size)
{
	int fd = open_in(root, path, O_PATH), rc;
	struct statvfs fs;

	if (fd < 0)
		return errno;
	rc = fstatvfs(fd, &fs) ? errno : 0;
	close(fd);
	if (rc)
		return rc;
	if (__builtin_mul_overflow((uint64_t)fs.f_bavail, (uint64_t)fs.f_frsize, available) ||
		__builtin_mul_overflow((uint64_t)fs.f_blocks, (uint64_t)fs.f_frsize, size))
		return EOVERFLOW;
	return 0;
}
