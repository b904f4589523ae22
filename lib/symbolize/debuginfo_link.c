// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbolize/debuginfo_link.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/caps.h"
#include "base/err.h"
#include "base/name_gate.h"

#define READ_SIZE 65536

/* "" for a file of the working directory. */
static const char *folder_of(TALLOC_CTX *ctx, const char *path)
{
	const char *slash = strrchr(path, '/');

	return talloc_strndup(ctx, path, slash ? (size_t)(slash - path) + 1 : 0);
}

/* ---- stripped files ---------------------------------------------------------------------- */

int debuginfo_link_paths(TALLOC_CTX *ctx, const struct debuginfo_file *file, const char *root,
	struct debuginfo_link *ret, struct vmt_err *err)
{
	GElf_Word sum;
	const char *name = dwelf_elf_gnu_debuglink(file->elf, &sum);
	const char *folder = folder_of(ctx, file->path);

	*ret = (struct debuginfo_link){.crc = 0};
	if (!folder)
		return err_nomem(err);
	if (!name || !name_is_file(name))
		return 0;
	ret->paths[0] = talloc_asprintf(ctx, "%s%s", folder, name);
	ret->paths[1] = talloc_asprintf(ctx, "%s.debug/%s", folder, name);
	ret->paths[2] = talloc_asprintf(ctx, "%s/usr/lib/debug/%s%s", root, folder, name);
	if (!ret->paths[0] || !ret->paths[1] || !ret->paths[2])
		return err_nomem(err);
	ret->crc = sum;
	ret->n = DEBUGINFO_LINK_PATHS;
	return 0;
}

bool debuginfo_link_fits(const char *path, uint32_t crc)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint8_t buf[READ_SIZE];
	uLong sum = crc32(0, NULL, 0);
	ssize_t got = -1;

	while (fd >= 0 && (got = read(fd, buf, sizeof(buf))) > 0)
		sum = crc32(sum, buf, (uInt)got);
	if (fd >= 0)
		close(fd);
	return got == 0 && sum == crc;
}

/* ---- what dwz took out ------------------------------------------------------------------- */

static bool is_the_one(const struct debuginfo_file *file, const uint8_t *id, size_t len)
{
	const void *own;
	ssize_t got = dwelf_elf_gnu_build_id(file->elf, &own);

	return got == (ssize_t)len && memcmp(own, id, len) == 0;
}

static bool take_common(
	struct debuginfo_file *file, const char *path, const uint8_t *id, size_t len)
{
	struct debuginfo_identity identity;
	struct debuginfo_file *common;
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode) ||
		debuginfo_open(file, path, &common, &identity, NULL))
		return false;
	if (!common->dwarf || !is_the_one(common, id, len)) {
		talloc_free(common);
		return false;
	}
	dwarf_setalt(file->dwarf, common->dwarf);
	return true;
}

static char *by_build_id(TALLOC_CTX *ctx, const char *root, const uint8_t *id, size_t len)
{
	char *path = talloc_asprintf(ctx, "%s/usr/lib/debug/.build-id/%02x/", root, id[0]);

	for (size_t i = 1; path && i < len; i++)
		path = talloc_asprintf_append_buffer(path, "%02x", id[i]);
	return path ? talloc_strdup_append_buffer(path, ".debug") : NULL;
}

/*
 * The packager chooses the name: "/usr/lib/debug/.dwz/PACKAGE", "../../.dwz/PACKAGE", or one beside
 * the file. No other path upwards is followed.
 */
static char *by_name(TALLOC_CTX *ctx, const char *root, const char *folder, const char *name)
{
	const char *down = name;

	while (strncmp(down, "../", 3) == 0)
		down += 3;
	if (!path_is_inside(down) || (down != name && strncmp(down, ".dwz/", 5) != 0) ||
		(*name == '/' && strncmp(name, "/usr/lib/debug/", 15) != 0))
		return NULL;
	return talloc_asprintf(ctx, "%s%s", *name == '/' ? root : folder, name);
}

int debuginfo_link_common(struct debuginfo_file *file, const char *root, struct vmt_err *err)
{
	const char *folder = folder_of(file, file->path);
	const uint8_t *id = file->common_id;
	size_t len = file->common_id_len;
	char *path;

	if (!folder)
		return err_nomem(err);
	if (!len || len > CAP_BUILD_ID)
		return 0;
	path = by_build_id(file, root, id, len);
	if (path && take_common(file, path, id, len))
		return 0;
	path = by_name(file, root, folder, file->common);
	if (path)
		(void)take_common(file, path, id, len);
	return 0;
}
