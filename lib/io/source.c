// SPDX-License-Identifier: GPL-3.0-or-later
/* Sources without a transform: a file, standard input, a slice of memory. */
#include "io/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/ascii.h"
#include "io/crash_name.h"
#include "io/file.h"
#include "io/spool.h"

int64_t source_read(struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	if (off >= src->size)
		return 0;
	int64_t n = src->ops->read(src, off, buf, len, err);
	if (n > 0)
		src->bytes_read += (uint64_t)n;
	return n;
}

bool source_is_shared(const struct source *src)
{
	return src->ops->shared;
}

int64_t source_read_shared(
	struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	return off < src->size ? src->ops->read(src, off, buf, len, err) : 0;
}

int source_read_exact(struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	int64_t n = source_read(src, off, buf, len, err);

	if (n < 0)
		return (int)n;
	if ((uint64_t)n < len)
		return err_set_at(err, VMT_ERR_TRUNCATED, off,
			"%s: the file ends before offset %#llx", src->name,
			(unsigned long long)off + len);
	return 0;
}

uint64_t source_next_data(struct source *src, uint64_t off)
{
	uint64_t data = off;

	if (off < src->size && src->ops->next_data)
		data = src->ops->next_data(src, off);
	return data < src->size ? data : src->size;
}

int source_refuse_empty(const char *name, struct vmt_err *err)
{
	if (crash_name_is_dump(crash_name_of(name)))
		return err_set(err, VMT_ERR_INCOMPLETE, "%s: kdump wrote nothing (0 bytes)", name);
	return err_set(err, VMT_ERR_FORMAT, "%s: is empty", name);
}

/* ---- a file ------------------------------------------------------------------------------ */

/* File types that cannot be read, with their names. S_IFREG is not among them. */
static const struct {
	mode_t type;
	const char *what;
} refused_types[] = {
	{S_IFDIR, "a directory"},
	{S_IFCHR, "a device"},
	{S_IFBLK, "a device"},
	{S_IFSOCK, "a socket"},
	{S_IFIFO, "a pipe"},
};

static int check_type(const char *path, const struct stat *st, struct vmt_err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused_types); i++) {
		if ((st->st_mode & S_IFMT) == refused_types[i].type)
			return err_set(
				err, VMT_ERR_FORMAT, "%s: is %s", path, refused_types[i].what);
	}
	return st->st_size == 0 ? source_refuse_empty(path, err) : 0;
}

/* For a pipe or a terminal, which can be read only once. */
static int spool_fd(
	TALLOC_CTX *ctx, int fd, const char *name, struct source **ret, struct vmt_err *err)
{
	struct source *spool;
	uint8_t buf[65536];
	int rc = spool_open(ctx, name, &spool, err);

	if (rc < 0)
		return rc;
	while (rc == 0) {
		ssize_t n = read(fd, buf, sizeof(buf));
		if (n == 0)
			break;
		if (n > 0)
			rc = spool_write(spool, spool->size, buf, (size_t)n, err);
		else if (errno != EINTR)
			rc = err_set_errno(err, errno, "%s: cannot read", name);
	}
	if (rc == 0 && spool->size == 0)
		rc = source_refuse_empty(name, err);
	if (rc < 0)
		talloc_free(spool);
	else
		*ret = spool;
	return rc;
}

int source_open_fd(
	TALLOC_CTX *ctx, int fd, const char *name, struct source **ret, struct vmt_err *err)
{
	struct source_file *file = NULL;
	struct stat st;
	int rc, own;

	if (fstat(fd, &st) < 0)
		return err_set_errno(err, errno, "%s: cannot read", name);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) && !S_ISBLK(st.st_mode))
		return spool_fd(ctx, fd, name, ret, err);
	rc = check_type(name, &st, err);
	if (rc < 0)
		return rc;
	own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (own < 0)
		return err_set_errno(err, errno, "%s: cannot read", name);
	rc = file_wrap(ctx, name, own, (uint64_t)st.st_size, &file, err);
	if (rc < 0)
		return rc;
	file->offset = lseek(own, 0, SEEK_CUR); /* shared with the caller */
	*ret = &file->src;
	return 0;
}

int source_open_slice(
	TALLOC_CTX *ctx, const struct vmt_file *slice, struct source **ret, struct vmt_err *err)
{
	const char *name = slice->name ? slice->name : "input";
	uint64_t size = slice->size;
	struct source_file *file = NULL;
	struct stat st;
	int rc, own;

	if (fstat(slice->fd, &st) < 0)
		return err_set_errno(err, errno, "%s: cannot read", name);
	if (!S_ISREG(st.st_mode))
		return err_set(err, VMT_ERR_USAGE, "%s: a slice of what is no regular file", name);
	if (slice->offset >= (uint64_t)st.st_size || !size)
		return source_refuse_empty(name, err);
	if (size > (uint64_t)st.st_size - slice->offset)
		size = (uint64_t)st.st_size - slice->offset;
	own = fcntl(slice->fd, F_DUPFD_CLOEXEC, 3);
	if (own < 0)
		return err_set_errno(err, errno, "%s: cannot read", name);
	rc = file_wrap(ctx, name, own, size, &file, err);
	if (rc < 0)
		return rc;
	file->offset = lseek(own, 0, SEEK_CUR); /* shared with the caller */
	file->base = slice->offset;
	*ret = &file->src;
	return 0;
}

/* Opens without waiting for a writer of a FIFO. Returns -1 with errno on failure. */
static int open_path(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

/* Takes over fd. */
static int wrap_opened(
	TALLOC_CTX *ctx, const char *path, int fd, struct source **ret, struct vmt_err *err)
{
	struct source_file *file = NULL;
	struct stat st;
	int rc = fstat(fd, &st) < 0 ? err_set_errno(err, errno, "%s: cannot read", path)
				    : check_type(path, &st, err);

	if (rc < 0) {
		close(fd);
		return rc;
	}
	rc = file_wrap(ctx, path, fd, (uint64_t)st.st_size, &file, err);
	if (rc == 0)
		*ret = &file->src;
	return rc;
}

int source_open_file(TALLOC_CTX *ctx, const char *path, struct source **ret, struct vmt_err *err)
{
	int fd;

	if (strcmp(path, "-") == 0)
		return source_open_fd(ctx, STDIN_FILENO, "standard input", ret, err);
	fd = open_path(path);
	if (fd < 0)
		return err_set_errno(err, errno, "%s: cannot open", path);
	return wrap_opened(ctx, path, fd, ret, err);
}

/* ---- what a user gives ------------------------------------------------------------------- */

/* The descriptor that a path stands for, or -1. A socket cannot be opened again by such a path. */
static int named_fd(const char *path)
{
	static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
	int fd = -1;

	if (strcmp(path, "/dev/stdin") == 0)
		return STDIN_FILENO;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		size_t len = strlen(folders[i]);
		const char *p = path + len;

		if (strncmp(path, folders[i], len) != 0)
			continue;
		for (fd = *p ? 0 : -1; *p && fd >= 0; p++)
			fd = ascii_is_digit(*p) && fd < 100000 ? fd * 10 + (*p - '0') : -1;
	}
	return fd;
}

/* Waits until a FIFO has a writer, with data or already gone. Takes over fd. */
static int spool_fifo(
	TALLOC_CTX *ctx, int fd, const char *path, struct source **ret, struct vmt_err *err)
{
	struct pollfd wait = {fd, POLLIN, 0};
	int flags = fcntl(fd, F_GETFL), rc;

	while (poll(&wait, 1, -1) < 0 && errno == EINTR)
		;
	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
		rc = err_set_errno(err, errno, "%s: cannot read", path);
	else
		rc = spool_fd(ctx, fd, path, ret, err);
	close(fd);
	return rc;
}

int source_open_operand(TALLOC_CTX *ctx, const char *path, struct source **ret, struct vmt_err *err)
{
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0)
		return source_open_file(ctx, path, ret, err);
	fd = open_path(path);
	if (fd < 0 && errno == ENXIO && named_fd(path) >= 0 && !fstat(named_fd(path), &st) &&
		S_ISSOCK(st.st_mode))
		return source_open_fd(ctx, named_fd(path), path, ret, err);
	if (fd < 0)
		return err_set_errno(err, errno, "%s: cannot open", path);
	if (!fstat(fd, &st) && S_ISFIFO(st.st_mode))
		return spool_fifo(ctx, fd, path, ret, err);
	return wrap_opened(ctx, path, fd, ret, err);
}

/* ---- memory ------------------------------------------------------------------------------ */

struct source_memory {
	struct source src; /* must be first */
	const uint8_t *data;
};

static int64_t memory_read(
	struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	struct source_memory *mem = (struct source_memory *)src;
	size_t n = len < src->size - off ? len : (size_t)(src->size - off);

	(void)err;
	memcpy(buf, mem->data + off, n);
	return (int64_t)n;
}

static const struct source_ops memory_ops = {.read = memory_read, .shared = true};

int source_open_memory(TALLOC_CTX *ctx, const char *name, const void *data, size_t len,
	struct source **ret, struct vmt_err *err)
{
	struct source_memory *mem = talloc_zero(ctx, struct source_memory);

	if (!mem)
		return err_nomem(err);
	mem->src.ops = &memory_ops;
	mem->src.size = len;
	mem->src.name = talloc_strdup(mem, name);
	mem->data = data;
	if (!mem->src.name) {
		talloc_free(mem);
		return err_nomem(err);
	}
	*ret = &mem->src;
	return 0;
}
