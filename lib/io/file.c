// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int64_t file_read(
	struct source *src, uint64_t off, void *buf, size_t len, struct vmt_err *err)
{
	struct source_file *file = (struct source_file *)src;
	size_t done = 0;

	if (len > src->size - off)
		len = (size_t)(src->size - off);

	while (done < len) {
		ssize_t n = pread(file->fd, (uint8_t *)buf + done, len - done,
			(off_t)(file->base + off + done));
		if (n == 0)
			break;
		if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return err_set_errno(err, errno, "%s: cannot read", src->name);
	}
	return (int64_t)done;
}

static uint64_t file_next_data(struct source *src, uint64_t off)
{
	struct source_file *file = (struct source_file *)src;
	off_t data = lseek(file->fd, (off_t)(file->base + off), SEEK_DATA);

	if (data >= 0)
		return (uint64_t)data - file->base;
	return errno == ENXIO ? src->size : off;
}

static const struct source_ops file_ops = {
	.read = file_read, .next_data = file_next_data, .shared = true};

struct source_file *file_of(struct source *src)
{
	return src->ops == &file_ops ? (struct source_file *)src : NULL;
}

static int file_close(struct source_file *file)
{
	if (file->offset >= 0) /* SEEK_DATA moved it */
		lseek(file->fd, file->offset, SEEK_SET);
	close(file->fd);
	return 0;
}

int file_wrap(TALLOC_CTX *ctx, const char *name, int fd, uint64_t size, struct source_file **ret,
	struct vmt_err *err)
{
	struct source_file *file = talloc_zero(ctx, struct source_file);

	if (!file) {
		close(fd);
		return err_nomem(err);
	}
	file->fd = fd;
	file->offset = -1;
	talloc_set_destructor(file, file_close);
	file->src.ops = &file_ops;
	file->src.size = size;
	file->src.name = talloc_strdup(file, name);
	if (!file->src.name) {
		talloc_free(file);
		return err_nomem(err);
	}
	*ret = file;
	return 0;
}
