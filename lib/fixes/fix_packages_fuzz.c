// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A file that may tell fixes: what is it, and what does it tell? The first byte: as a file of its
 * own, as dkms.conf in the folder of a driver, or as a Debian package of this content.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixes/source_tell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take(const struct fix *f, void *arg, struct vmt_err *err)
{
	(void)arg, (void)err;
	if (!f->subject)
		__builtin_trap();
	return 0;
}

static int take_firmware(const struct firmware *f, void *arg, struct vmt_err *err)
{
	(void)arg, (void)err;
	if (!f->driver || !f->file)
		__builtin_trap();
	return 0;
}

static void put(int fd, const void *data, size_t size)
{
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
}

/* Clones and rpm's packages are read by programs. */
static void tell(TALLOC_CTX *ctx, const char *path)
{
	struct fix_reading r = {.take = take};
	struct fix_source source = {0};

	if (fix_source_tell(ctx, path, &source, NULL))
		return;
	if (source.kind == FIX_SOURCE_WHENCE)
		(void)fix_source_firmware(NULL, &source, take_firmware, NULL, NULL);
	else if (source.kind <= FIX_SOURCE_VENDOR || source.kind == FIX_SOURCE_DEB_FILE)
		(void)fix_source_read(NULL, &source, &r, NULL);
}

static void tell_driver(TALLOC_CTX *ctx, const uint8_t *data, size_t size)
{
	char root[] = "/tmp/vmtriage-dkms-XXXXXX", path[64];
	struct fix_source source = {0};
	struct root_files *files;
	int fd;

	if (!mkdtemp(root))
		abort();
	snprintf(path, sizeof(path), "%s/dkms.conf", root);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	put(fd, data, size);
	close(fd);
	if (!root_files_open(ctx, root, &files, NULL))
		(void)source_dkms_folder(ctx, files, "", root, &source, NULL);
	unlink(path);
	rmdir(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char ar[] =
		"!<arch>\n"
		"debian-binary   0           0     0     100644  4         `\n2.0\n";
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fix_reading r = {.take = take};
	char path[64];
	int fd;

	if (size && data[0] % 3 == 1) {
		tell_driver(ctx, data + 1, size - 1);
	} else if (size) {
		fd = memfd_create("file", MFD_CLOEXEC);
		if (data[0] % 3 == 2)
			put(fd, ar, sizeof(ar) - 1);
		put(fd, data + 1, size - 1);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		tell(ctx, path);
		if (data[0] % 3 == 2)
			(void)source_package_deb(path, &r, NULL);
		close(fd);
	}
	talloc_free(ctx);
	return 0;
}
