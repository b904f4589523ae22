// SPDX-License-Identifier: GPL-3.0-or-later
/* Temporary files for what cannot be read at random offsets: pipes, compressed files. */
#include "io/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/cur.h"
#include "io/file.h"

#define SPOOL_BLOCK 4096

static int open_unlinked(TALLOC_CTX *ctx, const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);

	/* Some file systems (NFS, older overlayfs) have no O_TMPFILE. */
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
		char *path = talloc_asprintf(ctx, "%s/vmtriage.XXXXXX", dir);

		fd = path ? mkostemp(path, O_CLOEXEC) : -1;
		if (fd >= 0)
			unlink(path);
		talloc_free(path);
	}
	return fd;
}

int spool_open(TALLOC_CTX *ctx, const char *name, struct source **ret, struct vmt_err *err)
{
	const char *dir = secure_getenv("TMPDIR");
	struct source_file *file;
	int fd, rc;

	if (!dir || dir[0] != '/')
		dir = "/var/tmp";
	fd = open_unlinked(ctx, dir);
	if (fd < 0)
		return err_set_errno(err, errno, "%s: cannot unpack to a file in %s", name, dir);
	rc = file_wrap(ctx, name, fd, 0, &file, err);
	if (rc == 0)
		*ret = &file->src;
	return rc;
}

static int write_all(
	struct source_file *file, uint64_t off, const uint8_t *p, size_t len, struct vmt_err *err)
{
	while (len > 0) {
		ssize_t n = pwrite(file->fd, p, len, (off_t)off);
		if (n >= 0) {
			off += (size_t)n;
			p += n;
			len -= (size_t)n;
		} else if (errno != EINTR) {
			return err_set_errno(
				err, errno, "%s: cannot write what was unpacked", file->src.name);
		}
	}
	return 0;
}

int spool_resize(struct source *spool, uint64_t size, struct vmt_err *err)
{
	struct source_file *file = (struct source_file *)spool;

	if (size > CAP_UNPACKED)
		return err_set(err, VMT_ERR_LIMIT, "%s: unpacks to more than %llu bytes",
			spool->name, (unsigned long long)CAP_UNPACKED);
	if (ftruncate(file->fd, (off_t)size) < 0)
		return err_set_errno(err, errno, "%s: cannot write what was unpacked", spool->name);
	spool->size = size;
	return 0;
}

int spool_write(
	struct source *spool, uint64_t off, const void *data, size_t len, struct vmt_err *err)
{
	struct source_file *file = (struct source_file *)spool;
	const uint8_t *p = data;
	uint64_t end;
	int rc = 0;

	if (__builtin_add_overflow(off, (uint64_t)len, &end) || end > CAP_UNPACKED)
		return err_set(err, VMT_ERR_LIMIT, "%s: unpacks to more than %llu bytes",
			spool->name, (unsigned long long)CAP_UNPACKED);
	if (end > spool->size)
		rc = spool_resize(spool, end, err);
	/* Runs of blocks that are not all zeros are written in one go. */
	while (rc == 0 && len > 0) {
		size_t run = 0, step = SPOOL_BLOCK - off % SPOOL_BLOCK;

		while (run < len) {
			size_t n = len - run < step ? len - run : step;
			if (cur_is_zero(p + run, n))
				break;
			run += n;
			step = SPOOL_BLOCK;
		}
		rc = write_all(file, off, p, run, err);
		p += run, off += run, len -= run;
		step = SPOOL_BLOCK - off % SPOOL_BLOCK;
		if (len > 0) {
			size_t n = len < step ? len : step;
			p += n, off += n, len -= n;
		}
	}
	return rc;
}
