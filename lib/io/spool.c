// SPDX-License-Identifier: GPL-3.0-or-later
/* Temporary files for what cannot be read at random offsets: pipes, compressed files. */
#include "io/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/cur.h"
#include "io/file.h"

#define SPOOL_BLOCK 4096

/* ---- how much space may be used ---------------------------------------------------------- */

/* What a spool uses. A child of it, and in the list of its budget. */
struct spool_use {
	struct spool_budget *budget;
	struct spool_use *next, **link;
	uint64_t bytes;
};

struct spool_budget {
	struct spool_limits limits;
	struct spool_use *first;
	uint64_t room; /* what may be used; 0: no spool was opened yet */
	bool chosen;   /* by the caller, not by what is free */
};

static int close_budget(struct spool_budget *b)
{
	for (struct spool_use *u = b->first; u; u = u->next)
		u->budget = NULL;
	return 0;
}

struct spool_budget *spool_budget_new(TALLOC_CTX *ctx, const struct spool_limits *limits)
{
	struct spool_budget *b = talloc_zero(ctx, struct spool_budget);

	if (b) {
		b->limits = *limits;
		talloc_set_destructor(b, close_budget);
	}
	return b;
}

struct spool_limits spool_limits_of(const struct vmt_options *opts)
{
	if (!opts)
		return (struct spool_limits){0};
	return (struct spool_limits){
		.most = opts->tmp_limit, .progress = opts->unpacking, .arg = opts->progress_arg};
}

/* A file system that does not tell has room. */
static uint64_t free_space(int fd)
{
	struct statvfs st;
	uint64_t bytes;

	if (fstatvfs(fd, &st) || !st.f_blocks ||
		__builtin_mul_overflow((uint64_t)st.f_bavail, (uint64_t)st.f_frsize, &bytes))
		return UINT64_MAX;
	return bytes;
}

static void set_room(struct spool_budget *b, int fd)
{
	uint64_t space = free_space(fd);

	b->chosen = b->limits.most && b->limits.most <= space;
	b->room = b->chosen ? b->limits.most : b->limits.most ? space : space / 10 * 9;
	b->room += !b->room;
}

static int leave_budget(struct spool_use *u)
{
	if (!u->budget)
		return 0;
	*u->link = u->next;
	if (u->next)
		u->next->link = u->link;
	return 0;
}

static int enter_budget(TALLOC_CTX *ctx, struct source_file *file, struct vmt_err *err)
{
	struct spool_budget *b = ctx ? talloc_find_parent_bytype(ctx, struct spool_budget) : NULL;
	struct spool_use *u = talloc_zero(file, struct spool_use);

	if (!u)
		return err_nomem(err);
	file->use = u;
	if (!b)
		return 0;
	if (!b->room)
		set_room(b, file->fd);
	u->budget = b;
	u->next = b->first;
	u->link = &b->first;
	if (u->next)
		u->next->link = &u->next;
	b->first = u;
	talloc_set_destructor(u, leave_budget);
	return 0;
}

static const char *folder(void)
{
	const char *dir = secure_getenv("TMPDIR");

	return dir && dir[0] == '/' ? dir : "/var/tmp";
}

static int refuse(const struct source *spool, const struct spool_budget *b, struct vmt_err *err)
{
	unsigned long long kib = (b->room + 1023) >> 10;
	/* Not rounded to less than it is: who asks for that much must get it. */
	bool large = kib % 1024 == 0;

	kib = large ? kib >> 10 : kib;
	if (b->chosen)
		return err_set(err, VMT_ERR_LIMIT,
			"%s: needs more temporary space than the limit of %llu %s (--tmp-limit): "
			"raise it, or unpack the file first",
			spool->name, kib, large ? "MiB" : "KiB");
	return err_set(err, VMT_ERR_LIMIT,
		"%s: needs more temporary space than may be taken of what is free in %s, %llu %s: "
		"set TMPDIR to a folder with more room%s",
		spool->name, folder(), kib, large ? "MiB" : "KiB",
		b->limits.most || b->limits.fixed ? "" : ", or allow more (--tmp-limit)");
}

int spool_expect(struct source *spool, uint64_t bytes, struct vmt_err *err)
{
	const struct spool_budget *b = ((struct source_file *)spool)->use->budget;
	uint64_t used = 0;

	if (!b)
		return 0;
	for (const struct spool_use *u = b->first; u; u = u->next)
		used += u->bytes;
	if (used <= b->room && bytes <= b->room - used)
		return 0;
	return refuse(spool, b, err);
}

void spool_tell(struct source *spool, uint64_t done, uint64_t all)
{
	const struct spool_budget *b = ((struct source_file *)spool)->use->budget;

	if (b && b->limits.progress)
		b->limits.progress(b->limits.arg, done, all, spool->name);
}

uint64_t spool_used(struct source *spool)
{
	return ((struct source_file *)spool)->use->bytes;
}

/* ---- the file ---------------------------------------------------------------------------- */

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
	const char *dir = folder();
	struct source_file *file;
	int fd, rc;

	fd = open_unlinked(ctx, dir);
	if (fd < 0)
		return err_set_errno(err, errno,
			"%s: cannot unpack to a file in %s (set TMPDIR to another folder)", name,
			dir);
	rc = file_wrap(ctx, name, fd, 0, &file, err);
	if (rc)
		return rc;
	rc = enter_budget(ctx, file, err);
	if (rc)
		talloc_free(file);
	else
		*ret = &file->src;
	return rc;
}

static int write_failed(const struct source *spool, struct vmt_err *err)
{
	return err_set_errno(err, errno,
		"%s: cannot write what was unpacked to %s (set TMPDIR to another folder)",
		spool->name, folder());
}

static int write_all(
	struct source_file *file, uint64_t off, const uint8_t *p, size_t len, struct vmt_err *err)
{
	int rc = len ? spool_expect(&file->src, len, err) : 0;

	if (rc)
		return rc;
	file->use->bytes += len;
	while (len > 0) {
		ssize_t n = pwrite(file->fd, p, len, (off_t)off);
		if (n >= 0) {
			off += (size_t)n;
			p += n;
			len -= (size_t)n;
		} else if (errno != EINTR) {
			return write_failed(&file->src, err);
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
		return write_failed(spool, err);
	spool->size = size;
	if (!size)
		file->use->bytes = 0;
	return 0;
}

int spool_forget(struct source *spool, uint64_t off, uint64_t len)
{
	struct source_file *file = (struct source_file *)spool;
	struct stat st;

	if (fallocate(
		    file->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)off, (off_t)len) ||
		fstat(file->fd, &st))
		return VMT_ERR_UNSUPPORTED;
	file->use->bytes = (uint64_t)st.st_blocks * 512;
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
