// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int unmap(struct mapped *m)
{
	munmap((void *)(uintptr_t)m->data, m->size);
	return 0;
}

static int map(struct mapped *m, int fd, const char *path, const struct mapped_kind *kind,
	struct vmt_err *err)
{
	struct stat st;
	void *data;

	if (fstat(fd, &st))
		return err_set_errno(err, errno, "cannot read %s", path);
	if (!S_ISREG(st.st_mode) || st.st_size <= 0 || (uint64_t)st.st_size > kind->most)
		return err_set(err, VMT_ERR_FORMAT, "%s is not %s", path, kind->name);
	m->size = (size_t)st.st_size;
	data = mmap(
		NULL, m->size, PROT_READ, MAP_PRIVATE | (kind->whole ? MAP_POPULATE : 0), fd, 0);
	if (data == MAP_FAILED)
		return err_set_errno(err, errno, "cannot read %s", path);
	m->data = data;
	talloc_set_destructor(m, unmap);
	return 0;
}

int mapped_open(TALLOC_CTX *ctx, const char *path, const struct mapped_kind *kind,
	struct mapped **ret, struct vmt_err *err)
{
	struct mapped *m = talloc_zero(ctx, struct mapped);
	int fd, rc;

	if (!m)
		return err_nomem(err);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		rc = map(m, fd, path, kind, err);
		close(fd);
	} else if (errno == ENOENT || errno == ENOTDIR) {
		rc = err_set(err, VMT_ERR_NOTFOUND, "%s does not exist", path);
	} else {
		rc = err_set_errno(err, errno, "cannot open %s", path);
	}
	if (rc)
		talloc_free(m);
	else
		*ret = m;
	return rc;
}
